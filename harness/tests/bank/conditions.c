/* conditions.c - condition variables. See bank.h. */
#include "harness/tests/bank/bank.h"

/* Two threads wait for different things on one condition variable, so whoever changes
 * anything must wake all. */
static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static int turn, story;

static void *take_turns(void *number)
{
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&turn_lock);
        while (turn != (int)(long)number)
            pthread_cond_wait(&turn_changed, &turn_lock);
        story = story * 10 + (int)(long)number;
        turn = (turn + 1) % 3;
        pthread_cond_broadcast(&turn_changed);
        pthread_mutex_unlock(&turn_lock);
    }
    return NULL;
}

void turns_on_one_condition(void)
{
    team(3, take_turns);
    answer("story", story);
}

/* Producers and consumers; closing wakes everybody, and what is left is still taken. */
enum { ROOM = 2 };
static struct {
    pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    int items[ROOM], first, count;
    bool closed;
} buffer = {PTHREAD_MUTEX_INITIALIZER,
            PTHREAD_COND_INITIALIZER,
            PTHREAD_COND_INITIALIZER,
            {0},
            0,
            0,
            false};

static void buffer_put(int item)
{
    pthread_mutex_lock(&buffer.lock);
    while (buffer.count == ROOM)
        pthread_cond_wait(&buffer.not_full, &buffer.lock);
    buffer.items[(buffer.first + buffer.count++) % ROOM] = item;
    pthread_cond_signal(&buffer.not_empty);
    pthread_mutex_unlock(&buffer.lock);
}

static bool buffer_get(int *item)
{
    pthread_mutex_lock(&buffer.lock);
    while (!buffer.count && !buffer.closed)
        pthread_cond_wait(&buffer.not_empty, &buffer.lock);
    bool some = buffer.count > 0;
    if (some) {
        *item = buffer.items[buffer.first];
        buffer.first = (buffer.first + 1) % ROOM;
        buffer.count--;
    }
    pthread_mutex_unlock(&buffer.lock);
    if (some)
        pthread_cond_signal(&buffer.not_full);
    return some;
}

static void *produce(void *number)
{
    for (int i = 1; i <= 3; i++)
        buffer_put((int)(long)number * 10 + i);
    return NULL;
}

static void *consume(void *unused)
{
    long sum = 0;
    int item;
    while (buffer_get(&item))
        sum += item;
    return (void *)(sum + (unused != NULL));
}

void producers_consumers_and_close(void)
{
    pthread_t producers[2], consumers[2];
    void *sums[2];
    for (long i = 0; i < 2; i++) {
        pthread_create(&producers[i], NULL, produce, (void *)i);
        pthread_create(&consumers[i], NULL, consume, NULL);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(producers[i], NULL);
    pthread_mutex_lock(&buffer.lock);
    buffer.closed = true;
    pthread_cond_broadcast(&buffer.not_empty);
    pthread_mutex_unlock(&buffer.lock);
    for (int i = 0; i < 2; i++)
        pthread_join(consumers[i], &sums[i]);
    answer("sum", (long)sums[0] + (long)sums[1]);
}

/* A wait that gives up now and then to look around, and goes on. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
} slow = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void *finish_slowly(void *unused)
{
    usleep(3000);
    pthread_mutex_lock(&slow.lock);
    slow.done = true;
    pthread_cond_signal(&slow.changed);
    pthread_mutex_unlock(&slow.lock);
    return unused;
}

void timed_wait_that_goes_on(void)
{
    pthread_condattr_t attr;
    clockid_t clock = CLOCK_REALTIME;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_condattr_getclock(&attr, &clock);
    pthread_cond_init(&slow.changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_t thread;
    pthread_create(&thread, NULL, finish_slowly, NULL);
    pthread_mutex_lock(&slow.lock);
    while (!slow.done) {
        struct timespec until = in_ms(CLOCK_MONOTONIC, 1);
        int error = pthread_cond_timedwait(&slow.changed, &slow.lock, &until);
        assert(error == 0 || error == ETIMEDOUT);
    }
    pthread_mutex_unlock(&slow.lock);
    pthread_join(thread, NULL);
    pthread_cond_destroy(&slow.changed);
    answer("clock", clock == CLOCK_MONOTONIC);
    answer("done", slow.done);
}

/* A barrier of one's own. The round tells a late sleeper that its round is over, even when
 * faster threads already fill the next one. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t open;
    int arrived, round;
} own = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
static int marks[3];

static void own_barrier(int needed)
{
    pthread_mutex_lock(&own.lock);
    int round = own.round;
    if (++own.arrived == needed) {
        own.arrived = 0;
        own.round++;
        pthread_cond_broadcast(&own.open);
    } else {
        while (round == own.round)
            pthread_cond_wait(&own.open, &own.lock);
    }
    pthread_mutex_unlock(&own.lock);
}

static void *rounds(void *number)
{
    long n = (long)number;
    for (int i = 0; i < 2; i++) {
        marks[n] += marks[n] + 1;
        own_barrier(3);
        check("same", marks[(n + 1) % 3] == marks[n]);
        own_barrier(3);
    }
    return NULL;
}

void barrier_of_ones_own(void)
{
    team(3, rounds);
    answer("mark", marks[2]);
}

/* Signalled after the lock was given up: the state was changed under it, and that is what
 * counts. */
static pthread_mutex_t latch_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t latch_open = PTHREAD_COND_INITIALIZER;
static int latch = 2, latch_data[2];

static void *count_down(void *number)
{
    latch_data[(long)number] = 4;
    pthread_mutex_lock(&latch_lock);
    bool last = --latch == 0;
    pthread_mutex_unlock(&latch_lock);
    if (last)
        pthread_cond_signal(&latch_open);
    return NULL;
}

void latch_signalled_after_unlock(void)
{
    pthread_t threads[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, count_down, (void *)i);
    pthread_mutex_lock(&latch_lock);
    while (latch)
        pthread_cond_wait(&latch_open, &latch_lock);
    pthread_mutex_unlock(&latch_lock);
    answer("data", latch_data[0] + latch_data[1]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

/* POSIX: a condition variable may be destroyed as soon as all its waiters were woken, though they
 * have not come back yet. The mutex must stay. */
static pthread_mutex_t ends_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ends;
static int ends_state, ends_waiting;

static void *wait_for_end(void *unused)
{
    pthread_mutex_lock(&ends_lock);
    ends_waiting++;
    while (!ends_state)
        pthread_cond_wait(&ends, &ends_lock);
    ends_waiting--;
    pthread_mutex_unlock(&ends_lock);
    return unused;
}

void destroyed_after_the_broadcast(void)
{
    pthread_t threads[2];
    pthread_cond_init(&ends, NULL);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, wait_for_end, NULL);
    pthread_mutex_lock(&ends_lock);
    ends_state = 1;
    pthread_cond_broadcast(&ends);
    pthread_cond_destroy(&ends);
    pthread_mutex_unlock(&ends_lock);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    answer("waiting", ends_waiting);
}

/* A semaphore of one's own. Each post makes room for one, so a signal is enough. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t positive;
    int value;
} credit = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 1};
static int critical;

static void credit_take(void)
{
    pthread_mutex_lock(&credit.lock);
    while (credit.value == 0)
        pthread_cond_wait(&credit.positive, &credit.lock);
    credit.value--;
    pthread_mutex_unlock(&credit.lock);
}

static void credit_give(void)
{
    pthread_mutex_lock(&credit.lock);
    credit.value++;
    pthread_cond_signal(&credit.positive);
    pthread_mutex_unlock(&credit.lock);
}

static void *use_credit(void *unused)
{
    for (int i = 0; i < 2; i++) {
        credit_take();
        critical++;
        credit_give();
    }
    return unused;
}

void semaphore_of_ones_own(void)
{
    team(3, use_credit);
    answer("critical", critical);
}

/* A readers-writer lock of one's own, where a waiting writer keeps new readers out. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int readers, writers_waiting;
    bool writing;
} access_to = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, false};
static int page[2];

static void *read_page(void *unused)
{
    pthread_mutex_lock(&access_to.lock);
    while (access_to.writing || access_to.writers_waiting)
        pthread_cond_wait(&access_to.changed, &access_to.lock);
    access_to.readers++;
    pthread_mutex_unlock(&access_to.lock);
    check("same", page[0] == page[1]);
    pthread_mutex_lock(&access_to.lock);
    if (--access_to.readers == 0)
        pthread_cond_broadcast(&access_to.changed);
    pthread_mutex_unlock(&access_to.lock);
    return unused;
}

static void *write_page(void *unused)
{
    pthread_mutex_lock(&access_to.lock);
    access_to.writers_waiting++;
    while (access_to.writing || access_to.readers)
        pthread_cond_wait(&access_to.changed, &access_to.lock);
    access_to.writers_waiting--;
    access_to.writing = true;
    pthread_mutex_unlock(&access_to.lock);
    page[0]++;
    page[1]++;
    pthread_mutex_lock(&access_to.lock);
    access_to.writing = false;
    pthread_cond_broadcast(&access_to.changed);
    pthread_mutex_unlock(&access_to.lock);
    return unused;
}

static void *read_or_write(void *number)
{
    return (long)number < 2 ? read_page(NULL) : write_page(NULL);
}

void readers_and_writers_of_ones_own(void)
{
    team(4, read_or_write);
    answer("page", page[1]);
}

/* Everybody has a condition variable of their own, all with one mutex: the order in which
 * they are served is the order of their numbers. */
static pthread_mutex_t desk = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t called[3] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER,
                                   PTHREAD_COND_INITIALIZER};
static int serving, served;

static void *be_served(void *number)
{
    int mine = (int)(long)number;
    pthread_mutex_lock(&desk);
    while (serving != mine)
        pthread_cond_wait(&called[mine], &desk);
    served = served * 10 + mine + 1;
    serving++;
    if (serving < 3)
        pthread_cond_signal(&called[serving]);
    pthread_mutex_unlock(&desk);
    return NULL;
}

void a_condition_for_each(void)
{
    team(3, be_served);
    answer("served", served);
}

/* A deadline that has passed already, as a way of looking; and one on another clock. */
void waits_into_the_past(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never = PTHREAD_COND_INITIALIZER;
    struct timespec past = {1, 0}, soon = in_ms(CLOCK_MONOTONIC, 2);
    int error = 0, other = 0;
    pthread_mutex_lock(&lock);
    while (!error)
        error = pthread_cond_timedwait(&never, &lock, &past);
    while (!other)
        other = pthread_cond_clockwait(&never, &lock, CLOCK_MONOTONIC, &soon);
    pthread_mutex_unlock(&lock);
    answer("past", error == ETIMEDOUT);
    answer("soon", other == ETIMEDOUT);
    pthread_cond_destroy(&never);
    pthread_mutex_destroy(&lock);
}

/* An event that is set and cleared at once: the count of sets tells a slow waiter that it
 * happened. */
static pthread_mutex_t event_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t event_set = PTHREAD_COND_INITIALIZER;
static int event_count;

static void *await_two_events(void *unused)
{
    pthread_mutex_lock(&event_lock);
    while (event_count < 2)
        pthread_cond_wait(&event_set, &event_lock);
    pthread_mutex_unlock(&event_lock);
    return unused;
}

static void *set_event(void *unused)
{
    pthread_mutex_lock(&event_lock);
    event_count++;
    pthread_mutex_unlock(&event_lock);
    pthread_cond_broadcast(&event_set);
    return unused;
}

static void *wait_or_set(void *number)
{
    return (long)number < 2 ? await_two_events(NULL) : set_event(NULL);
}

void pulses_are_counted(void)
{
    team(4, wait_or_set);
    answer("count", event_count);
}
