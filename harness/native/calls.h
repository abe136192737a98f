/*
 * calls.h - the wraps that other wraps are made of.
 */
#ifndef HILO_HARNESS_NATIVE_CALLS_H
#define HILO_HARNESS_NATIVE_CALLS_H

#include <pthread.h>
#include <time.h>

int __wrap_pthread_create(pthread_t *handle, const pthread_attr_t *attributes,
                          void *(*routine)(void *), void *argument);
int __wrap_pthread_join(pthread_t handle, void **result);
int __wrap_pthread_detach(pthread_t handle);
_Noreturn void __wrap_pthread_exit(void *result);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_trylock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *deadline);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                                  const struct timespec *deadline);
int __wrap_pthread_cond_signal(pthread_cond_t *cond);
int __wrap_pthread_cond_broadcast(pthread_cond_t *cond);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *duration,
                           struct timespec *left);

#endif
