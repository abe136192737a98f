/*
 * wrap_end.c - calls that would end the process. They end the execution instead. In an exercise
 * that is a finding, since a scenario has to be gone through to its end; a program may exit().
 */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/explore/at_exit.h"
#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/program.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

static _Noreturn void leave(const char *how, const void *frame)
{
    trace_op(OP_EXIT, NULL, frame);
    finding_at("crash", how, OP_EXIT, NULL, frame);
    engine_stop(END_FAULT);
}

static _Noreturn void leave_with(int status, const void *frame)
{
    if (program_active())
        program_exit(status, frame);
    leave("exit", frame);
}

_Noreturn void __wrap_exit(int status)
{
    at_exit_run();
    leave_with(status, HERE);
}

_Noreturn void __wrap__exit(int status)
{
    leave_with(status, HERE);
}

_Noreturn void __wrap__Exit(int status)
{
    leave_with(status, HERE);
}

_Noreturn void __wrap_quick_exit(int status)
{
    leave_with(status, HERE);
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
