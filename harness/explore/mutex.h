/*
 * mutex.h - what other primitives need of a mutex: condition variables give it
 * up and take it back.
 */
#ifndef HILO_EXPLORE_MUTEX_H
#define HILO_EXPLORE_MUTEX_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "harness/explore/engine.h"

/* The state of a mutex that is about to be used by `op`; raises what is wrong with it. */
struct object *mutex_get(pthread_mutex_t *mutex, enum op_kind op, const void *frame);

/* The calls themselves, whatever they are called by: pthread_mutex_* and mtx_*. They answer as the
 * former do. */
void mutex_init(pthread_mutex_t *mutex, int type, const void *frame);
int mutex_lock_until(pthread_mutex_t *mutex, enum op_kind op, int64_t deadline_ns,
                     const void *frame);
int mutex_lock_by(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until,
                  const void *frame);
int mutex_try(pthread_mutex_t *mutex, const void *frame);
int mutex_unlock(pthread_mutex_t *mutex, const void *frame);
int mutex_destroy(pthread_mutex_t *mutex, const void *frame);

/* Ready function: the mutex of the pending operation is free. */
bool mutex_free(const struct thread *thread);

/* Take a free mutex; give up an owned one. */
void mutex_take(struct object *object, const void *frame);
void mutex_drop(struct object *object);

#endif
