/* atomics.c - C11 atomics, the older builtins and volatile. See bank.h. */
#include "harness/tests/bank/bank.h"

/* Dropping a reference releases what was done with the object; the last one acquires all of
 * that before it frees. Taking a reference orders nothing and needs to. */
struct counted {
    atomic_int references;
    int parts[3];
};

static atomic_int parts_sum;

static void drop(struct counted *counted)
{
    if (atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) > 1)
        return;
    atomic_store(&parts_sum, counted->parts[0] + counted->parts[1] + counted->parts[2]);
    free(counted);
}

static struct counted *counted_object;

static void *use_counted(void *number)
{
    counted_object->parts[(long)number] = 5;
    drop(counted_object);
    return NULL;
}

void reference_count(void)
{
    counted_object = calloc(1, sizeof *counted_object);
    atomic_init(&counted_object->references, 1);
    for (int i = 0; i < 3; i++)
        atomic_fetch_add_explicit(&counted_object->references, 1, memory_order_relaxed);
    struct counted *own = counted_object;
    team(3, use_counted);
    drop(own);
    answer("sum", atomic_load(&parts_sum));
}

/* The same with a release decrement, and a fence in the one thread that frees. */
static atomic_int users = 2;
static int *shared_block;

static void *leave_by_fence(void *number)
{
    shared_block[(long)number] = 1;
    if (atomic_fetch_sub_explicit(&users, 1, memory_order_release) == 1) {
        atomic_thread_fence(memory_order_acquire);
        check("all", shared_block[0] + shared_block[1] == 2);
        free(shared_block);
    }
    return NULL;
}

void last_one_fences(void)
{
    shared_block = calloc(2, sizeof *shared_block);
    team(2, leave_by_fence);
    answer("users", atomic_load(&users));
}

/* Double-checked locking done right: the pointer is published with release and looked at with
 * acquire; under the lock, relaxed is enough. */
struct config {
    int size, depth;
};

static pthread_mutex_t config_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct config *) config;
static int config_made;

static struct config *get_config(void)
{
    struct config *found = atomic_load_explicit(&config, memory_order_acquire);
    if (found)
        return found;
    pthread_mutex_lock(&config_lock);
    found = atomic_load_explicit(&config, memory_order_relaxed);
    if (!found) {
        found = malloc(sizeof *found);
        found->size = 3;
        found->depth = 4;
        config_made++;
        atomic_store_explicit(&config, found, memory_order_release);
    }
    pthread_mutex_unlock(&config_lock);
    return found;
}

static void *use_config(void *unused)
{
    check("whole", get_config()->size + get_config()->depth == 7);
    return unused;
}

void double_checked_locking(void)
{
    team(3, use_config);
    answer("made", config_made);
    free(atomic_load(&config));
}

/* A sequence lock whose data are atomics: readers may see halves, notice, and look again. */
static atomic_uint sequence;
static atomic_int first_half, second_half;

static void *write_sequence(void *unused)
{
    for (int i = 1; i <= 2; i++) {
        unsigned now = atomic_load_explicit(&sequence, memory_order_relaxed);
        atomic_store_explicit(&sequence, now + 1, memory_order_relaxed);
        atomic_thread_fence(memory_order_release);
        atomic_store_explicit(&first_half, i, memory_order_relaxed);
        atomic_store_explicit(&second_half, -i, memory_order_relaxed);
        atomic_store_explicit(&sequence, now + 2, memory_order_release);
    }
    return unused;
}

static void *read_sequence(void *unused)
{
    unsigned before, after;
    int first, second;
    do {
        before = atomic_load_explicit(&sequence, memory_order_acquire);
        first = atomic_load_explicit(&first_half, memory_order_relaxed);
        second = atomic_load_explicit(&second_half, memory_order_relaxed);
        atomic_thread_fence(memory_order_acquire);
        after = atomic_load_explicit(&sequence, memory_order_relaxed);
    } while (before != after || before % 2);
    check("opposite", first == -second);
    return unused;
}

void sequence_lock(void)
{
    pair_of(write_sequence, read_sequence);
    answer("first", atomic_load(&first_half));
}

/* Tickets: served in the order of asking. */
static atomic_uint next_ticket, now_serving;
static int with_ticket;

static void *take_ticket(void *unused)
{
    for (int i = 0; i < 2; i++) {
        unsigned mine = atomic_fetch_add_explicit(&next_ticket, 1, memory_order_relaxed);
        while (atomic_load_explicit(&now_serving, memory_order_acquire) != mine)
            sched_yield();
        with_ticket++;
        atomic_store_explicit(&now_serving, mine + 1, memory_order_release);
    }
    return unused;
}

void ticket_lock(void)
{
    team(3, take_ticket);
    answer("total", with_ticket);
}

/* Peterson's algorithm needs one order of all four variables: seq_cst. */
static atomic_int wants[2], victim;
static int peterson_total;

static void *peterson(void *number)
{
    int me = (int)(long)number;
    for (int i = 0; i < 2; i++) {
        atomic_store(&wants[me], 1);
        atomic_store(&victim, me);
        while (atomic_load(&wants[!me]) && atomic_load(&victim) == me)
            sched_yield();
        peterson_total++;
        atomic_store(&wants[me], 0);
    }
    return NULL;
}

void petersons_lock(void)
{
    team(2, peterson);
    answer("total", peterson_total);
}

/* Dekker's idea without waiting: of two that announce themselves, at least one sees the other.
 * Fences order the relaxed accesses. */
static atomic_int announced[2], seen[2];

static void *announce(void *number)
{
    long me = (long)number;
    atomic_store_explicit(&announced[me], 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_seq_cst);
    atomic_store(&seen[me], atomic_load_explicit(&announced[!me], memory_order_relaxed));
    return NULL;
}

void one_sees_the_other(void)
{
    team(2, announce);
    answer("seen", atomic_load(&seen[0]) + atomic_load(&seen[1]) >= 1);
}

/* Test and test-and-set: look before the costly attempt, yield in between. */
static atomic_bool busy;
static int tas_total;

static void *test_and_test_and_set(void *unused)
{
    while (atomic_load_explicit(&busy, memory_order_relaxed) ||
           atomic_exchange_explicit(&busy, true, memory_order_acquire))
        sched_yield();
    tas_total++;
    atomic_store_explicit(&busy, false, memory_order_release);
    return unused;
}

void test_before_test_and_set(void)
{
    team(3, test_and_test_and_set);
    answer("total", tas_total);
}

/* Spin a little, then block: the flag is looked at under the lock before waiting. */
static atomic_int is_ready;
static pthread_mutex_t ready_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready_changed = PTHREAD_COND_INITIALIZER;
static int prepared;

static void *spin_then_block(void *unused)
{
    for (int i = 0; i < 10; i++)
        if (atomic_load_explicit(&is_ready, memory_order_acquire))
            goto ready;
    pthread_mutex_lock(&ready_lock);
    while (!atomic_load_explicit(&is_ready, memory_order_relaxed))
        pthread_cond_wait(&ready_changed, &ready_lock);
    pthread_mutex_unlock(&ready_lock);
ready:
    check("prepared", prepared == 8);
    return unused;
}

static void *get_ready(void *unused)
{
    prepared = 8;
    pthread_mutex_lock(&ready_lock);
    atomic_store_explicit(&is_ready, 1, memory_order_release);
    pthread_cond_broadcast(&ready_changed);
    pthread_mutex_unlock(&ready_lock);
    return unused;
}

void bounded_spin_then_block(void)
{
    pair_of(spin_then_block, get_ready);
    answer("value", prepared);
}

/* Nothing but the number matters, and the join publishes it. */
static atomic_long relaxed_count;

static void *count_relaxed(void *unused)
{
    for (int i = 0; i < 4; i++)
        atomic_fetch_add_explicit(&relaxed_count, 1, memory_order_relaxed);
    return unused;
}

void relaxed_counter(void)
{
    team(3, count_relaxed);
    answer("count", atomic_load_explicit(&relaxed_count, memory_order_relaxed));
}

/* A maximum, a sum with overflow checks, and bits. */
static atomic_int highest, saturated;
static atomic_uint bits = 0xF0;

static void raise_highest(int value)
{
    int known = atomic_load(&highest);
    while (known < value && !atomic_compare_exchange_weak(&highest, &known, value))
        ;
}

static void *operate(void *number)
{
    int n = (int)(long)number;
    raise_highest(n * 3 + 1);
    int old = atomic_load(&saturated), new;
    do
        new = old + 4 > 10 ? 10 : old + 4;
    while (!atomic_compare_exchange_strong(&saturated, &old, new));
    atomic_fetch_or(&bits, 1u << n);
    atomic_fetch_and(&bits, ~(0x10u << n));
    atomic_fetch_xor(&bits, 0x100u << n);
    return NULL;
}

void compare_and_swap_loops(void)
{
    team(3, operate);
    answer("highest", atomic_load(&highest));
    answer("saturated", atomic_load(&saturated));
    answer("bits", atomic_load(&bits));
}

/* Each element is claimed by exactly one, who then owns the plain data beside it. */
static struct {
    atomic_flag taken;
    int work;
} tasks[4] = {
    {ATOMIC_FLAG_INIT, 0}, {ATOMIC_FLAG_INIT, 0}, {ATOMIC_FLAG_INIT, 0}, {ATOMIC_FLAG_INIT, 0}};

static void *claim_tasks(void *number)
{
    for (int i = 0; i < 4; i++) {
        int at = (i + (int)(long)number * 2) % 4;
        if (!atomic_flag_test_and_set(&tasks[at].taken))
            tasks[at].work++;
    }
    return NULL;
}

void claimed_once(void)
{
    team(3, claim_tasks);
    int sum = 0;
    for (int i = 0; i < 4; i++)
        sum = sum * 10 + tasks[i].work;
    answer("work", sum);
}

/* A relay: what the first wrote reaches the third through the second's read-modify-write, which
 * continues the release sequence though it is relaxed itself. */
static atomic_int relay;
static int baton;

static void *relay_first(void *unused)
{
    baton = 77;
    atomic_store_explicit(&relay, 1, memory_order_release);
    return unused;
}

static void *relay_second(void *unused)
{
    int one = 1;
    atomic_compare_exchange_strong_explicit(&relay, &one, 2, memory_order_relaxed,
                                            memory_order_relaxed);
    return unused;
}

static void *relay_third(void *unused)
{
    int got = atomic_load_explicit(&relay, memory_order_acquire);
    check("baton", got == 0 || baton == 77);
    return unused;
}

static void *run_relay(void *number)
{
    void *(*const legs[])(void *) = {relay_first, relay_second, relay_third};
    return legs[(long)number](NULL);
}

void release_sequence(void)
{
    team(3, run_relay);
    answer("value", baton);
}

/* The builtins from before C11. */
static int old_sum, old_lock, old_guarded;
static long old_last;

static void *old_builtins(void *number)
{
    __sync_fetch_and_add(&old_sum, 2);
    __atomic_add_fetch(&old_sum, 1, __ATOMIC_SEQ_CST);
    while (__sync_lock_test_and_set(&old_lock, 1))
        sched_yield();
    old_guarded++;
    __sync_lock_release(&old_lock);
    __sync_synchronize();
    long expected = 0;
    __atomic_compare_exchange_n(&old_last, &expected, (long)number + 1, false, __ATOMIC_ACQ_REL,
                                __ATOMIC_ACQUIRE);
    return NULL;
}

void builtins_from_before_c11(void)
{
    team(3, old_builtins);
    answer("sum", __atomic_load_n(&old_sum, __ATOMIC_ACQUIRE));
    answer("guarded", old_guarded);
    answer("once", old_last >= 1 && old_last <= 3);
}

/* A small structure as one atomic. */
struct point {
    short x, y;
};

static _Atomic(struct point) point;

static void *move_point(void *unused)
{
    struct point old = atomic_load(&point), new;
    do {
        new = (struct point){(short)(old.x + 1), (short)(old.y - 1)};
    } while (!atomic_compare_exchange_weak(&point, &old, new));
    return unused;
}

void structure_as_one_atomic(void)
{
    team(3, move_point);
    struct point end = atomic_load(&point);
    answer("x", end.x);
    answer("y", end.y);
}

/* Volatile is no synchronisation; used by one thread alone, or under a lock, it does no
 * harm either. */
static pthread_mutex_t volatile_lock = PTHREAD_MUTEX_INITIALIZER;
static volatile int under_lock;

static void *use_volatile(void *number)
{
    volatile int local = (int)(long)number;
    for (volatile int i = 0; i < 3; i++)
        local++;
    pthread_mutex_lock(&volatile_lock);
    under_lock += local;
    pthread_mutex_unlock(&volatile_lock);
    return NULL;
}

void volatile_without_harm(void)
{
    team(2, use_volatile);
    answer("sum", under_lock);
}
