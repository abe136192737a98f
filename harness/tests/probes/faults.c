/*
 * faults.c - what test_schedules.c runs: each function has one fault, which some interleavings
 * show.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "harness/scenario.h"

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int state, total;
static atomic_int ready;
static char left;

static void in_two_threads(void *(*first)(void *), void *(*second)(void *))
{
    pthread_t one, two;
    pthread_create(&one, NULL, first, NULL);
    pthread_create(&two, NULL, second, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

static void *set_left(void *unused)
{
    left = 1;
    return unused;
}

static void *publish(void *unused)
{
    state = 42;
    atomic_store_explicit(&ready, 1, memory_order_release);
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

static void *add_unlocked(void *unused)
{
    total++;
    return unused;
}

void lost_update(void)
{
    in_two_threads(add_unlocked, add_unlocked);
}

static void *take_ab(void *unused)
{
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&b);
    pthread_mutex_unlock(&b);
    pthread_mutex_unlock(&a);
    return unused;
}

static void *take_ba(void *unused)
{
    pthread_mutex_lock(&b);
    pthread_mutex_lock(&a);
    pthread_mutex_unlock(&a);
    pthread_mutex_unlock(&b);
    return unused;
}

void abba(void)
{
    in_two_threads(take_ab, take_ba);
}

static void *signal_only(void *unused)
{
    pthread_cond_signal(&changed);
    return unused;
}

static void *wait_only(void *unused)
{
    pthread_mutex_lock(&a);
    pthread_cond_wait(&changed, &a);
    pthread_mutex_unlock(&a);
    return unused;
}

void wait_without_state(void)
{
    in_two_threads(wait_only, signal_only);
}

static void *set_state_for_one(void *unused)
{
    pthread_mutex_lock(&a);
    state = 1;
    if (total < 2)
        pthread_cond_signal(&changed);
    pthread_mutex_unlock(&a);
    return unused;
}

void signal_for_two(void)
{
    pthread_t waiters[2], setter;
    pthread_create(&waiters[0], NULL, await_state, NULL);
    pthread_create(&waiters[1], NULL, await_state, NULL);
    pthread_create(&setter, NULL, set_state_for_one, NULL);
    pthread_join(setter, NULL);
    pthread_join(waiters[0], NULL);
    pthread_join(waiters[1], NULL);
}

static void *relaxed_receive(void *unused)
{
    if (atomic_load_explicit(&ready, memory_order_relaxed))
        total = state;
    return unused;
}

void relaxed_is_no_order(void)
{
    in_two_threads(publish, relaxed_receive);
}

static volatile int flag;

static void *raise_flag(void *unused)
{
    state = 1;
    flag = 1;
    return unused;
}

static void *await_flag(void *unused)
{
    while (!flag)
        ;
    total = state;
    return unused;
}

void volatile_is_no_order(void)
{
    in_two_threads(raise_flag, await_flag);
}

static void *await_ready(void *unused)
{
    while (!atomic_load(&ready))
        ;
    total = 1;
    return unused;
}

void spin_until_ready(void)
{
    in_two_threads(await_ready, publish);
}

void spin_for_ever(void)
{
    in_two_threads(await_ready, set_left);
}

static int plain_flag;

static void *await_plain_flag(void *unused)
{
    while (!plain_flag)
        ;
    return unused;
}

void spin_for_ever_on_plain_memory(void)
{
    in_two_threads(await_plain_flag, set_left);
}

void never_joined(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, set_left, NULL);
}

void joined_twice(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, set_left, NULL);
    pthread_join(thread, NULL);
    pthread_join(thread, NULL);
}

void joined_when_detached(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, set_left, NULL);
    pthread_detach(thread);
    pthread_join(thread, NULL);
}

static void *join_self(void *unused)
{
    pthread_join(pthread_self(), NULL);
    return unused;
}

void joins_itself(void)
{
    in_two_threads(join_self, set_left);
}

static void *keep_lock(void *unused)
{
    pthread_mutex_lock(&a);
    return unused;
}

void lock_kept_at_the_end(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, keep_lock, NULL);
    pthread_join(thread, NULL);
}

void destroyed_while_held(void)
{
    pthread_mutex_lock(&a);
    pthread_mutex_destroy(&a);
    pthread_mutex_unlock(&a);
}

void unlocked_by_nobody(void)
{
    pthread_mutex_unlock(&a);
}

void freed_and_used(void)
{
    int *block = malloc(sizeof *block);
    free(block);
    *block = 1;
}

void freed_twice(void)
{
    void *block = malloc(4);
    free(block);
    free(block);
}

void one_too_far(void)
{
    char *block = malloc(10);
    block[10] = 0;
    free(block);
}

void never_freed(void)
{
    char *block = malloc(10);
    block[0] = 0;
}

void null_pointer(void)
{
    *(volatile int *)(unsigned long)state = 1;
}

static int deeper(int n)
{
    volatile char frame[4096];
    frame[0] = (char)n;
    return deeper(n + 1) + frame[0];
}

void endless_recursion(void)
{
    answer("depth", deeper(0));
}

void divides_by_zero(void)
{
    answer("quotient", 100 / state);
}

void endless_loop(void)
{
    for (;;)
        ;
}

void endless_locking(void)
{
    for (;;) {
        pthread_mutex_lock(&a);
        pthread_mutex_unlock(&a);
    }
}

void stores_elsewhere(void)
{
    *(char *)stdout = 1;
}

static void *give_local(void *unused)
{
    int local = unused != NULL;
    int *volatile escaped = &local;
    return escaped;
}

void result_on_a_dead_stack(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, give_local, NULL);
    pthread_join(thread, &result);
    answer("result", *(int *)result);
}

void waits_without_the_lock(void)
{
    struct timespec past = {1, 0};
    pthread_cond_timedwait(&changed, &a, &past);
}

static void *use_block(void *block)
{
    atomic_store((atomic_int *)block, 1);
    return NULL;
}

void frees_after_a_sleep(void)
{
    pthread_t thread;
    atomic_int *block = malloc(sizeof *block);
    atomic_init(block, 0);
    pthread_create(&thread, NULL, use_block, block);
    sleep(1);
    free(block);
    pthread_join(thread, NULL);
}

void answers_after_a_sleep(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, publish, NULL);
    sleep(1);
    answer("ready", atomic_load(&ready));
    pthread_join(thread, NULL);
}
