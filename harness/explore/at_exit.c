/*
 * at_exit.c - atexit. A scenario ends without an exit, so in an exercise there is nothing that a
 * handler could be for.
 */
#include "harness/explore/at_exit.h"

#include <stdlib.h>

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/program.h"
#include "harness/explore/wrap.h"

enum { HANDLERS_MAX = 32 }; /* as many as C promises */

static struct {
    uint64_t execution; /* that they belong to */
    int n;
    void (*handlers[HANDLERS_MAX])(void);
} at_exit;

int __wrap_atexit(void (*handler)(void))
{
    if (!program_active())
        finding_unsupported("atexit in an exercise", HERE);
    if (at_exit.execution != engine.execution)
        at_exit.n = 0;
    at_exit.execution = engine.execution;
    if (at_exit.n == HANDLERS_MAX)
        finding_unsupported("more than 32 handlers of atexit", HERE);
    at_exit.handlers[at_exit.n++] = handler;
    return 0;
}

void at_exit_run(void)
{
    while (at_exit.execution == engine.execution && at_exit.n > 0)
        at_exit.handlers[--at_exit.n]();
}
