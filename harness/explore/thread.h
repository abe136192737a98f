/*
 * thread.h - threads as the student and the scenario see them.
 */
#ifndef HILO_EXPLORE_THREAD_H
#define HILO_EXPLORE_THREAD_H

#include "harness/explore/engine.h"

/* The current thread's routine has returned, or it called pthread_exit: never returns. */
_Noreturn void thread_finish(void);

/* Wait for `target` to end and inherit from it: the heart of every join. */
void thread_wait_end(struct thread *target, const void *frame);

/* When an execution is complete: raise `thread-leak` for what was neither joined nor detached. */
void thread_check_leaks(void);

#endif
