/*
 * reduction.c - what test_reduction.c runs: programs whose interleavings can be counted by hand,
 * and programs that are drawn from a number.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "harness/scenario.h"

enum { THREADS_MAX = 8, OPERATIONS_MAX = 4, CELLS = 2 };

static pthread_mutex_t locks[THREADS_MAX];
static long shared;

static void *add(void *rounds)
{
    for (long i = 0; i < (long)rounds; i++) {
        pthread_mutex_lock(&locks[0]);
        shared++;
        pthread_mutex_unlock(&locks[0]);
    }
    return NULL;
}

static void make_locks(void)
{
    for (int i = 0; i < THREADS_MAX; i++)
        pthread_mutex_init(&locks[i], NULL);
}

static void run_threads(long n, void *(*routine)(void *), void *(*argument)(long))
{
    pthread_t threads[THREADS_MAX];
    for (long i = 0; i < n; i++)
        pthread_create(&threads[i], NULL, routine, argument(i));
    for (long i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
}

static void *rounds_of(long unused)
{
    (void)unused;
    return (void *)input("rounds");
}

void increments(void)
{
    make_locks();
    run_threads(input("threads"), add, rounds_of);
    answer("shared", shared);
}

static void *number_of(long i)
{
    return (void *)i;
}

static void *eat_once(void *seat)
{
    long left = (long)seat, right = (left + 1) % input("threads");
    pthread_mutex_lock(&locks[left]);
    pthread_mutex_lock(&locks[right]);
    pthread_mutex_unlock(&locks[right]);
    pthread_mutex_unlock(&locks[left]);
    return NULL;
}

void philosophers(void)
{
    make_locks();
    run_threads(input("threads"), eat_once, number_of);
    answer("done", 1);
}

/*
 * A drawn program: each thread does a few operations on two cells, and keeps what it saw in an
 * order-sensitive sum, so that different partial orders give different answers.
 */

static atomic_long cells[CELLS];
static long guarded[CELLS];
static long seen[THREADS_MAX];

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static long under_lock(int cell, long number)
{
    pthread_mutex_lock(&locks[cell]);
    guarded[cell] = guarded[cell] * 3 + number;
    long value = guarded[cell];
    pthread_mutex_unlock(&locks[cell]);
    return value;
}

static long try_under_lock(int cell, long number)
{
    if (pthread_mutex_trylock(&locks[cell]) != 0)
        return -1;
    guarded[cell] = guarded[cell] * 5 + number;
    long value = guarded[cell];
    pthread_mutex_unlock(&locks[cell]);
    return value;
}

static long operate(uint64_t number, long thread)
{
    int cell = (int)(number / 8 % CELLS);
    switch (number % 8) {
    case 0:
    case 1:
        return atomic_load(&cells[cell]);
    case 2:
        atomic_store(&cells[cell], thread + 1);
        return 0;
    case 3:
        return atomic_fetch_add(&cells[cell], thread + 1);
    case 4:
        return input("tries") ? try_under_lock(cell, thread + 1) : under_lock(cell, thread + 1);
    default:
        return under_lock(cell, thread + 1);
    }
}

static void *do_drawn(void *which)
{
    long thread = (long)which;
    uint64_t state = (uint64_t)input("program") * 64 + (uint64_t)thread;
    long operations = 1 + (long)(draw(&state) % (uint64_t)input("operations"));
    for (long i = 0; i < operations; i++)
        seen[thread] = seen[thread] * 7 + operate(draw(&state), thread);
    return NULL;
}

void drawn(void)
{
    make_locks();
    long n = input("threads"), sum = 0;
    run_threads(n, do_drawn, number_of);
    for (long i = 0; i < n; i++)
        sum = sum * 31 + seen[i];
    for (int i = 0; i < CELLS; i++)
        sum = (sum * 31 + guarded[i]) * 31 + atomic_load(&cells[i]);
    answer("sum", sum);
}
