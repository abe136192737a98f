/*
 * primitives.c - synchronisation objects, used right. The first part answers the same natively,
 * however threads are scheduled; the second part answers what the schedule makes of it.
 */
#include "harness/tests/probes/probes.h"

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
