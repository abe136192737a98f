/*
 * joins.c - pthread_join and its relatives with a time limit.
 *
 * A thread may be cancelled while it joins another, which may be joined again then: so says a
 * cleanup handler.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "harness/native/calls.h"
#include "harness/native/threads.h"
#include "harness/native/wrap.h"

static void give_up(void *target)
{
    thread_join_end(target, EINTR);
}

/* Join by `call`, an expression that is 0 when the thread of `handle` was joined. */
#define JOIN(kind, handle, call)                                                                   \
    do {                                                                                           \
        struct thread *target_;                                                                    \
        int error_ = thread_join_begin(handle, &target_, SITE_HERE);                               \
        if (error_)                                                                                \
            return error_;                                                                         \
        thread_enter((kind), (uintptr_t)target_, SITE_HERE);                                       \
        pthread_cleanup_push(give_up, target_);                                                    \
        error_ = (call);                                                                           \
        pthread_cleanup_pop(0);                                                                    \
        thread_leave();                                                                            \
        thread_join_end(target_, error_);                                                          \
        return error_;                                                                             \
    } while (0)

WRAP(int, pthread_join, pthread_t handle, void **result)
{
    JOIN(CALL_JOIN, handle, pthread_join(handle, result));
}

WRAP(int, pthread_tryjoin_np, pthread_t handle, void **result)
{
    JOIN(CALL_OTHER, handle, pthread_tryjoin_np(handle, result));
}

WRAP(int, pthread_timedjoin_np, pthread_t handle, void **result, const struct timespec *deadline)
{
    JOIN(CALL_TIMED, handle, pthread_timedjoin_np(handle, result, deadline));
}

WRAP(int, pthread_clockjoin_np, pthread_t handle, void **result, clockid_t clock,
     const struct timespec *deadline)
{
    JOIN(CALL_TIMED, handle, pthread_clockjoin_np(handle, result, clock, deadline));
}
