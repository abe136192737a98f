/* c11.c - C11 threads, used right and wrong. */
#include <threads.h>

#include "harness/tests/probes/probes.h"

static mtx_t lock;
static cnd_t cond;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int total, full, destroyed, runs;

static int adds(void *arg)
{
    for (int i = 0; i < 3; i++) {
        mtx_lock(&lock);
        total += (int)(long)arg;
        mtx_unlock(&lock);
    }
    return -(int)(long)arg;
}

static int exits(void *unused)
{
    thrd_exit(77);
}

void c11_threads_answer(void)
{
    thrd_t one, two;
    int a = 0, b = 0;
    struct timespec ms = {0, 1000000}, malformed = {0, -1}, now;
    mtx_init(&lock, mtx_plain);
    answer("create", thrd_create(&one, adds, (void *)2L));
    thrd_create(&two, adds, (void *)3L);
    answer("join", thrd_join(one, &a));
    thrd_join(two, &b);
    answer("results", a * 100 + b);
    answer("total", total);
    thrd_create(&one, exits, NULL);
    thrd_join(one, &a);
    answer("exit", a);
    answer("current", thrd_equal(thrd_current(), thrd_current()) != 0);
    answer("other", thrd_equal(thrd_current(), one));
    answer("sleep", thrd_sleep(&ms, NULL));
    answer("malformed", thrd_sleep(&malformed, NULL));
    thrd_yield();
    answer("utc", timespec_get(&now, TIME_UTC));
    answer("since-2020", now.tv_sec > 1577836800);
    thrd_create(&one, exits, NULL);
    thrd_join(one, NULL);
    mtx_destroy(&lock);
}

void c11_mutexes_answer(void)
{
    mtx_t plain, recursive, timed;
    struct timespec past = {1, 0};
    answer("plain", mtx_init(&plain, mtx_plain));
    answer("recursive", mtx_init(&recursive, mtx_plain | mtx_recursive));
    answer("timed", mtx_init(&timed, mtx_timed));
    answer("lock", mtx_lock(&plain));
    answer("busy", mtx_trylock(&plain));
    answer("unlock", mtx_unlock(&plain));
    mtx_lock(&recursive);
    answer("again", mtx_trylock(&recursive));
    mtx_unlock(&recursive);
    mtx_unlock(&recursive);
    mtx_lock(&timed);
    answer("timed-out", mtx_timedlock(&timed, &past));
    mtx_unlock(&timed);
    answer("in-time", mtx_trylock(&timed));
    mtx_unlock(&timed);
    mtx_destroy(&plain);
    mtx_destroy(&recursive);
    mtx_destroy(&timed);
}

static int fills(void *unused)
{
    mtx_lock(&lock);
    full = 1;
    cnd_signal(&cond);
    mtx_unlock(&lock);
    return 0;
}

void c11_conditions_answer(void)
{
    thrd_t thread;
    struct timespec past = {1, 0};
    answer("init", cnd_init(&cond));
    mtx_init(&lock, mtx_plain);
    mtx_lock(&lock);
    while (cnd_timedwait(&cond, &lock, &past) != thrd_timedout)
        ;
    thrd_create(&thread, fills, NULL);
    while (!full)
        check("waited", cnd_wait(&cond, &lock) == thrd_success);
    mtx_unlock(&lock);
    answer("broadcast", cnd_broadcast(&cond));
    thrd_join(thread, NULL);
    cnd_destroy(&cond);
    mtx_destroy(&lock);
}

static void counts(void *value)
{
    destroyed += (int)(long)value;
}

static void initialises(void)
{
    runs++;
}

static int uses_all(void *value)
{
    check("none-yet", tss_get(key) == NULL);
    check("set", tss_set(key, value) == thrd_success);
    check("own", tss_get(key) == value);
    call_once(&flag, initialises);
    check("once", runs == 1);
    return 0;
}

void c11_storage_answers(void)
{
    thrd_t thread;
    answer("create", tss_create(&key, counts));
    thrd_create(&thread, uses_all, (void *)5L);
    thrd_join(thread, NULL);
    answer("destroyed", destroyed);
    tss_delete(key);
    call_once(&flag, initialises);
    answer("runs", runs);
}

void c11_storage_in_two(void)
{
    thrd_t one, two;
    tss_create(&key, NULL);
    thrd_create(&one, uses_all, (void *)5L);
    thrd_create(&two, uses_all, (void *)6L);
    thrd_join(one, NULL);
    thrd_join(two, NULL);
    tss_delete(key);
}

/*
 * Mistakes.
 */

static mtx_t never_initialised;

void c11_mutex_uninitialised(void)
{
    mtx_lock(&never_initialised);
    mtx_unlock(&never_initialised);
}

static int races(void *unused)
{
    total++;
    return 0;
}

void c11_threads_race(void)
{
    thrd_t one, two;
    thrd_create(&one, races, NULL);
    thrd_create(&two, races, NULL);
    thrd_join(one, NULL);
    thrd_join(two, NULL);
}

void c11_thread_leaks(void)
{
    thrd_t one;
    thrd_create(&one, exits, NULL);
    thrd_sleep(&(struct timespec){1, 0}, NULL);
}

void c11_joined_twice(void)
{
    thrd_t one;
    thrd_create(&one, exits, NULL);
    thrd_join(one, NULL);
    thrd_join(one, NULL);
}

void c11_deadlock(void)
{
    mtx_init(&lock, mtx_plain);
    mtx_lock(&lock);
    mtx_lock(&lock);
}
