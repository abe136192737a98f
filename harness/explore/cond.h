/*
 * cond.h - condition variables, whatever they are called by: pthread_cond_* and cnd_*.
 * The functions answer as the former do.
 */
#ifndef HILO_EXPLORE_COND_H
#define HILO_EXPLORE_COND_H

#include <pthread.h>
#include <time.h>

#include "harness/explore/engine.h"

/* The state of a condition variable that is about to be used by `op`; raises what is wrong with it.
 */
struct object *cond_get(pthread_cond_t *cond, enum op_kind op, const void *frame);

void cond_init(pthread_cond_t *cond, clockid_t clock, const void *frame);
int cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, const void *frame);

/* Until a moment on `clock`; negative: on the clock that it was made with. */
int cond_wait_by(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
                 const struct timespec *until, const void *frame);

/* By OP_SIGNAL or OP_BROADCAST. */
int cond_notify(pthread_cond_t *cond, enum op_kind op, const void *frame);
int cond_destroy(pthread_cond_t *cond, const void *frame);

#endif
