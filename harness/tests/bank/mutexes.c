/* mutexes.c - mutexes of all kinds. See bank.h. */
#include "harness/tests/bank/bank.h"

/* Kinds made by attributes and by initialisers; what relocking says is part of each kind. */
static pthread_mutex_t static_recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t static_checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t made[3];
static int kinds_total;

static void *use_all_kinds(void *unused)
{
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&made[i]);
        if (i == 0)
            kinds_total++;
        pthread_mutex_unlock(&made[i]);
    }
    pthread_mutex_lock(&static_recursive);
    pthread_mutex_lock(&static_recursive);
    pthread_mutex_unlock(&static_recursive);
    pthread_mutex_unlock(&static_recursive);
    return unused;
}

void mutexes_of_all_kinds(void)
{
    static const int types[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ERRORCHECK,
                                PTHREAD_MUTEX_RECURSIVE};
    int type = -1;
    for (int i = 0; i < 3; i++) {
        pthread_mutexattr_t attr;
        pthread_mutexattr_init(&attr);
        pthread_mutexattr_settype(&attr, types[i]);
        pthread_mutexattr_gettype(&attr, &type);
        pthread_mutex_init(&made[i], &attr);
        pthread_mutexattr_destroy(&attr);
    }
    pair_of(use_all_kinds, use_all_kinds);
    pthread_mutex_lock(&static_checking);
    answer("relock", pthread_mutex_lock(&static_checking) == EDEADLK);
    answer("trylock", pthread_mutex_trylock(&static_checking) == EBUSY);
    pthread_mutex_unlock(&static_checking);
    for (int i = 0; i < 3; i++)
        pthread_mutex_destroy(&made[i]);
    answer("total", kinds_total);
    answer("type", type == PTHREAD_MUTEX_RECURSIVE);
}

/* Both orders, yet no deadlock: who cannot have the second lock gives the first back. */
static pthread_mutex_t back_a = PTHREAD_MUTEX_INITIALIZER, back_b = PTHREAD_MUTEX_INITIALIZER;
static int back_total;

static void lock_both(pthread_mutex_t *first, pthread_mutex_t *second)
{
    for (;;) {
        pthread_mutex_lock(first);
        if (pthread_mutex_trylock(second) == 0)
            return;
        pthread_mutex_unlock(first);
        sched_yield();
    }
}

static void *back_off(void *number)
{
    if (number)
        lock_both(&back_a, &back_b);
    else
        lock_both(&back_b, &back_a);
    back_total++;
    pthread_mutex_unlock(&back_b);
    pthread_mutex_unlock(&back_a);
    return NULL;
}

void trylock_and_back_off(void)
{
    team(2, back_off);
    answer("total", back_total);
}

/* A sorted list where each node has its lock; two are held at a time, the next before the
 * last is let go. */
struct node {
    pthread_mutex_t lock;
    int key;
    struct node *next;
};

static struct node head = {PTHREAD_MUTEX_INITIALIZER, -1, NULL};

static void list_insert(int key)
{
    struct node *new = malloc(sizeof *new);
    new->key = key;
    pthread_mutex_init(&new->lock, NULL);
    struct node *at = &head;
    pthread_mutex_lock(&at->lock);
    while (at->next && at->next->key < key) {
        struct node *next = at->next;
        pthread_mutex_lock(&next->lock);
        pthread_mutex_unlock(&at->lock);
        at = next;
    }
    new->next = at->next;
    at->next = new;
    pthread_mutex_unlock(&at->lock);
}

static void *insert_some(void *number)
{
    list_insert((int)(long)number * 2);
    list_insert((int)(long)number + 5);
    return NULL;
}

void hand_over_hand(void)
{
    team(2, insert_some);
    long keys = 0;
    while (head.next) {
        struct node *first = head.next;
        keys = keys * 10 + first->key;
        head.next = first->next;
        pthread_mutex_destroy(&first->lock);
        free(first);
    }
    answer("keys", keys);
}

/* Always the lower address first. */
static struct account {
    pthread_mutex_t lock;
    long balance;
} accounts[3] = {{PTHREAD_MUTEX_INITIALIZER, 10},
                 {PTHREAD_MUTEX_INITIALIZER, 20},
                 {PTHREAD_MUTEX_INITIALIZER, 30}};

static void move_money(struct account *from, struct account *to, long amount)
{
    struct account *low = from < to ? from : to, *high = from < to ? to : from;
    pthread_mutex_lock(&low->lock);
    pthread_mutex_lock(&high->lock);
    from->balance -= amount;
    to->balance += amount;
    pthread_mutex_unlock(&high->lock);
    pthread_mutex_unlock(&low->lock);
}

static void *move_around(void *number)
{
    long n = (long)number;
    move_money(&accounts[n], &accounts[(n + 1) % 3], n + 1);
    return NULL;
}

void transfers_in_a_ring(void)
{
    team(3, move_around);
    answer("first", accounts[0].balance);
    answer("second", accounts[1].balance);
    answer("third", accounts[2].balance);
}

/* A time-out is no failure: it is tried again. */
static pthread_mutex_t patient = PTHREAD_MUTEX_INITIALIZER;
static int patient_total;

static void *lock_with_patience(void *number)
{
    int error;
    do {
        if (number) {
            struct timespec until = in_ms(CLOCK_REALTIME, 1);
            error = pthread_mutex_timedlock(&patient, &until);
        } else {
            struct timespec until = in_ms(CLOCK_MONOTONIC, 1);
            error = pthread_mutex_clocklock(&patient, CLOCK_MONOTONIC, &until);
        }
    } while (error == ETIMEDOUT);
    patient_total++;
    pthread_mutex_unlock(&patient);
    return NULL;
}

void timed_locks_try_again(void)
{
    team(3, lock_with_patience);
    answer("total", patient_total);
}

/* One place in memory, three lives. */
static pthread_mutex_t again;
static int again_total;

static void *use_again(void *times)
{
    for (long i = 0; i < *(long *)times; i++)
        pthread_mutex_lock(&again);
    again_total++;
    for (long i = 0; i < *(long *)times; i++)
        pthread_mutex_unlock(&again);
    return NULL;
}

void destroyed_and_made_again(void)
{
    for (long life = 1; life <= 3; life++) {
        pthread_mutexattr_t attr;
        pthread_mutexattr_init(&attr);
        pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
        pthread_mutex_init(&again, life > 1 ? &attr : NULL);
        pthread_mutexattr_destroy(&attr);
        pthread_t one, two;
        pthread_create(&one, NULL, use_again, &life);
        pthread_create(&two, NULL, use_again, &life);
        pthread_join(one, NULL);
        pthread_join(two, NULL);
        pthread_mutex_destroy(&again);
    }
    answer("total", again_total);
}

/* The last user destroys the lock right after it gave it up, as POSIX allows: nobody else will use
 * it, since each left its reference under the lock. */
struct shared {
    pthread_mutex_t lock;
    int users, sum;
};

static atomic_int shared_sum;

static void *leave_shared(void *data)
{
    struct shared *shared = data;
    pthread_mutex_lock(&shared->lock);
    shared->sum += 3;
    bool last = --shared->users == 0;
    pthread_mutex_unlock(&shared->lock);
    if (last) {
        atomic_store(&shared_sum, shared->sum);
        pthread_mutex_destroy(&shared->lock);
        free(shared);
    }
    return NULL;
}

void last_user_destroys_the_lock(void)
{
    struct shared *shared = calloc(1, sizeof *shared);
    pthread_mutex_init(&shared->lock, NULL);
    shared->users = 3;
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, leave_shared, shared);
    pthread_create(&threads[1], NULL, leave_shared, shared);
    leave_shared(shared);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    answer("sum", atomic_load(&shared_sum));
}

/* Functions that lock call each other. */
static pthread_mutex_t tree_lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int tree_nodes;

static void grow_tree(int depth)
{
    pthread_mutex_lock(&tree_lock);
    tree_nodes++;
    if (depth > 0) {
        grow_tree(depth - 1);
        if (pthread_mutex_trylock(&tree_lock) == 0) {
            grow_tree(depth - 1);
            pthread_mutex_unlock(&tree_lock);
        }
    }
    pthread_mutex_unlock(&tree_lock);
}

static void *grow(void *unused)
{
    grow_tree(2);
    return unused;
}

void recursive_calls(void)
{
    pair_of(grow, grow);
    answer("nodes", tree_nodes);
}

/* A hash table whose buckets are guarded by fewer locks than there are buckets. */
enum { BUCKETS = 6, STRIPES = 2 };
static pthread_mutex_t stripes[STRIPES] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int buckets[BUCKETS];

static void *fill_buckets(void *number)
{
    for (int i = 0; i < BUCKETS / 2; i++) {
        int bucket = (i * 5 + (int)(long)number) % BUCKETS;
        pthread_mutex_lock(&stripes[bucket % STRIPES]);
        buckets[bucket]++;
        pthread_mutex_unlock(&stripes[bucket % STRIPES]);
    }
    return NULL;
}

void striped_table(void)
{
    team(3, fill_buckets);
    int sum = 0;
    for (int i = 0; i < STRIPES; i++)
        pthread_mutex_lock(&stripes[i]);
    for (int i = 0; i < BUCKETS; i++)
        sum += buckets[i];
    for (int i = STRIPES; i-- > 0;)
        pthread_mutex_unlock(&stripes[i]);
    answer("sum", sum);
}

/* Whole structures are copied: in and out under the lock, then used without it. A copy of the
 * structure that holds the lock would copy the lock too; of its data it does not. */
struct reading {
    int low, high;
    char label[8];
};

static struct {
    pthread_mutex_t lock;
    struct reading now;
} gauge = {PTHREAD_MUTEX_INITIALIZER, {1, 2, "start"}};

static void *set_gauge(void *unused)
{
    struct reading next = {10, 20, "next"};
    pthread_mutex_lock(&gauge.lock);
    memcpy(&gauge.now, &next, sizeof next);
    pthread_mutex_unlock(&gauge.lock);
    return unused;
}

static void *read_gauge(void *unused)
{
    struct reading copy;
    pthread_mutex_lock(&gauge.lock);
    copy = gauge.now;
    pthread_mutex_unlock(&gauge.lock);
    check("whole", copy.high == 2 * copy.low && strlen(copy.label) == (copy.low == 1 ? 5u : 4u));
    return unused;
}

void copies_out_of_the_lock(void)
{
    pair_of(set_gauge, read_gauge);
    answer("high", gauge.now.high);
}

/* Three ways out, one place that unlocks. */
static pthread_mutex_t ways = PTHREAD_MUTEX_INITIALIZER;
static int visits;

static int enter(int kind)
{
    int result = -1;
    if (pthread_mutex_lock(&ways))
        return result;
    visits++;
    if (kind == 0)
        goto out;
    result = 0;
    if (kind == 1)
        goto out;
    result = kind;
out:
    pthread_mutex_unlock(&ways);
    return result;
}

static void *enter_each(void *number)
{
    return (void *)(long)enter((int)(long)number);
}

void one_way_out(void)
{
    pthread_t threads[3];
    long sum = 0;
    for (long i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, enter_each, (void *)i);
    for (int i = 0; i < 3; i++) {
        void *result;
        pthread_join(threads[i], &result);
        sum = sum * 10 + (long)result;
    }
    answer("sum", sum);
    answer("visits", visits);
}

/* Two locks each way round, but never at once: a gate is always taken first. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t inner[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int gated;

static void *through_gate(void *number)
{
    long first = (long)number;
    pthread_mutex_lock(&gate);
    pthread_mutex_lock(&inner[first]);
    pthread_mutex_lock(&inner[!first]);
    gated++;
    pthread_mutex_unlock(&inner[first]);
    pthread_mutex_unlock(&inner[!first]);
    pthread_mutex_unlock(&gate);
    return NULL;
}

void both_orders_behind_a_gate(void)
{
    team(2, through_gate);
    answer("total", gated);
}
