/*
 * interrupt.h - Ctrl-C and termination, so that nothing is left behind.
 *
 * Once caught, an interruption kills every confined process at once and is then remembered;
 * whoever works looks at interrupt_pending() between steps, cleans up and leaves.
 *
 * Threads: call from the main thread. The one flag is global because a signal handler has
 * no other way to tell anybody anything.
 */
#ifndef HILO_GRADER_INTERRUPT_H
#define HILO_GRADER_INTERRUPT_H

#include <stdbool.h>

/* Catch SIGINT, SIGTERM and SIGHUP from now on. */
void interrupt_catch(void);

bool interrupt_pending(void);

#endif
