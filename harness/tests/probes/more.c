/* more.c - the rest of pthreads, used right: joins and locks with a time limit, names,
 * attributes, calls that may fail. */
#include "harness/tests/probes/probes.h"

static struct timespec in(clockid_t clock, long ms)
{
    struct timespec when;
    clock_gettime(clock, &when);
    when.tv_nsec += ms % 1000 * 1000000;
    when.tv_sec += ms / 1000 + when.tv_nsec / 1000000000;
    when.tv_nsec %= 1000000000;
    return when;
}

/*
 * Joins.
 */

static sem_t go;

static void *waits_for_go(void *arg)
{
    sem_wait(&go);
    return arg;
}

void joins_answer(void)
{
    pthread_t thread;
    void *result = NULL;
    struct timespec soon = in(CLOCK_REALTIME, 20), soon_too = in(CLOCK_MONOTONIC, 20);
    sem_init(&go, 0, 0);
    pthread_create(&thread, NULL, waits_for_go, &go);
    answer("busy", pthread_tryjoin_np(thread, &result));
    answer("timed-out", pthread_timedjoin_np(thread, &result, &soon));
    answer("timed-out-on-clock", pthread_clockjoin_np(thread, &result, CLOCK_MONOTONIC, &soon_too));
    answer("not-yet", result == NULL);
    sem_post(&go);
    struct timespec late = in(CLOCK_REALTIME, 3600000);
    answer("joined", pthread_timedjoin_np(thread, &result, NULL));
    answer("result", result == &go);
    pthread_create(&thread, NULL, waits_for_go, NULL);
    sem_post(&go);
    while (pthread_tryjoin_np(thread, &result) == EBUSY)
        sched_yield();
    answer("tried", result == NULL);
    sem_destroy(&go);
    (void)late;
}

static int published_by_end;

static void *publishes(void *unused)
{
    published_by_end = 42;
    return NULL;
}

void joins_order(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, publishes, NULL);
    while (pthread_tryjoin_np(thread, NULL) == EBUSY)
        sched_yield();
    answer("published", published_by_end);
}

/*
 * Readers-writer locks with a time limit.
 */

static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;

static void *tries_in_vain(void *unused)
{
    struct timespec past = {1, 0}, soon = in(CLOCK_MONOTONIC, 10);
    answer("read-written", pthread_rwlock_timedrdlock(&rw, &past));
    answer("write-written", pthread_rwlock_timedwrlock(&rw, &past));
    answer("clock-read", pthread_rwlock_clockrdlock(&rw, CLOCK_MONOTONIC, &soon));
    answer("clock-write", pthread_rwlock_clockwrlock(&rw, CLOCK_MONOTONIC, &soon));
    return NULL;
}

void timed_rwlock_answers(void)
{
    struct timespec malformed = {1, 1000000000}, late = in(CLOCK_REALTIME, 3600000);
    pthread_t thread;
    answer("malformed", pthread_rwlock_timedrdlock(&rw, &malformed));
    pthread_rwlock_wrlock(&rw);
    pthread_create(&thread, NULL, tries_in_vain, NULL);
    pthread_join(thread, NULL);
    answer("own-read", pthread_rwlock_timedrdlock(&rw, &late));
    pthread_rwlock_unlock(&rw);
}

static void *takes_both_ways(void *unused)
{
    struct timespec late = in(CLOCK_REALTIME, 3600000);
    int added = pthread_rwlock_timedwrlock(&rw, &late) == 0;
    if (added) {
        published_by_end++;
        pthread_rwlock_unlock(&rw);
    }
    if (pthread_rwlock_timedrdlock(&rw, &late) == 0) {
        check("positive", published_by_end >= added);
        pthread_rwlock_unlock(&rw);
    } else {
        check("positive", true);
    }
    return NULL;
}

void timed_rwlock_orders(void)
{
    in_two_threads(takes_both_ways, takes_both_ways);
}

/*
 * Names.
 */

static void *is_named(void *unused)
{
    char name[16];
    pthread_setname_np(pthread_self(), "worker");
    answer("get", pthread_getname_np(pthread_self(), name, sizeof name));
    answer("name", strcmp(name, "worker"));
    return NULL;
}

void names_answer(void)
{
    pthread_t thread;
    char name[16];
    answer("long", pthread_setname_np(pthread_self(), "a name of 16 too"));
    answer("small", pthread_getname_np(pthread_self(), name, 15));
    answer("set", pthread_setname_np(pthread_self(), "a name of 15 ok"));
    pthread_create(&thread, NULL, is_named, NULL);
    pthread_join(thread, NULL);
    answer("get-own", pthread_getname_np(pthread_self(), name, sizeof name));
    answer("own-name", strcmp(name, "a name of 15 ok"));
}

/*
 * What depends on the schedule.
 */

static long look_tryjoin(pthread_t thread)
{
    int error = pthread_tryjoin_np(thread, NULL);
    if (error)
        pthread_join(thread, NULL);
    return error;
}

void tryjoin_races_with_end(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, publishes, NULL);
    answer("seen", look_tryjoin(thread));
}

static pthread_mutex_t told_lock = PTHREAD_MUTEX_INITIALIZER;
static int told;

static void *tells(void *unused)
{
    pthread_mutex_lock(&told_lock);
    told = 1;
    pthread_mutex_unlock(&told_lock);
    return NULL;
}

/* That it told of its end does not mean that it has ended. */
void tryjoin_after_last_words(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, tells, NULL);
    pthread_mutex_lock(&told_lock);
    int seen = told;
    pthread_mutex_unlock(&told_lock);
    int error = look_tryjoin(thread);
    answer("seen", seen * 100 + error);
}

/*
 * Time passes for one who sleeps although others never rest.
 */

static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER;
static int stop;

static void *works_until_told(void *unused)
{
    for (int stopped = 0; !stopped;) {
        pthread_mutex_lock(&stop_lock);
        stopped = stop;
        pthread_mutex_unlock(&stop_lock);
    }
    return NULL;
}

void sleeper_beside_worker(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, works_until_told, NULL);
    usleep(100000);
    pthread_mutex_lock(&stop_lock);
    stop = 1;
    pthread_mutex_unlock(&stop_lock);
    answer("joined", pthread_join(thread, NULL));
}

/*
 * Attributes.
 */

void more_attributes_answer(void)
{
    pthread_mutexattr_t mutex;
    pthread_condattr_t cond;
    pthread_attr_t thread;
    int value = -1;
    size_t size = 0;
    pthread_mutexattr_init(&mutex);
    answer("mutex-bad", pthread_mutexattr_setpshared(&mutex, 77));
    answer("mutex-private", pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_PRIVATE));
    pthread_mutexattr_getpshared(&mutex, &value);
    answer("mutex-get", value == PTHREAD_PROCESS_PRIVATE);
    answer("mutex-type", pthread_mutexattr_settype(&mutex, 77));
    pthread_mutexattr_destroy(&mutex);
    pthread_condattr_init(&cond);
    answer("cond-bad", pthread_condattr_setpshared(&cond, 77));
    answer("cond-shared", pthread_condattr_setpshared(&cond, PTHREAD_PROCESS_SHARED));
    pthread_condattr_getpshared(&cond, &value);
    answer("cond-get", value == PTHREAD_PROCESS_SHARED);
    answer("cond-clock", pthread_condattr_setclock(&cond, 77));
    pthread_condattr_destroy(&cond);
    pthread_attr_init(&thread);
    answer("guard", pthread_attr_setguardsize(&thread, 8192));
    pthread_attr_getguardsize(&thread, &size);
    answer("guard-get", (long)size);
    answer("scope", pthread_attr_setscope(&thread, PTHREAD_SCOPE_SYSTEM));
    answer("scope-process", pthread_attr_setscope(&thread, PTHREAD_SCOPE_PROCESS));
    pthread_attr_getscope(&thread, &value);
    answer("scope-get", value == PTHREAD_SCOPE_SYSTEM);
    pthread_attr_destroy(&thread);
}

/*
 * Calls that fail where a job asks for it.
 */

static void *does_nothing(void *unused)
{
    return NULL;
}

void failing_calls(void)
{
    pthread_t thread;
    void *memory = malloc(10);
    int error = pthread_create(&thread, NULL, does_nothing, NULL);
    if (!error)
        pthread_join(thread, NULL);
    answer("seen", (memory == NULL) * 100 + error);
    free(memory);
}
