/*
 * thread.h - threads as the student and the scenario see them.
 */
#ifndef HILO_EXPLORE_THREAD_H
#define HILO_EXPLORE_THREAD_H

#include <pthread.h>

#include "harness/explore/engine.h"

/* What a student knows a thread by, and the thread it names: NULL (and then `api-misuse`) when
 * there is none. */
pthread_t thread_handle(const struct thread *thread);
struct thread *thread_of(pthread_t handle, enum op_kind op, const void *frame);

/* What operations about a thread as such conflict in. */
struct object *thread_object(const struct thread *thread);

/* The calls themselves, whatever they are called by: pthread_* and thrd_*. They answer as the
 * former do. */
int thread_create(pthread_t *handle, bool detached, void *(*routine)(void *), void *arg,
                  const void *frame);
_Noreturn void thread_exit(void *result, const void *frame);
int thread_detach(pthread_t handle, const void *frame);

/* Join: on success (0) `target` is reaped and its result is there to be read. */
int thread_join_until(pthread_t handle, struct thread **target, int64_t deadline_ns,
                      const void *frame);

/* The current thread's routine has returned, or it called pthread_exit: never returns. */
_Noreturn void thread_finish(void);

/* Wait for `target` to end and inherit from it: the heart of every join (join.c). */
void thread_wait_end(struct thread *target, const void *frame);

/* When an execution is complete: raise `thread-leak` for what was neither joined nor detached. */
void thread_check_leaks(void);

#endif
