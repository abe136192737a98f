/*
 * c11.c - <threads.h>, by what pthreads are modelled with.
 *
 * In the C library, mtx_t and pthread_mutex_t are the same object with two names, and so are the
 * others: the models are shared too, and one may wait with either. But C11 has no initialisers:
 * bytes of zeros, a perfect pthread_mutex_t, are a mtx_t that nobody initialised.
 */
#include <errno.h>
#include <stdint.h>
#include <threads.h>
#include <time.h>

#include "harness/explore/cond.h"
#include "harness/explore/finding.h"
#include "harness/explore/key.h"
#include "harness/explore/memory.h"
#include "harness/explore/mutex.h"
#include "harness/explore/once.h"
#include "harness/explore/thread.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "a mtx_t is a mutex");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "a cnd_t is a condition variable");
_Static_assert(sizeof(thrd_t) == sizeof(pthread_t), "a thrd_t is a thread");
_Static_assert(sizeof(tss_t) == sizeof(pthread_key_t), "a tss_t is a key");
_Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "a once_flag is one");

static int answer_of(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    default:
        return thrd_error;
    }
}

/*
 * Threads.
 */

/* The System V ABI returns an int in the lower half of the register in which it returns a pointer:
 * one may be called for the other, and the upper half is never looked at. */
int __wrap_thrd_create(thrd_t *thread, thrd_start_t routine, void *arg)
{
    void *(*start)(void *);
    _Static_assert(sizeof start == sizeof routine, "all pointers to functions are alike");
    memcpy(&start, &routine, sizeof start);
    return thread_create(thread, false, start, arg, HERE) ? thrd_nomem : thrd_success;
}

int __wrap_thrd_join(thrd_t thread, int *result)
{
    struct thread *target;
    int error = thread_join_until(thread, &target, NEVER, HERE);
    if (!error && result) {
        memory_write(result, sizeof *result, HERE);
        *result = (int)(intptr_t)target->result;
    }
    return answer_of(error);
}

int __wrap_thrd_detach(thrd_t thread)
{
    return answer_of(thread_detach(thread, HERE));
}

_Noreturn void __wrap_thrd_exit(int result)
{
    thread_exit((void *)(intptr_t)result, HERE);
}

thrd_t __wrap_thrd_current(void)
{
    return thread_handle(engine.self);
}

int __wrap_thrd_equal(thrd_t a, thrd_t b)
{
    return a == b;
}

int __wrap_thrd_sleep(const struct timespec *time, struct timespec *left)
{
    (void)left; /* nothing interrupts a sleep */
    return timeout_sleep_for(time, HERE) ? -2 : 0;
}

void __wrap_thrd_yield(void)
{
    engine_point(OP_YIELD, NULL, NULL, NEVER, HERE);
    trace_op(OP_YIELD, NULL, HERE);
}

/*
 * Mutexes and condition variables.
 */

static void need_initialised(struct object *object, enum op_kind op, const void *frame)
{
    if (!object->is_static)
        return;
    object->is_static = false;
    finding_at("api-misuse", "uninitialised", op, (const void *)object->address, frame);
}

static pthread_mutex_t *mutex_of(mtx_t *mutex, enum op_kind op, const void *frame)
{
    need_initialised(mutex_get((pthread_mutex_t *)mutex, op, frame), op, frame);
    return (pthread_mutex_t *)mutex;
}

static pthread_cond_t *cond_of(cnd_t *cond, enum op_kind op, const void *frame)
{
    need_initialised(cond_get((pthread_cond_t *)cond, op, frame), op, frame);
    return (pthread_cond_t *)cond;
}

int __wrap_mtx_init(mtx_t *mutex, int type)
{
    int kind = type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
    mutex_init((pthread_mutex_t *)mutex, kind, HERE);
    return thrd_success;
}

void __wrap_mtx_destroy(mtx_t *mutex)
{
    mutex_destroy(mutex_of(mutex, OP_DESTROY, HERE), HERE);
}

int __wrap_mtx_lock(mtx_t *mutex)
{
    return answer_of(mutex_lock_until(mutex_of(mutex, OP_LOCK, HERE), OP_LOCK, NEVER, HERE));
}

int __wrap_mtx_trylock(mtx_t *mutex)
{
    return answer_of(mutex_try(mutex_of(mutex, OP_TRYLOCK, HERE), HERE));
}

int __wrap_mtx_timedlock(mtx_t *mutex, const struct timespec *until)
{
    pthread_mutex_t *of = mutex_of(mutex, OP_TIMEDLOCK, HERE);
    return answer_of(mutex_lock_by(of, CLOCK_REALTIME, until, HERE));
}

int __wrap_mtx_unlock(mtx_t *mutex)
{
    return answer_of(mutex_unlock(mutex_of(mutex, OP_UNLOCK, HERE), HERE));
}

int __wrap_cnd_init(cnd_t *cond)
{
    cond_init((pthread_cond_t *)cond, CLOCK_REALTIME, HERE);
    return thrd_success;
}

void __wrap_cnd_destroy(cnd_t *cond)
{
    cond_destroy(cond_of(cond, OP_DESTROY, HERE), HERE);
}

int __wrap_cnd_wait(cnd_t *cond, mtx_t *mutex)
{
    pthread_mutex_t *of = mutex_of(mutex, OP_WAIT, HERE);
    return answer_of(cond_wait(cond_of(cond, OP_WAIT, HERE), of, HERE));
}

int __wrap_cnd_timedwait(cnd_t *cond, mtx_t *mutex, const struct timespec *until)
{
    pthread_mutex_t *of = mutex_of(mutex, OP_WAIT, HERE);
    return answer_of(cond_wait_by(cond_of(cond, OP_WAIT, HERE), of, -1, until, HERE));
}

int __wrap_cnd_signal(cnd_t *cond)
{
    return answer_of(cond_notify(cond_of(cond, OP_SIGNAL, HERE), OP_SIGNAL, HERE));
}

int __wrap_cnd_broadcast(cnd_t *cond)
{
    return answer_of(cond_notify(cond_of(cond, OP_BROADCAST, HERE), OP_BROADCAST, HERE));
}

/*
 * Thread-specific storage, once.
 */

int __wrap_tss_create(tss_t *key, tss_dtor_t destructor)
{
    return answer_of(key_create(key, destructor, HERE));
}

void __wrap_tss_delete(tss_t key)
{
    key_delete(key, HERE);
}

void *__wrap_tss_get(tss_t key)
{
    return key_get(key, HERE);
}

int __wrap_tss_set(tss_t key, void *value)
{
    return answer_of(key_set(key, value, HERE));
}

void __wrap_call_once(once_flag *flag, void (*routine)(void))
{
    once_run((pthread_once_t *)flag, routine, HERE);
}
