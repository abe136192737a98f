/*
 * schedules.c - what test_schedules.c runs: functions that are right in every interleaving and
 * answer the same in each; then some whose answers depend on it.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/scenario.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int state, total;

static void in_two_threads(void *(*first)(void *), void *(*second)(void *))
{
    pthread_t one, two;
    pthread_create(&one, NULL, first, NULL);
    pthread_create(&two, NULL, second, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

/*
 * Right.
 */

static void *add_locked(void *unused)
{
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&a);
        total++;
        pthread_mutex_unlock(&a);
    }
    return unused;
}

void locked_increments(void)
{
    in_two_threads(add_locked, add_locked);
    answer("total", total);
}

static void *set_state(void *unused)
{
    pthread_mutex_lock(&a);
    state = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&a);
    return unused;
}

static void *await_state(void *unused)
{
    pthread_mutex_lock(&a);
    while (!state)
        pthread_cond_wait(&changed, &a);
    total++;
    pthread_mutex_unlock(&a);
    return unused;
}

void wait_in_a_loop(void)
{
    in_two_threads(await_state, set_state);
    answer("total", total);
}

static void *await_state_with_patience(void *unused)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 3600;
    pthread_mutex_lock(&a);
    int error = 0;
    while (!state && !error)
        error = pthread_cond_timedwait(&changed, &a, &until);
    total = state || error == ETIMEDOUT;
    pthread_mutex_unlock(&a);
    return unused;
}

void timed_wait_in_a_loop(void)
{
    in_two_threads(await_state_with_patience, set_state);
    answer("total", total);
}

static atomic_int ready;

static void *publish(void *unused)
{
    state = 42;
    atomic_store_explicit(&ready, 1, memory_order_release);
    return unused;
}

static void *receive(void *unused)
{
    if (atomic_load_explicit(&ready, memory_order_acquire))
        total = state;
    return unused;
}

void release_and_acquire(void)
{
    in_two_threads(publish, receive);
    answer("total", total == 0 || total == 42);
}

static void *publish_by_fence(void *unused)
{
    state = 42;
    atomic_thread_fence(memory_order_release);
    atomic_store_explicit(&ready, 1, memory_order_relaxed);
    return unused;
}

static void *receive_by_fence(void *unused)
{
    if (atomic_load_explicit(&ready, memory_order_relaxed)) {
        atomic_thread_fence(memory_order_acquire);
        total = state;
    }
    return unused;
}

void fences(void)
{
    in_two_threads(publish_by_fence, receive_by_fence);
    answer("total", total == 0 || total == 42);
}

static atomic_flag taken = ATOMIC_FLAG_INIT;

static void *add_spinning(void *unused)
{
    while (atomic_flag_test_and_set(&taken))
        ;
    total++;
    atomic_flag_clear(&taken);
    return unused;
}

void spin_lock_of_ones_own(void)
{
    in_two_threads(add_spinning, add_spinning);
    answer("total", total);
}

static _Thread_local int own = 7;
static char large[100000];

static void *use_own_state(void *unused)
{
    own++;
    errno = own;
    large[99999]++;
    return (void *)(long)(own + errno);
}

void each_thread_and_run_starts_afresh(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, use_own_state, NULL);
    pthread_join(thread, &result);
    answer("thread", (long)result);
    answer("own", own);
    answer("large", large[99999]);
    int *heap = calloc(1, sizeof *heap);
    answer("heap", ++*heap);
    free(heap);
}

static void *detach_self(void *unused)
{
    pthread_detach(pthread_self());
    return unused;
}

void detached_by_itself(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, detach_self, NULL);
    answer("done", 1);
}

/* Two neighbours in one word never race. */
static struct {
    char left, right;
} pair;

static void *set_left(void *unused)
{
    pair.left = 1;
    return unused;
}

static void *set_right(void *unused)
{
    pair.right = 2;
    return unused;
}

void neighbours(void)
{
    in_two_threads(set_left, set_right);
    answer("sum", pair.left + pair.right);
}

static void *look_in_turn(void *unused)
{
    int seen = 0;
    for (int i = 0; i < 20; i++)
        seen += atomic_load(&ready) >= 0;
    return (void *)(long)(seen + (unused != NULL));
}

void looking_a_few_times(void)
{
    in_two_threads(look_in_turn, publish);
    answer("state", state);
}

/*
 * Answers that depend on the schedule, and time.
 */

static void *first_or_second(void *which)
{
    pthread_mutex_lock(&a);
    total = total * 10 + (int)(long)which;
    pthread_mutex_unlock(&a);
    return NULL;
}

void order_of_two(void)
{
    pthread_t one, two;
    pthread_create(&one, NULL, first_or_second, (void *)1);
    pthread_create(&two, NULL, first_or_second, (void *)2);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    answer("order", total);
}

static void *try_lock(void *unused)
{
    total = pthread_mutex_trylock(&a);
    if (!total)
        pthread_mutex_unlock(&a);
    return unused;
}

static void *hold_briefly(void *unused)
{
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    return unused;
}

void trying_sees_it_held(void)
{
    in_two_threads(hold_briefly, try_lock);
    answer("busy", total == EBUSY);
}

void sleeping_is_exact(void)
{
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    sleep(3600);
    clock_gettime(CLOCK_MONOTONIC, &after);
    answer("seconds", after.tv_sec - before.tv_sec);
}

static void *wake_spuriously(void *unused)
{
    pthread_mutex_lock(&a);
    if (!state)
        pthread_cond_wait(&changed, &a);
    total = state;
    pthread_mutex_unlock(&a);
    return unused;
}

void waking_without_a_signal(void)
{
    in_two_threads(wake_spuriously, set_state);
    answer("state", total);
}

static int watched[2][2];

static void *use_first(void *lock)
{
    for (int i = 0; i < 2; i++) {
        if (lock)
            pthread_mutex_lock(lock);
        watched[0][i]++;
        if (lock)
            pthread_mutex_unlock(lock);
    }
    return NULL;
}

static void *use_second(void *lock)
{
    for (int i = 0; i < 2; i++) {
        if (lock)
            pthread_mutex_lock(lock);
        watched[1][i]++;
        if (lock)
            pthread_mutex_unlock(lock);
    }
    return NULL;
}

static void use_both(pthread_mutex_t *lock)
{
    watch("first", watched[0], sizeof watched[0]);
    watch("second", watched[1], sizeof watched[1]);
    pthread_t one, two;
    pthread_create(&one, NULL, use_first, lock);
    pthread_create(&two, NULL, use_second, lock);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

void overlap_without_locks(void)
{
    use_both(NULL);
}

void overlap_by_interleaving(void)
{
    use_both(&a);
}

static void *use_first_at_once(void *lock)
{
    pthread_mutex_lock(lock);
    use_first(NULL);
    pthread_mutex_unlock(lock);
    return NULL;
}

static void *use_second_at_once(void *lock)
{
    pthread_mutex_lock(lock);
    use_second(NULL);
    pthread_mutex_unlock(lock);
    return NULL;
}

void no_overlap_under_one_lock(void)
{
    watch("first", watched[0], sizeof watched[0]);
    watch("second", watched[1], sizeof watched[1]);
    pthread_t one, two;
    pthread_create(&one, NULL, use_first_at_once, &a);
    pthread_create(&two, NULL, use_second_at_once, &a);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}
