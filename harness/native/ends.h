/*
 * ends.h - how this process ends before its last scenario did.
 *
 * A crash, a hang or an exit() of the student's leaves threads and memory in a state that nothing
 * may run in. So the scenario is told to its end (`done` with truncated=1), the stream is closed
 * with its `bye`, and the process ends with status 0. The grader starts another for the
 * scenarios that are left.
 */
#ifndef HILO_HARNESS_NATIVE_ENDS_H
#define HILO_HARNESS_NATIVE_ENDS_H

#include "harness/native/stack.h"

/* Install the handlers of the signals that a crash raises. */
void ends_install(void);

/* End now, with what was found so far. Takes the stream; of several callers one
 * ends the process and the others wait for it. Async-signal-safe. */
_Noreturn void end_early(const char *note);

/* For who ends the process otherwise: be the one who does, or never return. */
void end_claim(void);

/* The scenario came to its end and the process ends with it. Claimed before. */
_Noreturn void end_in_order(void);

/* pthread_exit() in the thread that runs the scenarios: returns when it may. */
void end_of_main_thread(struct site site);

/* Our own fault or this machine's: status 3, and nothing that could be taken for a result. */
_Noreturn void end_for_us(const char *why);

#endif
