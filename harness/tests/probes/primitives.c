/*
 * primitives.c - what test_primitives.c runs: each function uses one kind of call and answers what
 * it saw. Those of the first part answer the same natively, however threads are scheduled; those
 * of the second part make one mistake each.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "harness/scenario.h"

static void in_two_threads(void *(*a)(void *), void *(*b)(void *))
{
    pthread_t first, second;
    pthread_create(&first, NULL, a, NULL);
    pthread_create(&second, NULL, b, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

/*
 * Semaphores.
 */

void semaphore_answers(void)
{
    sem_t sem;
    int value = -1;
    struct timespec past = {1, 0}, malformed = {1, 1000000000};
    answer("too-large", sem_init(&sem, 0, 0x80000000u) * 1000 - errno);
    answer("init", sem_init(&sem, 0, 2));
    answer("wait", sem_wait(&sem));
    answer("trywait", sem_trywait(&sem));
    errno = 0;
    answer("trywait-at-0", sem_trywait(&sem));
    answer("its-errno", errno);
    answer("timed-out", sem_timedwait(&sem, &past));
    answer("errno-of-that", errno);
    answer("malformed", sem_timedwait(&sem, &malformed));
    answer("errno-of-this", errno);
    answer("clockwait", sem_clockwait(&sem, CLOCK_MONOTONIC, &past));
    answer("post", sem_post(&sem));
    sem_post(&sem);
    sem_post(&sem);
    sem_getvalue(&sem, &value);
    answer("value", value);
    answer("destroy", sem_destroy(&sem));
}

static sem_t ping, pong;
static int ball;

static void *ping_side(void *unused)
{
    for (int i = 0; i < 3; i++) {
        sem_wait(&ping);
        ball++;
        sem_post(&pong);
    }
    return NULL;
}

static void *pong_side(void *unused)
{
    for (int i = 0; i < 3; i++) {
        sem_wait(&pong);
        ball *= 2;
        sem_post(&ping);
    }
    return NULL;
}

void semaphore_orders(void)
{
    sem_init(&ping, 0, 1);
    sem_init(&pong, 0, 0);
    ball = 0;
    in_two_threads(ping_side, pong_side);
    answer("ball", ball);
    sem_destroy(&ping);
    sem_destroy(&pong);
}

/*
 * Readers-writer locks, spin locks.
 */

void rwlock_answers(void)
{
    static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    answer("rdlock", pthread_rwlock_rdlock(&lock));
    answer("again", pthread_rwlock_rdlock(&lock));
    answer("tryrdlock", pthread_rwlock_tryrdlock(&lock));
    answer("trywrlock-read", pthread_rwlock_trywrlock(&lock));
    answer("unlock", pthread_rwlock_unlock(&lock));
    pthread_rwlock_unlock(&lock);
    answer("trywrlock-read-by-one", pthread_rwlock_trywrlock(&lock));
    pthread_rwlock_unlock(&lock);
    answer("wrlock", pthread_rwlock_wrlock(&lock));
    answer("tryrdlock-written", pthread_rwlock_tryrdlock(&lock));
    answer("trywrlock-written", pthread_rwlock_trywrlock(&lock));
    answer("rdlock-own", pthread_rwlock_rdlock(&lock));
    answer("wrlock-own", pthread_rwlock_wrlock(&lock));
    answer("unlock-write", pthread_rwlock_unlock(&lock));
    answer("trywrlock-free", pthread_rwlock_trywrlock(&lock));
    pthread_rwlock_unlock(&lock);
    answer("destroy", pthread_rwlock_destroy(&lock));
    answer("init", pthread_rwlock_init(&lock, NULL));
    answer("after-init", pthread_rwlock_rdlock(&lock));
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_destroy(&lock);
}

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static int left, right;

static void *rw_writer(void *unused)
{
    for (int i = 0; i < 2; i++) {
        pthread_rwlock_wrlock(&rw);
        left++;
        right++;
        pthread_rwlock_unlock(&rw);
    }
    return NULL;
}

static void *rw_reader(void *unused)
{
    for (int i = 0; i < 2; i++) {
        pthread_rwlock_rdlock(&rw);
        check("whole", left == right);
        pthread_rwlock_unlock(&rw);
    }
    return NULL;
}

void rwlock_orders(void)
{
    in_two_threads(rw_writer, rw_reader);
    answer("left", left);
}

void spinlock_answers(void)
{
    pthread_spinlock_t lock;
    answer("init", pthread_spin_init(&lock, 0));
    answer("lock", pthread_spin_lock(&lock));
    answer("trylock-held", pthread_spin_trylock(&lock));
    answer("unlock", pthread_spin_unlock(&lock));
    answer("trylock-free", pthread_spin_trylock(&lock));
    pthread_spin_unlock(&lock);
    answer("destroy", pthread_spin_destroy(&lock));
}

static pthread_spinlock_t spin;
static int turns;

static void *spinner(void *unused)
{
    for (int i = 0; i < 2; i++) {
        pthread_spin_lock(&spin);
        turns++;
        pthread_spin_unlock(&spin);
    }
    return NULL;
}

void spinlock_orders(void)
{
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    in_two_threads(spinner, spinner);
    answer("turns", turns);
    pthread_spin_destroy(&spin);
}

/*
 * Barriers, once, thread-specific data, attributes.
 */

static pthread_barrier_t barrier;
static int serials, published[2], seen[2];
static pthread_mutex_t serials_lock = PTHREAD_MUTEX_INITIALIZER;

static void arrive(void)
{
    if (pthread_barrier_wait(&barrier) != PTHREAD_BARRIER_SERIAL_THREAD)
        return;
    pthread_mutex_lock(&serials_lock);
    serials++;
    pthread_mutex_unlock(&serials_lock);
}

static void exchange(int me)
{
    published[me] = 10 + me;
    arrive();
    seen[me] = published[!me];
    arrive();
    published[me] = 0;
}

static void *party_0(void *unused)
{
    exchange(0);
    return NULL;
}

static void *party_1(void *unused)
{
    exchange(1);
    return NULL;
}

void barrier_answers(void)
{
    answer("none", pthread_barrier_init(&barrier, NULL, 0));
    answer("one", pthread_barrier_init(&barrier, NULL, 1));
    answer("alone", pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD);
    answer("destroy", pthread_barrier_destroy(&barrier));
    pthread_barrier_init(&barrier, NULL, 2);
    in_two_threads(party_0, party_1);
    answer("serials", serials);
    answer("seen-0", seen[0]);
    answer("seen-1", seen[1]);
    answer("destroy-used", pthread_barrier_destroy(&barrier));
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int runs;

static void initialise(void)
{
    sched_yield();
    runs++;
}

static void *uses_once(void *unused)
{
    pthread_once(&once, initialise);
    check("initialised", runs == 1);
    return NULL;
}

void once_runs_once(void)
{
    in_two_threads(uses_once, uses_once);
    answer("runs", runs);
}

static pthread_key_t key;
static int destroyed, rounds;

static void count_destroyed(void *value)
{
    destroyed += (int)(long)value;
}

static void come_again(void *value)
{
    rounds++;
    pthread_setspecific(key, value);
}

static void *has_value(void *unused)
{
    check("none-yet", pthread_getspecific(key) == NULL);
    pthread_setspecific(key, (void *)7L);
    sched_yield();
    check("own-value", pthread_getspecific(key) == (void *)7L);
    return NULL;
}

static void *has_no_value(void *unused)
{
    check("not-anothers", pthread_getspecific(key) == NULL);
    return NULL;
}

void key_answers(void)
{
    answer("create", pthread_key_create(&key, count_destroyed));
    in_two_threads(has_value, has_no_value);
    answer("destroyed", destroyed);
    answer("delete", pthread_key_delete(key));
    pthread_key_create(&key, come_again);
    answer("fresh", pthread_getspecific(key) == NULL);
    in_two_threads(has_value, has_no_value);
    answer("rounds", rounds);
    pthread_key_delete(key);
}

void attr_answers(void)
{
    pthread_attr_t attr;
    int state = -1;
    size_t size = 0;
    answer("init", pthread_attr_init(&attr));
    pthread_attr_getdetachstate(&attr, &state);
    answer("joinable", state == PTHREAD_CREATE_JOINABLE);
    answer("set", pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
    pthread_attr_getdetachstate(&attr, &state);
    answer("detached", state == PTHREAD_CREATE_DETACHED);
    answer("bad-state", pthread_attr_setdetachstate(&attr, 77));
    answer("small", pthread_attr_setstacksize(&attr, 1));
    answer("large", pthread_attr_setstacksize(&attr, 1 << 20));
    pthread_attr_getstacksize(&attr, &size);
    answer("size", (long)size);
    answer("destroy", pthread_attr_destroy(&attr));
}

/*
 * Time and random numbers.
 */

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void time_answers(void)
{
    struct timespec short_while = {0, 20000000}, malformed = {0, -1}, until;
    double start = seconds(CLOCK_MONOTONIC);
    answer("usleep", usleep(20000));
    answer("nanosleep", nanosleep(&short_while, NULL));
    clock_gettime(CLOCK_MONOTONIC, &until);
    answer("until", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
    answer("for", clock_nanosleep(CLOCK_REALTIME, 0, &short_while, NULL));
    answer("not-early", seconds(CLOCK_MONOTONIC) - start >= 0.06);
    answer("sleep", (long)sleep(0));
    answer("yield", sched_yield());
    errno = 0;
    answer("malformed", nanosleep(&malformed, NULL));
    answer("its-errno", errno);
    answer("malformed-for", clock_nanosleep(CLOCK_MONOTONIC, 0, &malformed, NULL));
    answer("no-such-clock", clock_nanosleep(1000, 0, &short_while, NULL) != 0);
    answer("gettime-of-it", clock_gettime(1000, &until));
}

void clocks_agree(void)
{
    struct timeval day;
    time_t stored = 0, now = time(&stored);
    gettimeofday(&day, NULL);
    answer("stored", stored == now);
    answer("day", day.tv_sec - now >= 0 && day.tv_sec - now <= 1);
    answer("real", seconds(CLOCK_REALTIME) - (double)now < 2);
    answer("since-2020", now > 1577836800);
    answer("two-clocks", seconds(CLOCK_REALTIME) - seconds(CLOCK_MONOTONIC) > 1e6);
}

void polling_ends(void)
{
    double start = seconds(CLOCK_MONOTONIC);
    while (seconds(CLOCK_MONOTONIC) - start < 0.001)
        ;
    answer("ended", 1);
}

void random_answers(void)
{
    unsigned seed = 5, same = 5;
    srand(42);
    int first = rand(), second = rand();
    srand(42);
    answer("again", rand() == first && rand() == second);
    answer("differ", first != second);
    answer("range", first >= 0 && first <= RAND_MAX);
    answer("rand_r", rand_r(&seed) == rand_r(&same) && seed == same && seed != 5);
}

/*
 * Memory, strings, sorting, output.
 */

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

void memory_answers(void)
{
    char a[16], b[16];
    memset(a, 'x', sizeof a);
    memcpy(b, a, sizeof b);
    b[3] = 'y';
    answer("equal", memcmp(a, b, 3));
    answer("less", sign(memcmp(a, b, 16)));
    answer("found", (char *)memchr(b, 'y', 16) - b);
    answer("not-found", memchr(b, 'z', 16) == NULL);
    answer("none", memchr(b, 'x', 0) == NULL);
    memmove(b + 1, b, 8);
    answer("moved", b[4]);
    answer("returned", memset(a, 0, 0) == a && memcpy(b, a, 0) == b && memmove(b, a, 1) == b);
}

void string_answers(void)
{
    char text[32] = "abc", open_ended[4] = {'a', 'b', 'c', 'd'};
    answer("length", (long)strlen(text));
    answer("bounded", (long)strnlen(open_ended, 4));
    answer("copy", strcpy(text + 8, "hello") == text + 8 && strlen(text + 8) == 5);
    memset(text, '#', sizeof text);
    strncpy(text, "ab", 5);
    answer("padded", text[2] == 0 && text[4] == 0 && text[5] == '#');
    strncpy(text, "abcdef", 3);
    answer("cut", text[2] == 'c' && text[3] == 0);
    strcat(text, "de");
    strncat(text, open_ended, 2);
    answer("joined", strcmp(text, "abcdeab"));
    answer("before", sign(strcmp("a", "b")));
    answer("after", sign(strcmp("ab", "a")));
    answer("high-bytes", sign(strcmp("\xff", "a")));
    answer("prefix", strncmp("abX", "abY", 2));
    answer("bounded-compare", strncmp(open_ended, "abcd", 4));
    answer("not-prefix", sign(strncmp("abX", "abY", 3)));
    answer("first", strchr(text, 'b') - text);
    answer("last", strrchr(text, 'b') - text);
    answer("missing", strchr(text, 'z') == NULL && strrchr(text, 'z') == NULL);
    answer("end", strchr(text, 0) - text);
    answer("last-end", strrchr(text, 0) - text);
    answer("inside", strstr(text, "dea") - text);
    answer("empty", strstr(text, "") - text);
    answer("not-inside", strstr(text, "xyz") == NULL);
}

struct pair {
    int key, order;
};

static int by_key(const void *a, const void *b)
{
    return ((const struct pair *)a)->key - ((const struct pair *)b)->key;
}

void sort_answers(void)
{
    struct pair pairs[100];
    unsigned state = 1;
    for (int i = 0; i < 100; i++) {
        state = state * 1103515245 + 12345;
        pairs[i] = (struct pair){(int)(state >> 16) % 10, i};
    }
    qsort(pairs, 100, sizeof pairs[0], by_key);
    long sum = 0, sorted = 1;
    for (int i = 0; i < 100; i++)
        sum += (i + 1) * pairs[i].order;
    for (int i = 1; i < 100; i++)
        sorted &= pairs[i - 1].key < pairs[i].key ||
                  (pairs[i - 1].key == pairs[i].key && pairs[i - 1].order < pairs[i].order);
    answer("sorted", sorted);
    answer("sum", sum);
    qsort(pairs, 0, sizeof pairs[0], by_key);
    qsort(pairs, 1, sizeof pairs[0], by_key);
    answer("untouched", pairs[0].key);
}

void output_answers(void)
{
    char text[64], open_ended[3] = {'x', 'y', 'z'};
    answer("printf", printf("%d %s\n", 5, "five"));
    answer("fprintf", fprintf(stderr, "%5.2f|%-4c|%%|%p\n", 3.14159, 'c', (void *)0));
    answer("cut", snprintf(text, 4, "%s", "abcdef"));
    answer("what-is-left", strcmp(text, "abc"));
    answer("nowhere", snprintf(NULL, 0, "%08lx", 255L));
    answer("precision", sprintf(text, "%.3s|%.*s|%*d", open_ended, 2, open_ended, 5, 42));
    answer("text", strcmp(text, "xyz|xy|   42"));
    answer("sizes", snprintf(text, sizeof text, "%hhd %hd %lld %zu %td %jd %Lg", 1, 2, 3LL,
                             (size_t)4, (ptrdiff_t)5, (intmax_t)6, 7.0L));
    answer("sizes-text", strcmp(text, "1 2 3 4 5 6 7"));
    errno = ENOENT;
    answer("errno", snprintf(text, sizeof text, "%m"));
    answer("puts", puts("hello"));
    answer("putchar", putchar('x'));
    answer("fputs", fputs("y", stdout));
    answer("fputc", fputc(200, stdout));
    answer("fflush", fflush(stdout) + fflush(NULL));
    perror("it");
}

/*
 * What depends on the schedule: every value that can be seen must be.
 */

static void *posts_twice(void *unused)
{
    sem_post(&ping);
    sem_post(&ping);
    return NULL;
}

static void *posts_later(void *unused)
{
    usleep(1000);
    sem_post(&ping);
    return NULL;
}

static void beside(void *(*body)(void *), long (*look)(void))
{
    pthread_t thread;
    pthread_create(&thread, NULL, body, NULL);
    answer("seen", look());
    pthread_join(thread, NULL);
}

static long look_trywait(void)
{
    return sem_trywait(&ping);
}

void trywait_races_with_post(void)
{
    sem_init(&ping, 0, 0);
    beside(posts_twice, look_trywait);
}

static long look_value(void)
{
    int value;
    sem_getvalue(&ping, &value);
    return value;
}

void value_races_with_posts(void)
{
    sem_init(&ping, 0, 0);
    beside(posts_twice, look_value);
}

static long look_timed(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    return sem_timedwait(&ping, &until) ? errno : 0;
}

void timed_wait_for_a_post(void)
{
    sem_init(&ping, 0, 0);
    beside(posts_later, look_timed);
}

static long look_tryrdlock(void)
{
    int error = pthread_rwlock_tryrdlock(&rw);
    if (!error)
        pthread_rwlock_unlock(&rw);
    return error;
}

void tryrdlock_races_with_writer(void)
{
    beside(rw_writer, look_tryrdlock);
}

static long look_spin_trylock(void)
{
    int error = pthread_spin_trylock(&spin);
    if (!error)
        pthread_spin_unlock(&spin);
    return error;
}

void spin_trylock_races_with_lock(void)
{
    pthread_spin_init(&spin, 0);
    beside(spinner, look_spin_trylock);
}

static int reading, most_reading;

static void *reads_beside(void *unused)
{
    pthread_rwlock_rdlock(&rw);
    pthread_mutex_lock(&serials_lock);
    if (++reading > most_reading)
        most_reading = reading;
    pthread_mutex_unlock(&serials_lock);
    pthread_mutex_lock(&serials_lock);
    reading--;
    pthread_mutex_unlock(&serials_lock);
    pthread_rwlock_unlock(&rw);
    return NULL;
}

void readers_overlap(void)
{
    in_two_threads(reads_beside, reads_beside);
    answer("seen", most_reading);
}

static int serial;

static void *serial_of_barrier(void *name)
{
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
        serial = name != NULL;
    return NULL;
}

void either_thread_is_serial(void)
{
    pthread_t a, b;
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_create(&a, NULL, serial_of_barrier, NULL);
    pthread_create(&b, NULL, serial_of_barrier, &barrier);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    answer("seen", serial);
}

void executions_start_afresh(void)
{
    static int times;
    struct timespec now;
    int number = rand();
    clock_gettime(CLOCK_MONOTONIC, &now);
    srand((unsigned)number);
    pthread_key_create(&key, NULL);
    answer("times", times++);
    answer("number", number);
    answer("ns", now.tv_nsec);
    answer("key", (long)key);
    in_two_threads(uses_once, uses_once);
}

/*
 * Mistakes.
 */

static sem_t never_initialised;

void semaphore_uninitialised(void)
{
    sem_post(&never_initialised);
}

void semaphore_copied(void)
{
    sem_t original, copy;
    sem_init(&original, 0, 1);
    copy = original;
    sem_wait(&copy);
}

void semaphore_destroyed(void)
{
    sem_t sem;
    sem_init(&sem, 0, 1);
    sem_destroy(&sem);
    sem_wait(&sem);
}

static void *waits(void *unused)
{
    sem_wait(&ping);
    return NULL;
}

void semaphore_destroyed_awaited(void)
{
    pthread_t thread;
    sem_init(&ping, 0, 0);
    pthread_create(&thread, NULL, waits, NULL);
    usleep(1000);
    sem_destroy(&ping);
    sem_init(&ping, 0, 1);
    pthread_join(thread, NULL);
}

void semaphore_deadlock(void)
{
    sem_init(&ping, 0, 0);
    sem_wait(&ping);
}

static void *writes_as_reader(void *unused)
{
    pthread_rwlock_rdlock(&rw);
    left++;
    pthread_rwlock_unlock(&rw);
    return NULL;
}

void rwlock_written_by_readers(void)
{
    in_two_threads(writes_as_reader, writes_as_reader);
}

void rwlock_unlock_free(void)
{
    pthread_rwlock_unlock(&rw);
}

static void *unlocks_rw(void *unused)
{
    pthread_rwlock_unlock(&rw);
    return NULL;
}

void rwlock_unlock_of_another(void)
{
    pthread_t thread;
    pthread_rwlock_rdlock(&rw);
    pthread_create(&thread, NULL, unlocks_rw, NULL);
    pthread_join(thread, NULL);
    pthread_rwlock_unlock(&rw);
}

void rwlock_destroyed_held(void)
{
    pthread_rwlock_rdlock(&rw);
    pthread_rwlock_destroy(&rw);
    pthread_rwlock_unlock(&rw);
}

void rwlock_upgrade(void)
{
    pthread_rwlock_rdlock(&rw);
    pthread_rwlock_wrlock(&rw);
}

void spinlock_uninitialised(void)
{
    pthread_spin_lock(&spin);
    pthread_spin_unlock(&spin);
}

void spinlock_unlock_free(void)
{
    pthread_spin_init(&spin, 0);
    pthread_spin_unlock(&spin);
}

void spinlock_taken_twice(void)
{
    pthread_spin_init(&spin, 0);
    pthread_spin_lock(&spin);
    pthread_spin_lock(&spin);
}

static void *one_party(void *unused)
{
    pthread_barrier_wait(&barrier);
    return NULL;
}

void barrier_lacks_one(void)
{
    pthread_barrier_init(&barrier, NULL, 3);
    in_two_threads(one_party, one_party);
}

/* The second round's arrival of one thread is not before the other's departure from the first. */
static void *writes_between_rounds(void *unused)
{
    pthread_barrier_wait(&barrier);
    left++;
    pthread_barrier_wait(&barrier);
    return NULL;
}

void barrier_orders_rounds_only(void)
{
    pthread_barrier_init(&barrier, NULL, 2);
    in_two_threads(writes_between_rounds, writes_between_rounds);
    pthread_barrier_destroy(&barrier);
}

static void initialise_again(void)
{
    pthread_once(&once, initialise_again);
}

void once_within_itself(void)
{
    pthread_once(&once, initialise_again);
}

void key_never_created(void)
{
    pthread_setspecific(key, &key);
}

void mutex_copied(void)
{
    static pthread_mutex_t original = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&original);
    pthread_mutex_unlock(&original);
    pthread_mutex_t copy = original;
    pthread_mutex_lock(&copy);
    pthread_mutex_unlock(&copy);
}

/* Not a mistake: an initialiser may be assigned again, and whole structures be put back. */
void mutex_set_again(void)
{
    static struct {
        pthread_mutex_t lock;
        char much[40000];
    } large;
    large.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&large.lock);
    pthread_mutex_unlock(&large.lock);
    large.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&large.lock);
    pthread_mutex_unlock(&large.lock);
    pthread_mutex_t copy = large.lock;
    large.lock = copy;
    pthread_mutex_lock(&large.lock);
    pthread_mutex_unlock(&large.lock);
    answer("done", 1);
}

void string_overflows(void)
{
    char *text = malloc(4);
    strcpy(text, "four");
    free(text);
}

void string_open_ended(void)
{
    char *text = malloc(4);
    memset(text, 'x', 4);
    answer("length", (long)strlen(text));
    free(text);
}

void memory_size_negative(void)
{
    char *text = malloc(4);
    volatile int length = 3;
    memset(text, 0, (size_t)(length - 5));
    free(text);
}

void memory_size_absurd(void)
{
    char text[8];
    volatile size_t length = 1;
    memset(text, 0, length << 40);
}

void semaphore_null(void)
{
    sem_t *volatile none = NULL;
    sem_wait(none);
}

void copy_overlaps(void)
{
    char text[16] = "abcdefgh";
    memcpy(text + 2, text, 8);
}

void sort_beyond_end(void)
{
    struct pair *pairs = calloc(4, sizeof *pairs);
    qsort(pairs, 5, sizeof *pairs, by_key);
    free(pairs);
}

static struct pair shared_pairs[3];

static void *sorts(void *unused)
{
    qsort(shared_pairs, 3, sizeof shared_pairs[0], by_key);
    return NULL;
}

void sort_races(void)
{
    in_two_threads(sorts, sorts);
}

void output_of_freed_text(void)
{
    char *text = strdup("gone");
    free(text);
    printf("%d %s\n", 1, text);
}

void output_counts(void)
{
    int count;
    const char *volatile format = "abc%n";
    printf(format, &count);
}

void output_overflows(void)
{
    char *text = malloc(4);
    sprintf(text, "%d", 12345);
    free(text);
}

static char racy[8] = "abc";

static void *prints(void *unused)
{
    printf("%s\n", racy);
    return NULL;
}

static void *changes(void *unused)
{
    racy[0] = 'x';
    return NULL;
}

void output_races(void)
{
    in_two_threads(prints, changes);
}

void leaves_by_exit(void)
{
    exit(0);
}

void leaves_by_abort(void)
{
    abort();
}

void leaves_by_assert(void)
{
    assert(left == 99);
}
