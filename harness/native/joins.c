/*
 * joins.c - the joins with a time limit. A thread that were joined without our knowing would be
 * told as a leak.
 */
#include <pthread.h>
#include <time.h>

#include "harness/native/threads.h"
#include "harness/native/wrap.h"

WRAP(int, pthread_tryjoin_np, pthread_t handle, void **result)
{
    struct thread *target;
    int error = thread_join_begin(handle, &target, SITE_HERE);
    if (error)
        return error;
    error = pthread_tryjoin_np(handle, result);
    thread_join_end(target, error);
    return error;
}

WRAP(int, pthread_timedjoin_np, pthread_t handle, void **result, const struct timespec *deadline)
{
    struct thread *target;
    int error = thread_join_begin(handle, &target, SITE_HERE);
    if (error)
        return error;
    thread_enter(CALL_TIMED, (uintptr_t)target, SITE_HERE);
    error = pthread_timedjoin_np(handle, result, deadline);
    thread_leave();
    thread_join_end(target, error);
    return error;
}

WRAP(int, pthread_clockjoin_np, pthread_t handle, void **result, clockid_t clock,
     const struct timespec *deadline)
{
    struct thread *target;
    int error = thread_join_begin(handle, &target, SITE_HERE);
    if (error)
        return error;
    thread_enter(CALL_TIMED, (uintptr_t)target, SITE_HERE);
    error = pthread_clockjoin_np(handle, result, clock, deadline);
    thread_leave();
    thread_join_end(target, error);
    return error;
}
