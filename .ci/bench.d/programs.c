/* programs.c - what bench-explore measures: some of the usual programs, and four simple bugs. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "harness/scenario.h"

static void team(int n, void *(*body)(void *))
{
    pthread_t threads[8];
    for (long i = 0; i < n; i++)
        pthread_create(&threads[i], NULL, body, (void *)i);
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
}

/*
 * Speed. Each leaves its state as it found it, so that it may be repeated in one process.
 */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void *increment(void *times)
{
    for (long i = 0; i < (long)times; i++) {
        pthread_mutex_lock(&lock);
        total++;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void *increment_5(void *unused)
{
    (void)unused;
    return increment((void *)5);
}

void locked_increments(void)
{
    team(2, increment_5);
    answer("total", total);
    total = 0;
}

/* 12! / (4! 4! 4!) = 34,650 orders, of some 50 events each. */
static void *increment_4(void *unused)
{
    (void)unused;
    return increment((void *)4);
}

void three_times_four(void)
{
    team(3, increment_4);
    answer("total", total);
    total = 0;
}

/* 2,000 events: 4 threads that lock and unlock 250 times each. */
static void *increment_250(void *unused)
{
    (void)unused;
    return increment((void *)250);
}

void long_execution(void)
{
    team(4, increment_250);
    answer("total", total);
    total = 0;
}

static pthread_mutex_t forks[4] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                   PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int meals[4];

static void *dine(void *number)
{
    int seat = (int)(long)number, left = seat, right = (seat + 1) % 4;
    for (int meal = 0; meal < 3; meal++) {
        pthread_mutex_lock(&forks[left < right ? left : right]);
        pthread_mutex_lock(&forks[left < right ? right : left]);
        meals[seat]++;
        pthread_mutex_unlock(&forks[left]);
        pthread_mutex_unlock(&forks[right]);
    }
    return NULL;
}

void philosophers(void)
{
    team(4, dine);
    answer("meals", meals[0] + meals[1] + meals[2] + meals[3]);
    meals[0] = meals[1] = meals[2] = meals[3] = 0;
}

static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER, not_full = PTHREAD_COND_INITIALIZER;
static int items[2], first, count, sum;

static void *produce_or_consume(void *number)
{
    for (int i = 0; i < 5; i++) {
        bool put = (long)number % 2;
        pthread_mutex_lock(&lock);
        while (put ? count == 2 : count == 0)
            pthread_cond_wait(put ? &not_full : &not_empty, &lock);
        if (put) {
            items[(first + count++) % 2] = i;
        } else {
            sum += items[first];
            first = !first;
            count--;
        }
        pthread_cond_signal(put ? &not_empty : &not_full);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

void bounded_buffer(void)
{
    team(4, produce_or_consume);
    answer("sum", sum);
    sum = 0;
}

/*
 * Simple bugs, each made of right locking.
 */

static int balance;

/* Read and written back in two critical sections. */
static void *add_in_two_steps(void *unused)
{
    pthread_mutex_lock(&lock);
    int old = balance;
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
    balance = old + 1;
    pthread_mutex_unlock(&lock);
    return unused;
}

void lost_update(void)
{
    balance = 0;
    team(2, add_in_two_steps);
    check("right", balance == 2);
}

/* Enough money for one, looked at and taken in two critical sections. */
static void *look_then_take(void *unused)
{
    pthread_mutex_lock(&lock);
    bool enough = balance >= 10;
    pthread_mutex_unlock(&lock);
    if (enough) {
        pthread_mutex_lock(&lock);
        balance -= 10;
        check("right", balance >= 0);
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

void check_then_act(void)
{
    balance = 10;
    check("right", true);
    team(2, look_then_take);
}

static void *take_forks(void *number)
{
    pthread_mutex_lock(&forks[(long)number]);
    pthread_mutex_lock(&forks[!number]);
    pthread_mutex_unlock(&forks[!number]);
    pthread_mutex_unlock(&forks[(long)number]);
    return NULL;
}

void abba(void)
{
    team(2, take_forks);
}

/* The waiter looks before it locks, so the signal may come in between. */
static bool ready;

static bool is_ready(void)
{
    pthread_mutex_lock(&lock);
    bool now = ready;
    pthread_mutex_unlock(&lock);
    return now;
}

static void *wait_or_signal(void *number)
{
    if (number) {
        pthread_mutex_lock(&lock);
        ready = true;
        pthread_cond_signal(&not_empty);
        pthread_mutex_unlock(&lock);
    } else if (!is_ready()) {
        pthread_mutex_lock(&lock);
        pthread_cond_wait(&not_empty, &lock);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

void lost_wakeup(void)
{
    ready = false;
    team(2, wait_or_signal);
}
