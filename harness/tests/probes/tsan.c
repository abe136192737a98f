/* What a student may do that libtsan sees: see test_tsan.c. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
long total;
volatile int flag;
static _Atomic long counter;

static void *bare(void *p)
{
    for (int i = 0; i < 50; i++)
        total++;
    return p;
}

static void *under(void *lock)
{
    for (int i = 0; i < 50; i++) {
        pthread_mutex_lock(lock);
        total++;
        pthread_mutex_unlock(lock);
    }
    return NULL;
}

static void both(void *(*f)(void *), void *x, void *(*g)(void *), void *y)
{
    pthread_t one, two;
    pthread_create(&one, NULL, f, x);
    pthread_create(&two, NULL, g, y);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

void run_bare(void)
{
    both(bare, NULL, bare, NULL);
}

void run_one_side(void)
{
    both(under, &a, bare, NULL);
}

void run_two_locks(void)
{
    both(under, &a, under, &b);
}

void run_good(void)
{
    both(under, &a, under, &a);
}

static void *count(void *p)
{
    for (int i = 0; i < 50; i++)
        atomic_fetch_add(&counter, 1);
    return p;
}

void run_atomic(void)
{
    both(count, NULL, count, NULL);
}

static void *raise_flag(void *p)
{
    flag++;
    return p;
}

void run_volatile(void)
{
    both(raise_flag, NULL, raise_flag, NULL);
}

static void *add(void *p)
{
    *(long *)p += 1;
    return NULL;
}

void run_heap(void)
{
    long *cells = calloc(4, sizeof *cells);
    both(add, &cells[2], add, &cells[2]);
    free(cells);
}

static void *release(void *p)
{
    free(p);
    return NULL;
}

void run_stack(void)
{
    long cell = 0;
    both(add, &cell, add, &cell);
}

void run_freed(void)
{
    long *cell = calloc(1, 64);
    both(release, cell, add, cell);
}

struct order {
    pthread_mutex_t *first, *second, *gate;
};

static void *nested(void *p)
{
    struct order *order = p;
    if (order->gate)
        pthread_mutex_lock(order->gate);
    pthread_mutex_lock(order->first);
    pthread_mutex_lock(order->second);
    pthread_mutex_unlock(order->second);
    pthread_mutex_unlock(order->first);
    if (order->gate)
        pthread_mutex_unlock(order->gate);
    return NULL;
}

/* The two threads live at the same time but never meet: the second waits for the first's flag. */
static pthread_barrier_t meeting;

static void *nested_first(void *p)
{
    nested(p);
    pthread_barrier_wait(&meeting);
    return NULL;
}

static void *nested_second(void *p)
{
    pthread_barrier_wait(&meeting);
    return nested(p);
}

static void cycle(pthread_mutex_t *with)
{
    struct order ab = {&a, &b, with}, ba = {&b, &a, with};
    pthread_barrier_init(&meeting, NULL, 2);
    both(nested_first, &ab, nested_second, &ba);
    pthread_barrier_destroy(&meeting);
}

void run_cycle(void)
{
    cycle(NULL);
}

void run_gated(void)
{
    cycle(&gate);
}

void run_one_after_the_other(void)
{
    struct order ab = {&a, &b, NULL}, ba = {&b, &a, NULL};
    pthread_t thread;
    pthread_create(&thread, NULL, nested, &ab);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, nested, &ba);
    pthread_join(thread, NULL);
}

static void *let_go(void *lock)
{
    pthread_mutex_unlock(lock);
    return NULL;
}

void run_not_owner(void)
{
    static pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
    pthread_t thread;
    pthread_mutex_lock(&own);
    pthread_create(&thread, NULL, let_go, &own);
    pthread_join(thread, NULL);
}

void run_destroyed(void)
{
    pthread_mutex_t *lock = malloc(sizeof *lock);
    pthread_mutex_init(lock, NULL);
    pthread_mutex_lock(lock);
    pthread_mutex_destroy(lock);
    free(lock);
}

static void *later(void *p)
{
    usleep(1000);
    return bare(p);
}

/* Each repetition's thread races with nothing of its own repetition. */
void run_detached(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, later, NULL);
    pthread_detach(thread);
}

void run_leak(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, count, NULL);
}

void run_unheard(void)
{
    pthread_mutex_lock(&a);
    pthread_cond_wait(&cond, &a);
}

void run_null(void)
{
    *(volatile int *)8 = 1;
}

void run_race_then_exit(void)
{
    run_bare();
    exit(0);
}

#include <threads.h>

static mtx_t c11_lock;
static once_flag c11_once = ONCE_FLAG_INIT;

static void c11_prepare(void)
{
    mtx_init(&c11_lock, mtx_plain);
}

static int c11_add(void *p)
{
    call_once(&c11_once, c11_prepare);
    mtx_lock(&c11_lock);
    total++;
    mtx_unlock(&c11_lock);
    return (int)(long)p;
}

void run_c11(void)
{
    thrd_t one, two;
    int a_result = 0, b_result = 0;
    thrd_create(&one, c11_add, (void *)3);
    thrd_create(&two, c11_add, (void *)4);
    thrd_join(one, &a_result);
    thrd_join(two, &b_result);
    if (a_result + b_result != 7)
        abort();
}
