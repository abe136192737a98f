/*
 * joins.c - the joins with a time limit, which no linker option brings to us.
 *
 * A program's own symbols come first when the student's object is loaded, so these
 * definitions stand before the C library's (and libtsan's). A thread that were joined without our
 * knowing would be told as a leak.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "harness/native/ends.h"
#include "harness/native/threads.h"

/* The next definition of a function after ours. */
static void find_next(const char *name, void *function)
{
    void *address = dlsym(RTLD_NEXT, name);
    if (!address)
        end_for_us("this C library lacks a join with a time limit");
    /* ISO C has no cast from object to function pointer; POSIX says that this works. */
    memcpy(function, &address, sizeof address);
}

int pthread_tryjoin_np(pthread_t handle, void **result)
{
    int (*next)(pthread_t, void **);
    struct thread *target;
    find_next("pthread_tryjoin_np", &next);
    int error = thread_join_begin(handle, &target, SITE_HERE);
    if (error)
        return error;
    error = next(handle, result);
    thread_join_end(target, error);
    return error;
}

int pthread_timedjoin_np(pthread_t handle, void **result, const struct timespec *deadline)
{
    int (*next)(pthread_t, void **, const struct timespec *);
    struct thread *target;
    find_next("pthread_timedjoin_np", &next);
    int error = thread_join_begin(handle, &target, SITE_HERE);
    if (error)
        return error;
    thread_enter(CALL_TIMED, (uintptr_t)target, SITE_HERE);
    error = next(handle, result, deadline);
    thread_leave();
    thread_join_end(target, error);
    return error;
}

int pthread_clockjoin_np(pthread_t handle, void **result, clockid_t clock,
                         const struct timespec *deadline)
{
    int (*next)(pthread_t, void **, clockid_t, const struct timespec *);
    struct thread *target;
    find_next("pthread_clockjoin_np", &next);
    int error = thread_join_begin(handle, &target, SITE_HERE);
    if (error)
        return error;
    thread_enter(CALL_TIMED, (uintptr_t)target, SITE_HERE);
    error = next(handle, result, clock, deadline);
    thread_leave();
    thread_join_end(target, error);
    return error;
}
