/*
 * c11.c - <threads.h> on top of pthreads.
 *
 * The C library's own functions go around the wraps, and under libtsan they crash, for it
 * does not know them. Mutexes and condition variables of both kinds are the same objects in the C
 * library, and so they are here.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

#include "harness/native/calls.h"
#include "harness/native/wrap.h"

struct start {
    thrd_start_t routine;
    void *argument;
};

static int result_of(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    case ENOMEM:
    case EAGAIN:
        return thrd_nomem;
    default:
        return thrd_error;
    }
}

static void *run(void *argument)
{
    struct start start = *(struct start *)argument;
    free(argument);
    return (void *)(intptr_t)start.routine(start.argument);
}

WRAP(int, thrd_create, thrd_t *thread, thrd_start_t routine, void *argument)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return thrd_nomem;
    *start = (struct start){routine, argument};
    int error = __wrap_pthread_create(thread, NULL, run, start);
    if (error)
        free(start);
    return result_of(error);
}

WRAP(int, thrd_join, thrd_t thread, int *result)
{
    void *value;
    int error = __wrap_pthread_join(thread, &value);
    if (error == 0 && result)
        *result = (int)(intptr_t)value;
    return result_of(error);
}

WRAP(int, thrd_detach, thrd_t thread)
{
    return result_of(__wrap_pthread_detach(thread));
}

WRAP(_Noreturn void, thrd_exit, int result)
{
    __wrap_pthread_exit((void *)(intptr_t)result);
}

WRAP(int, thrd_sleep, const struct timespec *duration, struct timespec *left)
{
    int error = __wrap_clock_nanosleep(CLOCK_REALTIME, 0, duration, left);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

WRAP(int, mtx_init, mtx_t *mutex, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (type & mtx_recursive)
        pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    int error = pthread_mutex_init((pthread_mutex_t *)mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return result_of(error);
}

WRAP(void, mtx_destroy, mtx_t *mutex)
{
    pthread_mutex_destroy((pthread_mutex_t *)mutex);
}

WRAP(int, mtx_lock, mtx_t *mutex)
{
    return result_of(__wrap_pthread_mutex_lock((pthread_mutex_t *)mutex));
}

WRAP(int, mtx_trylock, mtx_t *mutex)
{
    return result_of(__wrap_pthread_mutex_trylock((pthread_mutex_t *)mutex));
}

WRAP(int, mtx_timedlock, mtx_t *mutex, const struct timespec *deadline)
{
    return result_of(__wrap_pthread_mutex_timedlock((pthread_mutex_t *)mutex, deadline));
}

WRAP(int, mtx_unlock, mtx_t *mutex)
{
    return result_of(__wrap_pthread_mutex_unlock((pthread_mutex_t *)mutex));
}

WRAP(int, cnd_init, cnd_t *cond)
{
    return result_of(pthread_cond_init((pthread_cond_t *)cond, NULL));
}

WRAP(void, cnd_destroy, cnd_t *cond)
{
    pthread_cond_destroy((pthread_cond_t *)cond);
}

WRAP(int, cnd_wait, cnd_t *cond, mtx_t *mutex)
{
    return result_of(__wrap_pthread_cond_wait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex));
}

WRAP(int, cnd_timedwait, cnd_t *restrict cond, mtx_t *restrict mutex,
     const struct timespec *restrict deadline)
{
    return result_of(
        __wrap_pthread_cond_timedwait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex, deadline));
}

WRAP(int, cnd_signal, cnd_t *cond)
{
    return result_of(__wrap_pthread_cond_signal((pthread_cond_t *)cond));
}

WRAP(int, cnd_broadcast, cnd_t *cond)
{
    return result_of(__wrap_pthread_cond_broadcast((pthread_cond_t *)cond));
}

WRAP(void, call_once, once_flag *flag, void (*routine)(void))
{
    pthread_once((pthread_once_t *)flag, routine);
}
