/*
 * wrap_end.c - calls that would end the process. They end the execution instead, and are a
 * finding: a scenario has to be gone through to its end.
 */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

static _Noreturn void leave(const char *how, const void *frame)
{
    trace_op(OP_EXIT, NULL, frame);
    finding_at("crash", how, OP_EXIT, NULL, frame);
    engine_stop(END_FAULT);
}

_Noreturn void __wrap_exit(int status)
{
    (void)status;
    leave("exit", HERE);
}

_Noreturn void __wrap__exit(int status)
{
    (void)status;
    leave("exit", HERE);
}

_Noreturn void __wrap__Exit(int status)
{
    (void)status;
    leave("exit", HERE);
}

_Noreturn void __wrap_quick_exit(int status)
{
    (void)status;
    leave("exit", HERE);
}

_Noreturn void __wrap_abort(void)
{
    leave("abort", HERE);
}

_Noreturn void __wrap___assert_fail(const char *assertion, const char *file, unsigned line,
                                    const char *function)
{
    (void)assertion;
    (void)file;
    (void)line;
    (void)function;
    leave("assert", HERE);
}
