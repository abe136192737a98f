/* c11.c - the threads of C11. See bank.h. */
#include <threads.h>

#include "harness/tests/bank/bank.h"

/* Results are small numbers here, and a thread may leave from anywhere. */
static mtx_t count_lock;
static int counted;

static void leave(int result)
{
    thrd_exit(result);
}

static int count_and_leave(void *number)
{
    mtx_lock(&count_lock);
    counted++;
    mtx_unlock(&count_lock);
    if (number)
        leave(7);
    return 3;
}

void c11_results(void)
{
    thrd_t threads[2];
    int results[2];
    mtx_init(&count_lock, mtx_plain);
    for (long i = 0; i < 2; i++)
        thrd_create(&threads[i], count_and_leave, (void *)i);
    for (int i = 0; i < 2; i++)
        thrd_join(threads[i], &results[i]);
    mtx_destroy(&count_lock);
    answer("results", results[0] * 10 + results[1]);
    answer("counted", counted);
}

/* A queue of one place, closed at the end; its mutex may be taken again by its owner. */
static mtx_t queue_lock;
static cnd_t queue_changed;
static int queue_item, queue_sum;
static bool queue_full;

static void put(int item)
{
    mtx_lock(&queue_lock);
    while (queue_full)
        cnd_wait(&queue_changed, &queue_lock);
    queue_item = item;
    queue_full = true;
    cnd_broadcast(&queue_changed);
    mtx_unlock(&queue_lock);
}

static bool is_full(void)
{
    mtx_lock(&queue_lock);
    bool full = queue_full;
    mtx_unlock(&queue_lock);
    return full;
}

static int drain(void *unused)
{
    for (int item = 1; item;) {
        mtx_lock(&queue_lock);
        while (!is_full())
            cnd_wait(&queue_changed, &queue_lock);
        item = queue_item;
        queue_sum += item;
        queue_full = false;
        cnd_signal(&queue_changed);
        mtx_unlock(&queue_lock);
    }
    return unused != NULL;
}

void c11_queue(void)
{
    thrd_t thread;
    mtx_init(&queue_lock, mtx_plain | mtx_recursive);
    cnd_init(&queue_changed);
    thrd_create(&thread, drain, NULL);
    put(4);
    put(5);
    put(0);
    thrd_join(thread, NULL);
    cnd_destroy(&queue_changed);
    mtx_destroy(&queue_lock);
    answer("sum", queue_sum);
}

/* Tried and timed, until it works. */
static mtx_t timed_lock;
static int timed_total;

static int lock_somehow(void *number)
{
    if (number) {
        struct timespec until;
        do {
            timespec_get(&until, TIME_UTC);
            until.tv_sec++;
        } while (mtx_timedlock(&timed_lock, &until) == thrd_timedout);
    } else {
        while (mtx_trylock(&timed_lock) == thrd_busy)
            thrd_yield();
    }
    timed_total++;
    mtx_unlock(&timed_lock);
    return 0;
}

void c11_tried_and_timed(void)
{
    thrd_t threads[3];
    mtx_init(&timed_lock, mtx_timed);
    for (long i = 0; i < 3; i++)
        thrd_create(&threads[i], lock_somehow, (void *)(i % 2));
    for (int i = 0; i < 3; i++)
        thrd_join(threads[i], NULL);
    mtx_destroy(&timed_lock);
    answer("total", timed_total);
}

/* Once, and storage of each thread's own that is freed at its end. */
static once_flag storage_made = ONCE_FLAG_INIT;
static tss_t storage;
static atomic_int storage_freed;

static void free_storage(void *block)
{
    free(block);
    atomic_fetch_add(&storage_freed, 1);
}

static void make_storage(void)
{
    tss_create(&storage, free_storage);
}

static int use_storage(void *number)
{
    call_once(&storage_made, make_storage);
    tss_set(storage, malloc(sizeof(long)));
    *(long *)tss_get(storage) = (long)number;
    struct timespec pause = {0, 1000};
    thrd_sleep(&pause, NULL);
    return *(long *)tss_get(storage) == (long)number;
}

void c11_storage(void)
{
    thrd_t threads[2];
    int results[2];
    for (long i = 0; i < 2; i++)
        thrd_create(&threads[i], use_storage, (void *)i);
    for (int i = 0; i < 2; i++)
        thrd_join(threads[i], &results[i]);
    tss_delete(storage);
    answer("own", results[0] + results[1]);
    answer("freed", atomic_load(&storage_freed));
}

/* Detached; the waiter gives up now and then, and knows itself. */
static mtx_t end_lock;
static cnd_t end_changed;
static bool ended;

static int end_detached(void *unused)
{
    mtx_lock(&end_lock);
    ended = true;
    cnd_signal(&end_changed);
    mtx_unlock(&end_lock);
    return unused != NULL;
}

void c11_detached(void)
{
    thrd_t thread;
    mtx_init(&end_lock, mtx_plain);
    cnd_init(&end_changed);
    thrd_create(&thread, end_detached, NULL);
    thrd_detach(thread);
    mtx_lock(&end_lock);
    while (!ended) {
        struct timespec until;
        timespec_get(&until, TIME_UTC);
        until.tv_sec++;
        cnd_timedwait(&end_changed, &end_lock, &until);
    }
    mtx_unlock(&end_lock);
    answer("self", thrd_equal(thrd_current(), thrd_current()) != 0);
    cnd_destroy(&end_changed);
    mtx_destroy(&end_lock);
}
