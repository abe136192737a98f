/* cancel.c - cancellation and cleanup handlers, used right and wrong. */
#include "harness/tests/probes/probes.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t started, never, go_on;
static pthread_key_t key;
static long story; /* digits, in the order in which things happened */

static void adds(void *digit)
{
    story = story * 10 + (long)digit;
}

static void unlocks(void *mutex)
{
    pthread_mutex_unlock(mutex);
    adds((void *)9L);
}

/* Start, let it come to its wait or not, cancel and join. */
static void cancels(void *(*routine)(void *), bool let_it_wait)
{
    pthread_t thread;
    void *result = NULL;
    story = 0;
    sem_init(&started, 0, 0);
    sem_init(&never, 0, 0);
    sem_init(&go_on, 0, 0);
    pthread_create(&thread, NULL, routine, NULL);
    sem_wait(&started);
    if (let_it_wait)
        usleep(10000);
    answer("cancel", pthread_cancel(thread));
    sem_post(&go_on);
    answer("join", pthread_join(thread, &result));
    answer("cancelled", result == PTHREAD_CANCELED);
    answer("story", story);
}

static void *waits_on_condition(void *unused)
{
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlocks, &lock);
    sem_post(&started);
    for (;;)
        pthread_cond_wait(&cond, &lock);
    pthread_cleanup_pop(1);
    return NULL;
}

void cancel_in_condition(void)
{
    cancels(waits_on_condition, true);
    answer("free", pthread_mutex_trylock(&lock));
    pthread_mutex_unlock(&lock);
}

static void *waits_on_semaphore(void *unused)
{
    pthread_cleanup_push(adds, (void *)1L);
    pthread_cleanup_push(adds, (void *)2L);
    pthread_cleanup_push(adds, (void *)3L);
    pthread_setspecific(key, (void *)4L);
    sem_post(&started);
    sem_wait(&never);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

void cancel_in_semaphore(void)
{
    pthread_key_create(&key, adds);
    cancels(waits_on_semaphore, false);
}

static void *sleeps(void *unused)
{
    struct timespec hour = {3600, 0};
    sem_post(&started);
    for (;;)
        nanosleep(&hour, NULL);
    return NULL;
}

void cancel_in_sleep(void)
{
    cancels(sleeps, true);
}

static pthread_t joined;

static void *joins_it(void *unused)
{
    sem_post(&started);
    pthread_join(joined, NULL);
    return NULL;
}

static sem_t much_later;

static void *waits_long(void *unused)
{
    sem_wait(&much_later);
    return NULL;
}

/* Whom it was waiting for may still be joined. */
void cancel_in_join(void)
{
    sem_init(&much_later, 0, 0);
    pthread_create(&joined, NULL, waits_long, NULL);
    cancels(joins_it, true);
    sem_post(&much_later);
    answer("still", pthread_join(joined, NULL));
}

static void *polls(void *unused)
{
    sem_post(&started);
    for (;;)
        pthread_testcancel();
}

void cancel_by_testing(void)
{
    cancels(polls, false);
}

static void *shields_itself(void *unused)
{
    int old = -1;
    answer("disable", pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old));
    answer("was", old == PTHREAD_CANCEL_ENABLE);
    sem_post(&started);
    sem_wait(&go_on);
    pthread_testcancel();
    adds((void *)6L);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    answer("is", old == PTHREAD_CANCEL_DISABLE);
    answer("bad", pthread_setcancelstate(77, NULL));
    answer("type", pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old));
    answer("was-deferred", old == PTHREAD_CANCEL_DEFERRED);
    adds((void *)7L);
    pthread_testcancel();
    adds((void *)8L);
    return NULL;
}

void cancel_shielded(void)
{
    cancels(shields_itself, true);
}

static void *pops(void *unused)
{
    for (long i = 1; i <= 3; i++) {
        pthread_cleanup_push(adds, (void *)i);
        pthread_cleanup_pop(i != 2);
    }
    pthread_cleanup_push(adds, (void *)4L);
    pthread_cleanup_push(adds, (void *)5L);
    pthread_exit((void *)42L);
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
    return NULL;
}

void cleanup_at_exit(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, pops, NULL);
    pthread_join(thread, &result);
    answer("result", (long)result);
    answer("story", story);
}

static void exits_deep(int depth)
{
    volatile char frame[64] = {(char)depth};
    if (depth == 0)
        pthread_exit((void *)1L);
    pthread_cleanup_push(adds, (void *)(long)depth);
    exits_deep(depth - 1);
    pthread_cleanup_pop(0);
    (void)frame;
}

static void *goes_deep(void *unused)
{
    exits_deep(4);
    return NULL;
}

void cleanup_of_many_frames(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, goes_deep, NULL);
    pthread_join(thread, NULL);
    answer("story", story);
}

static int reason;

static void reads_reason(void *unused)
{
    answer("reason", reason);
}

static void *asks_why(void *unused)
{
    pthread_cleanup_push(reads_reason, NULL);
    sem_wait(&never);
    pthread_cleanup_pop(0);
    return NULL;
}

void cancel_orders(void)
{
    pthread_t thread;
    sem_init(&never, 0, 0);
    pthread_create(&thread, NULL, asks_why, NULL);
    reason = 5;
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}

/*
 * What depends on the schedule.
 */

static void *takes_one(void *unused)
{
    sem_wait(&never);
    return NULL;
}

void cancel_races_with_post(void)
{
    pthread_t thread;
    void *result;
    sem_init(&never, 0, 0);
    pthread_create(&thread, NULL, takes_one, NULL);
    sem_post(&never);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    answer("seen", result == PTHREAD_CANCELED);
}

/* With a signal sent to two waiters of which one is cancelled, the other always comes through. */
static int wanted;

static void *waits_for_wanted(void *unused)
{
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlocks, &lock);
    while (!wanted)
        pthread_cond_wait(&cond, &lock);
    pthread_cleanup_pop(1);
    return NULL;
}

void cancelled_waiter_takes_no_signal(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, waits_for_wanted, NULL);
    pthread_mutex_lock(&lock);
    wanted = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&lock);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    answer("seen", result == PTHREAD_CANCELED);
}

/*
 * Mistakes.
 */

static void *keeps_lock(void *unused)
{
    pthread_mutex_lock(&lock);
    sem_post(&started);
    sem_wait(&never);
    pthread_mutex_unlock(&lock);
    return NULL;
}

void cancelled_with_lock(void)
{
    pthread_t thread;
    sem_init(&started, 0, 0);
    sem_init(&never, 0, 0);
    pthread_create(&thread, NULL, keeps_lock, NULL);
    sem_wait(&started);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}

static void *returns_between(void *unused)
{
    pthread_cleanup_push(adds, NULL);
    return NULL;
    pthread_cleanup_pop(1);
}

void cleanup_not_popped(void)
{
    in_two_threads(returns_between, returns_between);
}

static void *ends_at_once(void *unused)
{
    return NULL;
}

void cancel_after_join(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, ends_at_once, NULL);
    pthread_join(thread, NULL);
    pthread_cancel(thread);
}

void cancel_asynchronous(void)
{
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
}

static void *never_tests(void *unused)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* A mutex is no cancellation point: who holds it and waits for the cancelled one waits for ever. */
void cancel_of_mutex_waiter(void)
{
    pthread_t thread;
    pthread_mutex_lock(&lock);
    pthread_create(&thread, NULL, never_tests, NULL);
    pthread_cancel(thread);
    pthread_join(thread, NULL);
}
