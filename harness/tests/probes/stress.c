/* What a student may do on real threads: see test_stress.c. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static long total;
static int turn;
static void *ab(void *p)
{
    for (int i = 0; i < 40; i++) {
        pthread_mutex_lock(&a);
        pthread_mutex_lock(&b);
        total++;
        pthread_mutex_unlock(&b);
        pthread_mutex_unlock(&a);
    }
    return p;
}
static void *ba(void *p)
{
    for (int i = 0; i < 40; i++) {
        pthread_mutex_lock(&b);
        pthread_mutex_lock(&a);
        total++;
        pthread_mutex_unlock(&a);
        pthread_mutex_unlock(&b);
    }
    return p;
}
static void *bare(void *p)
{
    for (int i = 0; i < 100; i++)
        total++;
    return p;
}
static long both(void *(*f)(void *), void *(*g)(void *))
{
    pthread_t x, y;
    total = 0;
    pthread_create(&x, 0, f, 0);
    pthread_create(&y, 0, g, 0);
    pthread_join(x, 0);
    pthread_join(y, 0);
    return total;
}
long run_good(void)
{
    return both(ab, ab);
}
long run_cycle(void)
{
    return both(ab, ba);
}
long run_bare(void)
{
    return both(bare, bare);
}
long run_unheard(void)
{
    pthread_mutex_lock(&a);
    pthread_cond_wait(&cond, &a);
    return 0;
}
long run_twice_locked(void)
{
    pthread_mutex_lock(&a);
    pthread_mutex_lock(&a);
    return 0;
}
static void *keeps(void *p)
{
    pthread_mutex_lock(&a);
    return p;
}
static void *sleeps(void *p)
{
    for (;;)
        usleep(1000);
    return p;
}
long run_kept(void)
{
    pthread_t x, y;
    pthread_create(&y, 0, sleeps, 0);
    pthread_create(&x, 0, keeps, 0);
    pthread_join(x, 0);
    pthread_mutex_lock(&a);
    return 0;
}
volatile int never;
long run_endless(void)
{
    while (!never)
        ;
    return 0;
}
static void *waits(void *p)
{
    pthread_mutex_lock(&a);
    while (!turn)
        pthread_cond_wait(&cond, &a);
    pthread_mutex_unlock(&a);
    return p;
}
long run_slow(void)
{
    pthread_t x;
    turn = 0;
    pthread_create(&x, 0, waits, 0);
    usleep(900000);
    pthread_mutex_lock(&a);
    turn = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&a);
    pthread_join(x, 0);
    return 1;
}
static void *pong(void *p)
{
    for (int i = 0; i < 200; i++) {
        pthread_mutex_lock(&a);
        while (turn != (long)p)
            pthread_cond_wait(&cond, &a);
        turn = 1 - turn;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&a);
    }
    return 0;
}
long run_pingpong(void)
{
    pthread_t x, y;
    turn = 0;
    pthread_create(&x, 0, pong, (void *)0);
    pthread_create(&y, 0, pong, (void *)1);
    pthread_join(x, 0);
    pthread_join(y, 0);
    return 1;
}
long run_exits(void)
{
    exit(0);
}
static void *exits(void *p)
{
    _exit(0);
    return p;
}
long run_thread_exits(void)
{
    pthread_t x;
    pthread_create(&x, 0, exits, 0);
    pthread_join(x, 0);
    return 0;
}
long run_leaves(void)
{
    pthread_exit(0);
}
long run_asserts(void)
{
    assert(never == 1);
    return 0;
}
long run_aborts(void)
{
    abort();
}
long run_null(void)
{
    *(volatile int *)8 = 1;
    return 0;
}
static void *null_thread(void *p)
{
    *(volatile int *)16 = 1;
    return p;
}
long run_thread_null(void)
{
    pthread_t x;
    pthread_create(&x, 0, null_thread, 0);
    pthread_join(x, 0);
    return 0;
}
static long deep(long n)
{
    volatile char big[4096];
    big[0] = n;
    return deep(n + 1) + big[0];
}
long run_overflow(void)
{
    return deep(0);
}
static void *nothing(void *p)
{
    return p;
}
long run_leak(void)
{
    pthread_t x;
    pthread_create(&x, 0, nothing, 0);
    return 0;
}
long run_joined_twice(void)
{
    pthread_t x;
    pthread_create(&x, 0, nothing, 0);
    pthread_join(x, 0);
    return pthread_join(x, 0);
}
long run_joined_detached(void)
{
    pthread_t x;
    pthread_create(&x, 0, nothing, 0);
    pthread_detach(x);
    return pthread_join(x, 0);
}
long run_joined_self(void)
{
    return pthread_join(pthread_self(), 0);
}
long run_daemon(void)
{
    pthread_t x;
    pthread_create(&x, 0, sleeps, 0);
    pthread_detach(x);
    return 1;
}
long run_brief_daemon(void)
{
    pthread_t x;
    pthread_create(&x, 0, nothing, 0);
    pthread_detach(x);
    return 1;
}
long run_timed_join(void)
{
    pthread_t x;
    struct timespec t;
    pthread_create(&x, 0, nothing, 0);
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += 60;
    return pthread_timedjoin_np(x, 0, &t);
}
long run_error(void)
{
    sem_t s;
    sem_init(&s, 0, 0);
    errno = 0;
    int r = sem_trywait(&s);
    return r == -1 && errno == EAGAIN;
}
