/* rooms.c - more small programs, with several kinds of objects in each. See bank.h. */
#include "harness/tests/bank/bank.h"

/* The sleeping barber: customers that find no chair leave, and are counted. */
static pthread_mutex_t shop = PTHREAD_MUTEX_INITIALIZER;
static sem_t customers, barber, haircut;
static int chairs = 1, served, left_unserved;
static bool closed;

static void *cut_hair(void *unused)
{
    for (;;) {
        sem_wait(&customers);
        pthread_mutex_lock(&shop);
        bool end = closed && chairs == 1;
        chairs += !end;
        pthread_mutex_unlock(&shop);
        if (end)
            return unused;
        sem_post(&barber);
        sem_wait(&haircut);
    }
}

static void *want_haircut(void *unused)
{
    pthread_mutex_lock(&shop);
    bool stays = chairs > 0;
    chairs -= stays;
    left_unserved += !stays;
    pthread_mutex_unlock(&shop);
    if (!stays)
        return unused;
    sem_post(&customers);
    sem_wait(&barber);
    pthread_mutex_lock(&shop);
    served++;
    pthread_mutex_unlock(&shop);
    sem_post(&haircut);
    return unused;
}

void sleeping_barber(void)
{
    pthread_t worker;
    sem_init(&customers, 0, 0);
    sem_init(&barber, 0, 0);
    sem_init(&haircut, 0, 0);
    pthread_create(&worker, NULL, cut_hair, NULL);
    team(2, want_haircut);
    pthread_mutex_lock(&shop);
    closed = true;
    pthread_mutex_unlock(&shop);
    sem_post(&customers);
    pthread_join(worker, NULL);
    sem_destroy(&customers);
    sem_destroy(&barber);
    sem_destroy(&haircut);
    answer("all", served + left_unserved);
    answer("some", served >= 1);
}

/* Water: two of one kind and one of the other leave together. */
static sem_t hydrogen, oxygen;
static pthread_barrier_t molecule;
static atomic_int bonds;

static void *bond(void *number)
{
    sem_t *queue = (long)number % 3 ? &hydrogen : &oxygen;
    sem_wait(queue);
    atomic_fetch_add(&bonds, 1);
    pthread_barrier_wait(&molecule);
    check("three", atomic_load(&bonds) >= 3);
    sem_post(queue);
    return NULL;
}

void water_molecules(void)
{
    sem_init(&hydrogen, 0, 2);
    sem_init(&oxygen, 0, 1);
    pthread_barrier_init(&molecule, NULL, 3);
    team(3, bond);
    answer("bonds", atomic_load(&bonds));
    pthread_barrier_destroy(&molecule);
    sem_destroy(&hydrogen);
    sem_destroy(&oxygen);
}

/* A logger in a detached thread: closing waits until it says that it will touch nothing any more.
 * Its last touch of the lock is giving it up. */
struct logger {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int lines, written;
    bool closing, gone;
};

static void *run_logger(void *data)
{
    struct logger *logger = data;
    pthread_mutex_lock(&logger->lock);
    while (!logger->closing || logger->lines) {
        while (!logger->lines && !logger->closing)
            pthread_cond_wait(&logger->changed, &logger->lock);
        logger->written += logger->lines;
        logger->lines = 0;
    }
    logger->gone = true;
    pthread_cond_broadcast(&logger->changed);
    pthread_mutex_unlock(&logger->lock);
    return NULL;
}

static void log_line(struct logger *logger)
{
    pthread_mutex_lock(&logger->lock);
    logger->lines++;
    pthread_cond_signal(&logger->changed);
    pthread_mutex_unlock(&logger->lock);
}

void logger_closed_in_step(void)
{
    struct logger *logger = calloc(1, sizeof *logger);
    pthread_t thread;
    pthread_mutex_init(&logger->lock, NULL);
    pthread_cond_init(&logger->changed, NULL);
    pthread_create(&thread, NULL, run_logger, logger);
    pthread_detach(thread);
    log_line(logger);
    log_line(logger);
    pthread_mutex_lock(&logger->lock);
    logger->closing = true;
    pthread_cond_broadcast(&logger->changed);
    while (!logger->gone)
        pthread_cond_wait(&logger->changed, &logger->lock);
    pthread_mutex_unlock(&logger->lock);
    answer("written", logger->written);
    pthread_cond_destroy(&logger->changed);
    pthread_mutex_destroy(&logger->lock);
    free(logger);
}

/* Letters to each other: a mailbox each, and an answer to every letter. */
static struct mailbox {
    pthread_mutex_t lock;
    sem_t letters;
    int slots[4], in, out;
} boxes[2];

static void post_letter(struct mailbox *box, int letter)
{
    pthread_mutex_lock(&box->lock);
    box->slots[box->in++ % 4] = letter;
    pthread_mutex_unlock(&box->lock);
    sem_post(&box->letters);
}

static int read_letter(struct mailbox *box)
{
    sem_wait(&box->letters);
    pthread_mutex_lock(&box->lock);
    int letter = box->slots[box->out++ % 4];
    pthread_mutex_unlock(&box->lock);
    return letter;
}

static void *correspond(void *number)
{
    long me = (long)number, sum = 0;
    for (int i = 0; i < 2; i++) {
        post_letter(&boxes[!me], (int)me + 1);
        sum += read_letter(&boxes[me]);
    }
    return (void *)sum;
}

void letters_both_ways(void)
{
    pthread_t threads[2];
    void *sums[2];
    for (int i = 0; i < 2; i++) {
        pthread_mutex_init(&boxes[i].lock, NULL);
        sem_init(&boxes[i].letters, 0, 0);
    }
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, correspond, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &sums[i]);
    answer("first", (long)sums[0]);
    answer("second", (long)sums[1]);
    for (int i = 0; i < 2; i++) {
        sem_destroy(&boxes[i].letters);
        pthread_mutex_destroy(&boxes[i].lock);
    }
}

/* Results kept by thread and added up at the end, the slots found by a thread-local number. */
static atomic_int next_slot;
static _Thread_local int slot = -1;
static long slots[4];

static void add_to_own(long n)
{
    if (slot < 0)
        slot = atomic_fetch_add(&next_slot, 1);
    slots[slot] += n;
}

static void *add_locally(void *number)
{
    for (int i = 0; i < 3; i++)
        add_to_own((long)number + 1);
    return NULL;
}

void sums_by_thread(void)
{
    team(3, add_locally);
    add_to_own(100);
    long sum = 0;
    for (int i = 0; i < 4; i++)
        sum += slots[i];
    answer("sum", sum);
    answer("slots", atomic_load(&next_slot));
}

/* Subscribers under a readers-writer lock; each has a lock for what it counts. */
static pthread_rwlock_t subscribers_lock = PTHREAD_RWLOCK_INITIALIZER;
static struct subscriber {
    pthread_mutex_t lock;
    int received;
    struct subscriber *next;
} * subscribers;

static void *publish(void *unused)
{
    pthread_rwlock_rdlock(&subscribers_lock);
    for (struct subscriber *each = subscribers; each; each = each->next) {
        pthread_mutex_lock(&each->lock);
        each->received++;
        pthread_mutex_unlock(&each->lock);
    }
    pthread_rwlock_unlock(&subscribers_lock);
    return unused;
}

static void *subscribe(void *unused)
{
    struct subscriber *new = calloc(1, sizeof *new);
    pthread_mutex_init(&new->lock, NULL);
    pthread_rwlock_wrlock(&subscribers_lock);
    new->next = subscribers;
    subscribers = new;
    pthread_rwlock_unlock(&subscribers_lock);
    return unused;
}

static void *publish_or_subscribe(void *number)
{
    return (long)number < 2 ? publish(NULL) : subscribe(NULL);
}

void subscribers_come_meanwhile(void)
{
    subscribe(NULL);
    team(3, publish_or_subscribe);
    int n = 0, bounded = 1, first = 0;
    while (subscribers) {
        struct subscriber *each = subscribers;
        subscribers = each->next;
        first = each->received;
        bounded = bounded && each->received <= 2;
        pthread_mutex_destroy(&each->lock);
        free(each);
        n++;
    }
    answer("n", n);
    answer("first", first);
    answer("bounded", bounded);
}

/* Two phases decided by one: work, then report; a leader elected by compare and swap. */
static atomic_int leader = -1;
static pthread_barrier_t elected;
static int announcements;

static void *elect(void *number)
{
    int none = -1;
    atomic_compare_exchange_strong(&leader, &none, (int)(long)number);
    pthread_barrier_wait(&elected);
    if (atomic_load_explicit(&leader, memory_order_relaxed) == (int)(long)number)
        announcements++;
    return NULL;
}

void one_leader(void)
{
    pthread_barrier_init(&elected, NULL, 3);
    team(3, elect);
    pthread_barrier_destroy(&elected);
    answer("announcements", announcements);
}

/* A bridge of one lane: all on it go one way; the direction changes when it is empty. */
static pthread_mutex_t bridge_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bridge_free = PTHREAD_COND_INITIALIZER;
static int on_bridge[2], crossed;

static void *cross(void *number)
{
    int way = (int)(long)number % 2;
    pthread_mutex_lock(&bridge_lock);
    while (on_bridge[!way])
        pthread_cond_wait(&bridge_free, &bridge_lock);
    on_bridge[way]++;
    pthread_mutex_unlock(&bridge_lock);
    sched_yield();
    pthread_mutex_lock(&bridge_lock);
    check("one-way", !on_bridge[!way]);
    crossed++;
    if (--on_bridge[way] == 0)
        pthread_cond_broadcast(&bridge_free);
    pthread_mutex_unlock(&bridge_lock);
    return NULL;
}

void bridge_of_one_lane(void)
{
    team(4, cross);
    answer("crossed", crossed);
}
