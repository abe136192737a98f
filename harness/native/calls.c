/*
 * calls.c - the student's synchronisation, disturbed and watched.
 *
 * Each wrap disturbs the thread, says what the thread is about to do, does it, and notes which
 * locks it holds now. A lock counts as held from before the wrap returns until before the
 * real unlock, so to the watchdog a lock may seem free for a moment, but never held by two.
 *
 * libtsan keeps stacks of calls between instrumented functions. A wrap is none, so it says by
 * hand which call of the student's it stands for; in the stress lane that does nothing.
 */
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "harness/native/held.h"
#include "harness/native/threads.h"
#include "harness/native/wrap.h"

void __tsan_func_entry(void *call);
void __tsan_func_exit(void);

#define BEGIN                                                                                      \
    lane_perturb();                                                                                \
    __tsan_func_entry(__builtin_return_address(0))

#define END                                                                                        \
    __tsan_func_exit();                                                                            \
    lane_perturb()

static void took(enum thread_call call, const volatile void *lock, enum held_mode mode,
                 struct site site)
{
    bool could_wait = thread_call_untimed(call), again = held_by_self(lock);
    if (could_wait && mode == HELD_ALONE && !again && thread_self())
        lane_took((uintptr_t)lock, site);
    held_add(lock, mode);
}

/* Take a lock by `call`, an expression that is 0 when it is then held. */
#define TAKE(kind, lock, mode, call)                                                               \
    do {                                                                                           \
        BEGIN;                                                                                     \
        thread_enter((kind), (uintptr_t)(lock), SITE_HERE);                                        \
        int error_ = (call);                                                                       \
        if (error_ == 0)                                                                           \
            took((kind), (lock), (mode), SITE_HERE);                                               \
        thread_leave();                                                                            \
        END;                                                                                       \
        return error_;                                                                             \
    } while (0)

/* Let go of a lock. */
#define RELEASE(lock, call)                                                                        \
    do {                                                                                           \
        BEGIN;                                                                                     \
        held_drop(lock);                                                                           \
        int error_ = (call);                                                                       \
        END;                                                                                       \
        return error_;                                                                             \
    } while (0)

/* Any other call. */
#define CALL_AS(type, kind, object, call)                                                          \
    do {                                                                                           \
        BEGIN;                                                                                     \
        thread_enter((kind), (uintptr_t)(object), SITE_HERE);                                      \
        type result_ = (call);                                                                     \
        thread_leave();                                                                            \
        END;                                                                                       \
        return result_;                                                                            \
    } while (0)

WRAP(int, pthread_mutex_lock, pthread_mutex_t *mutex)
{
    TAKE(CALL_LOCK, mutex, HELD_ALONE, pthread_mutex_lock(mutex));
}

WRAP(int, pthread_mutex_trylock, pthread_mutex_t *mutex)
{
    TAKE(CALL_OTHER, mutex, HELD_ALONE, pthread_mutex_trylock(mutex));
}

WRAP(int, pthread_mutex_timedlock, pthread_mutex_t *mutex, const struct timespec *deadline)
{
    TAKE(CALL_TIMED, mutex, HELD_ALONE, pthread_mutex_timedlock(mutex, deadline));
}

WRAP(int, pthread_mutex_clocklock, pthread_mutex_t *mutex, clockid_t clock,
     const struct timespec *deadline)
{
    TAKE(CALL_TIMED, mutex, HELD_ALONE, pthread_mutex_clocklock(mutex, clock, deadline));
}

WRAP(int, pthread_mutex_unlock, pthread_mutex_t *mutex)
{
    RELEASE(mutex, pthread_mutex_unlock(mutex));
}

struct given {
    pthread_mutex_t *mutex;
    int count;
};

static void take_back(void *argument)
{
    const struct given *given = argument;
    held_restore(given->mutex, given->count);
}

/* A wait gives the mutex away and has it back at its end, whatever its result; also when the
 * thread is cancelled in it. */
#define WAIT(kind, cond, mutex_, call)                                                             \
    do {                                                                                           \
        BEGIN;                                                                                     \
        struct given given_ = {(mutex_), held_forget(mutex_)};                                     \
        int error_;                                                                                \
        thread_enter((kind), (uintptr_t)(cond), SITE_HERE);                                        \
        pthread_cleanup_push(take_back, &given_);                                                  \
        error_ = (call);                                                                           \
        pthread_cleanup_pop(1);                                                                    \
        thread_leave();                                                                            \
        END;                                                                                       \
        return error_;                                                                             \
    } while (0)

/* Not disturbed, only bound to the version of the C library that the other calls have. */
WRAP(int, pthread_cond_init, pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
    CALL_AS(int, CALL_OTHER, cond, pthread_cond_init(cond, attributes));
}

WRAP(int, pthread_cond_destroy, pthread_cond_t *cond)
{
    CALL_AS(int, CALL_OTHER, cond, pthread_cond_destroy(cond));
}

WRAP(int, pthread_cond_wait, pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    WAIT(CALL_COND_WAIT, cond, mutex, pthread_cond_wait(cond, mutex));
}

WRAP(int, pthread_cond_timedwait, pthread_cond_t *cond, pthread_mutex_t *mutex,
     const struct timespec *deadline)
{
    WAIT(CALL_TIMED, cond, mutex, pthread_cond_timedwait(cond, mutex, deadline));
}

WRAP(int, pthread_cond_clockwait, pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
     const struct timespec *deadline)
{
    WAIT(CALL_TIMED, cond, mutex, pthread_cond_clockwait(cond, mutex, clock, deadline));
}

WRAP(int, pthread_cond_signal, pthread_cond_t *cond)
{
    CALL_AS(int, CALL_OTHER, cond, pthread_cond_signal(cond));
}

WRAP(int, pthread_cond_broadcast, pthread_cond_t *cond)
{
    CALL_AS(int, CALL_OTHER, cond, pthread_cond_broadcast(cond));
}

WRAP(int, sem_wait, sem_t *sem)
{
    CALL_AS(int, CALL_SEM_WAIT, sem, sem_wait(sem));
}

WRAP(int, sem_trywait, sem_t *sem)
{
    CALL_AS(int, CALL_OTHER, sem, sem_trywait(sem));
}

WRAP(int, sem_timedwait, sem_t *sem, const struct timespec *deadline)
{
    CALL_AS(int, CALL_TIMED, sem, sem_timedwait(sem, deadline));
}

WRAP(int, sem_clockwait, sem_t *sem, clockid_t clock, const struct timespec *deadline)
{
    CALL_AS(int, CALL_TIMED, sem, sem_clockwait(sem, clock, deadline));
}

WRAP(int, sem_post, sem_t *sem)
{
    CALL_AS(int, CALL_OTHER, sem, sem_post(sem));
}

WRAP(int, pthread_rwlock_rdlock, pthread_rwlock_t *lock)
{
    TAKE(CALL_RDLOCK, lock, HELD_SHARED, pthread_rwlock_rdlock(lock));
}

WRAP(int, pthread_rwlock_tryrdlock, pthread_rwlock_t *lock)
{
    TAKE(CALL_OTHER, lock, HELD_SHARED, pthread_rwlock_tryrdlock(lock));
}

WRAP(int, pthread_rwlock_wrlock, pthread_rwlock_t *lock)
{
    TAKE(CALL_WRLOCK, lock, HELD_ALONE, pthread_rwlock_wrlock(lock));
}

WRAP(int, pthread_rwlock_trywrlock, pthread_rwlock_t *lock)
{
    TAKE(CALL_OTHER, lock, HELD_ALONE, pthread_rwlock_trywrlock(lock));
}

WRAP(int, pthread_rwlock_timedrdlock, pthread_rwlock_t *lock, const struct timespec *deadline)
{
    TAKE(CALL_TIMED, lock, HELD_SHARED, pthread_rwlock_timedrdlock(lock, deadline));
}

WRAP(int, pthread_rwlock_timedwrlock, pthread_rwlock_t *lock, const struct timespec *deadline)
{
    TAKE(CALL_TIMED, lock, HELD_ALONE, pthread_rwlock_timedwrlock(lock, deadline));
}

WRAP(int, pthread_rwlock_clockrdlock, pthread_rwlock_t *lock, clockid_t clock,
     const struct timespec *deadline)
{
    TAKE(CALL_TIMED, lock, HELD_SHARED, pthread_rwlock_clockrdlock(lock, clock, deadline));
}

WRAP(int, pthread_rwlock_clockwrlock, pthread_rwlock_t *lock, clockid_t clock,
     const struct timespec *deadline)
{
    TAKE(CALL_TIMED, lock, HELD_ALONE, pthread_rwlock_clockwrlock(lock, clock, deadline));
}

WRAP(int, pthread_rwlock_unlock, pthread_rwlock_t *lock)
{
    RELEASE(lock, pthread_rwlock_unlock(lock));
}

WRAP(int, pthread_spin_lock, pthread_spinlock_t *lock)
{
    TAKE(CALL_SPIN, lock, HELD_ALONE, pthread_spin_lock(lock));
}

WRAP(int, pthread_spin_trylock, pthread_spinlock_t *lock)
{
    TAKE(CALL_OTHER, lock, HELD_ALONE, pthread_spin_trylock(lock));
}

WRAP(int, pthread_spin_unlock, pthread_spinlock_t *lock)
{
    RELEASE(lock, pthread_spin_unlock(lock));
}

WRAP(int, pthread_barrier_wait, pthread_barrier_t *barrier)
{
    CALL_AS(int, CALL_BARRIER, barrier, pthread_barrier_wait(barrier));
}

WRAP(unsigned, sleep, unsigned seconds)
{
    CALL_AS(unsigned, CALL_SLEEP, 0, sleep(seconds));
}

WRAP(int, usleep, useconds_t microseconds)
{
    CALL_AS(int, CALL_SLEEP, 0, usleep(microseconds));
}

WRAP(int, nanosleep, const struct timespec *duration, struct timespec *left)
{
    CALL_AS(int, CALL_SLEEP, 0, nanosleep(duration, left));
}

WRAP(int, clock_nanosleep, clockid_t clock, int flags, const struct timespec *duration,
     struct timespec *left)
{
    CALL_AS(int, CALL_SLEEP, 0, clock_nanosleep(clock, flags, duration, left));
}
