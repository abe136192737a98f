/* ends.c - joins that may fail, and threads that are cancelled. See bank.h. */
#include "harness/tests/bank/bank.h"

/* A join that is tried until it works reaps the thread once. */
static void *give_eight(void *unused)
{
    usleep(100);
    return (void *)(unused ? 0L : 8L);
}

void joins_tried_until_done(void)
{
    pthread_t threads[3];
    void *results[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, give_eight, NULL);
    while (pthread_tryjoin_np(threads[0], &results[0]) == EBUSY)
        usleep(50);
    struct timespec until;
    do
        until = in_ms(CLOCK_REALTIME, 1);
    while (pthread_timedjoin_np(threads[1], &results[1], &until) == ETIMEDOUT);
    do
        until = in_ms(CLOCK_MONOTONIC, 1);
    while (pthread_clockjoin_np(threads[2], &results[2], CLOCK_MONOTONIC, &until) == ETIMEDOUT);
    answer("sum", (long)results[0] + (long)results[1] + (long)results[2]);
}

/* Cancelled while it waits; what it held is given back by its handler. */
static pthread_mutex_t wait_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static int cleaned;

static void give_back(void *lock)
{
    cleaned++;
    pthread_mutex_unlock(lock);
}

static void *wait_to_be_cancelled(void *unused)
{
    pthread_mutex_lock(&wait_lock);
    pthread_cleanup_push(give_back, &wait_lock);
    for (;;)
        pthread_cond_wait(&never, &wait_lock);
    pthread_cleanup_pop(1);
    return unused;
}

void cancelled_in_a_wait(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, wait_to_be_cancelled, NULL);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    pthread_mutex_lock(&wait_lock);
    answer("cancelled", result == PTHREAD_CANCELED);
    answer("cleaned", cleaned);
    pthread_mutex_unlock(&wait_lock);
}

/* Cancelled, but not before it lets itself be: the state is whole. */
static int parts[2];

static void *change_undisturbed(void *unused)
{
    int old;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    parts[0]++;
    usleep(10);
    parts[1]++;
    pthread_setcancelstate(old, NULL);
    for (;;)
        pthread_testcancel();
    return unused;
}

void cancelled_when_it_lets_itself(void)
{
    pthread_t thread;
    void *result;
    parts[0] = parts[1] = 0;
    pthread_create(&thread, NULL, change_undisturbed, NULL);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    answer("cancelled", result == PTHREAD_CANCELED);
    answer("whole", parts[0] == parts[1]);
}

/* Readers and a writer that do not wait longer than they want, and try again. */
static pthread_rwlock_t patient = PTHREAD_RWLOCK_INITIALIZER;
static int pages;

static void *read_or_write_in_time(void *number)
{
    struct timespec until;
    int error;
    do {
        clockid_t clock = (long)number % 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
        until = in_ms(clock, 1);
        switch ((long)number) {
        case 0:
            error = pthread_rwlock_timedwrlock(&patient, &until);
            break;
        case 1:
            error = pthread_rwlock_clockwrlock(&patient, clock, &until);
            break;
        case 2:
            error = pthread_rwlock_timedrdlock(&patient, &until);
            break;
        default:
            error = pthread_rwlock_clockrdlock(&patient, clock, &until);
        }
    } while (error == ETIMEDOUT);
    if ((long)number < 2)
        pages++;
    else
        check("pages", pages >= 0 && pages <= 2);
    pthread_rwlock_unlock(&patient);
    return NULL;
}

void rwlocks_in_time(void)
{
    team(4, read_or_write_in_time);
    answer("written", pages);
}

/* Text taken apart by each thread for itself; names of threads. */
static void *take_text_apart(void *number)
{
    char line[32], name[16] = "", *rest;
    long sum = 0;
    snprintf(line, sizeof line, "%ld,2;3", (long)number);
    for (char *word = strtok_r(line, ",;", &rest); word; word = strtok_r(NULL, ",;", &rest))
        sum += strtol(word, NULL, 10) + atoi("1");
    pthread_setname_np(pthread_self(), "reader");
    pthread_getname_np(pthread_self(), name, sizeof name);
    check("named", strcmp(name, "reader") == 0);
    return (void *)sum;
}

void text_taken_apart(void)
{
    pthread_t threads[2];
    void *sums[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, take_text_apart, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &sums[i]);
    answer("sums", (long)sums[0] * 100 + (long)sums[1]);
}

/* A table that is only read, searched by all. */
static const int primes[] = {2, 3, 5, 7, 11, 13};

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void *search(void *number)
{
    int key = (int)(long)number * 2 + 3;
    const int *found = bsearch(&key, primes, 6, sizeof *primes, compare);
    check("found", (found != NULL) == (key != 9));
    return NULL;
}

void one_table_searched_by_all(void)
{
    team(4, search);
    answer("first", primes[0]);
}
