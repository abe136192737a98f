/* lockfree.c - structures without locks. None uses memory again while somebody may still look at
 * it, or it says why that is right. See bank.h. */
#include "harness/tests/bank/bank.h"

struct cell {
    int value;
    struct cell *next;
};

/* A stack (Treiber 1986). Popped cells are kept until all threads are done, so no address
 * comes back while it may still be compared. */
static _Atomic(struct cell *) top;
static struct cell cells[4];
static atomic_int popped_sum;

static void push(struct cell *cell)
{
    struct cell *old = atomic_load_explicit(&top, memory_order_relaxed);
    do
        cell->next = old;
    while (!atomic_compare_exchange_weak_explicit(&top, &old, cell, memory_order_release,
                                                  memory_order_relaxed));
}

static struct cell *pop(void)
{
    struct cell *old = atomic_load_explicit(&top, memory_order_acquire);
    while (old && !atomic_compare_exchange_weak_explicit(
                      &top, &old, old->next, memory_order_acquire, memory_order_acquire))
        ;
    return old;
}

static void *push_and_pop(void *number)
{
    for (long i = 0; i < 2; i++) {
        struct cell *cell = &cells[(long)number * 2 + i];
        cell->value = (int)((long)number * 2 + i) + 1;
        push(cell);
    }
    struct cell *got = pop();
    atomic_fetch_add(&popped_sum, got->value);
    return NULL;
}

void stack_without_reuse(void)
{
    team(2, push_and_pop);
    int sum = atomic_load(&popped_sum), left = 0;
    for (struct cell *cell; (cell = pop()); left++)
        sum += cell->value;
    answer("sum", sum);
    answer("left", left);
}

/* Many push, one takes everything at once: with an exchange instead of pops the same address may
 * well come back. */
static _Atomic(struct cell *) inbox;

static void send(int value)
{
    struct cell *cell = malloc(sizeof *cell);
    cell->value = value;
    cell->next = atomic_load_explicit(&inbox, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&inbox, &cell->next, cell, memory_order_release,
                                                  memory_order_relaxed))
        ;
}

static int empty_inbox(int *sum)
{
    int n = 0;
    struct cell *cell = atomic_exchange_explicit(&inbox, NULL, memory_order_acquire);
    while (cell) {
        struct cell *next = cell->next;
        *sum += cell->value;
        free(cell);
        cell = next;
        n++;
    }
    return n;
}

static void *send_two(void *number)
{
    send((int)(long)number);
    send(10);
    return NULL;
}

void inbox_taken_whole(void)
{
    pthread_t senders[2];
    int sum = 0, n = 0;
    for (long i = 0; i < 2; i++)
        pthread_create(&senders[i], NULL, send_two, (void *)(i + 1));
    n += empty_inbox(&sum);
    for (int i = 0; i < 2; i++)
        pthread_join(senders[i], NULL);
    n += empty_inbox(&sum);
    answer("n", n);
    answer("sum", sum);
}

/* One producer, one consumer, a ring: each index has one writer, and release and acquire carry
 * the plain items across. */
enum { RING = 2, ITEMS = 4 };
static atomic_size_t ring_head, ring_tail;
static int ring_items[RING];

static void *ring_produce(void *unused)
{
    for (int i = 0; i < ITEMS; i++) {
        size_t tail = atomic_load_explicit(&ring_tail, memory_order_relaxed);
        while (tail - atomic_load_explicit(&ring_head, memory_order_acquire) == RING)
            usleep(10);
        ring_items[tail % RING] = i + 1;
        atomic_store_explicit(&ring_tail, tail + 1, memory_order_release);
    }
    return unused;
}

static void *ring_consume(void *unused)
{
    long got = 0;
    for (int i = 0; i < ITEMS; i++) {
        size_t head = atomic_load_explicit(&ring_head, memory_order_relaxed);
        while (atomic_load_explicit(&ring_tail, memory_order_acquire) == head)
            usleep(10);
        got = got * 10 + ring_items[head % RING];
        atomic_store_explicit(&ring_head, head + 1, memory_order_release);
    }
    return (void *)(got + (unused != NULL));
}

void single_producer_ring(void)
{
    pthread_t producer, consumer;
    void *got;
    pthread_create(&consumer, NULL, ring_consume, NULL);
    pthread_create(&producer, NULL, ring_produce, NULL);
    pthread_join(producer, NULL);
    pthread_join(consumer, &got);
    answer("got", (long)got);
}

/* A queue of many producers and one consumer (Vyukov): between the exchange and the link the chain
 * is broken, which the consumer sees as "not yet". */
struct link {
    _Atomic(struct link *) next;
    int value;
};

static struct link stub;
static _Atomic(struct link *) newest = &stub;
static struct link *oldest = &stub;

static void enqueue(int value)
{
    struct link *link = malloc(sizeof *link);
    link->value = value;
    atomic_init(&link->next, NULL);
    struct link *before = atomic_exchange_explicit(&newest, link, memory_order_acq_rel);
    atomic_store_explicit(&before->next, link, memory_order_release);
}

static bool dequeue(int *value)
{
    struct link *next = atomic_load_explicit(&oldest->next, memory_order_acquire);
    if (!next)
        return false;
    if (oldest != &stub)
        free(oldest);
    oldest = next;
    *value = next->value;
    return true;
}

static void *enqueue_two(void *number)
{
    enqueue((int)(long)number + 1);
    enqueue((int)(long)number + 1);
    return NULL;
}

void many_producers_one_consumer(void)
{
    pthread_t producers[2];
    int sum = 0, value;
    for (long i = 0; i < 2; i++)
        pthread_create(&producers[i], NULL, enqueue_two, (void *)i);
    for (int n = 0; n < 4;)
        if (dequeue(&value)) {
            sum += value;
            n++;
        } else {
            usleep(10);
        }
    for (int i = 0; i < 2; i++)
        pthread_join(producers[i], NULL);
    free(oldest);
    answer("sum", sum);
}

/* A queue (Michael and Scott, PODC 1996) whose cells come from an array and are used once. */
static struct link pool[5];
static atomic_int pool_used = 1;
static _Atomic(struct link *) queue_first = &pool[0], queue_last = &pool[0];

static void ms_put(int value)
{
    struct link *link = &pool[atomic_fetch_add(&pool_used, 1)];
    link->value = value;
    for (;;) {
        struct link *last = atomic_load(&queue_last), *next = atomic_load(&last->next);
        if (next) {
            atomic_compare_exchange_strong(&queue_last, &last, next);
        } else if (atomic_compare_exchange_strong(&last->next, &next, link)) {
            atomic_compare_exchange_strong(&queue_last, &last, link);
            return;
        }
    }
}

static bool ms_get(int *value)
{
    for (;;) {
        struct link *first = atomic_load(&queue_first), *last = atomic_load(&queue_last);
        struct link *next = atomic_load(&first->next);
        if (!next)
            return false;
        if (first == last) {
            atomic_compare_exchange_strong(&queue_last, &last, next);
            continue;
        }
        *value = next->value;
        if (atomic_compare_exchange_strong(&queue_first, &first, next))
            return true;
    }
}

static void *put_and_get(void *number)
{
    int value = 0;
    ms_put((int)(long)number + 1);
    ms_put(10);
    bool got = ms_get(&value);
    assert(got);
    return (void *)(long)value;
}

void queue_of_michael_and_scott(void)
{
    pthread_t threads[2];
    void *got[2];
    long sum = 0;
    int value;
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, put_and_get, (void *)i);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], &got[i]);
        sum += (long)got[i];
    }
    while (ms_get(&value))
        sum += value;
    answer("sum", sum);
}

/* A free list that does use its places again: an index and a count of changes share one word, so
 * that a place that came back is not taken for one that never left. */
enum { PLACES = 2, NONE = 0xFFFF };
static _Atomic(uint32_t) free_list; /* count of changes, then index of the first free place */
static _Atomic(uint16_t) free_next[PLACES] = {1, NONE};
static int in_use[PLACES], uses[PLACES];

static int take_place(void)
{
    uint32_t old = atomic_load(&free_list), new;
    do {
        if ((old & 0xFFFF) == NONE)
            return -1;
        new = ((old >> 16) + 1) << 16 | atomic_load(&free_next[old & 0xFFFF]);
    } while (!atomic_compare_exchange_weak(&free_list, &old, new));
    return (int)(old & 0xFFFF);
}

static void give_place(int place)
{
    uint32_t old = atomic_load(&free_list), new;
    do {
        atomic_store(&free_next[place], (uint16_t)(old & 0xFFFF));
        new = ((old >> 16) + 1) << 16 | (uint32_t)place;
    } while (!atomic_compare_exchange_weak(&free_list, &old, new));
}

static void *use_places(void *unused)
{
    for (int i = 0; i < 2; i++) {
        int place = take_place();
        check("one-each", in_use[place]++ == 0);
        uses[place]++;
        in_use[place]--;
        give_place(place);
    }
    return unused;
}

void free_list_with_a_count(void)
{
    pair_of(use_places, use_places);
    answer("uses", uses[0] + uses[1]);
    answer("all-there", take_place() >= 0 && take_place() >= 0 && take_place() < 0);
}

/* Work is handed out by a counter; results need no lock, since nobody shares one. */
static atomic_int next_job;
static int results[6];

static void *work_off(void *unused)
{
    for (int job; (job = atomic_fetch_add(&next_job, 1)) < 6;)
        results[job] = job * job;
    return unused;
}

void jobs_by_counter(void)
{
    team(3, work_off);
    int sum = 0;
    for (int i = 0; i < 6; i++)
        sum += results[i];
    answer("sum", sum);
}

/* Each builds a copy; one wins, the others free theirs. */
static _Atomic(int *) table;
static atomic_int losers;

static int *get_table(void)
{
    int *found = atomic_load_explicit(&table, memory_order_acquire);
    if (found)
        return found;
    int *own = malloc(2 * sizeof *own);
    own[0] = 6;
    own[1] = 7;
    if (atomic_compare_exchange_strong_explicit(&table, &found, own, memory_order_acq_rel,
                                                memory_order_acquire))
        return own;
    free(own);
    atomic_fetch_add(&losers, 1);
    return found;
}

static void *use_table(void *unused)
{
    int *found = get_table();
    check("table", found[0] * found[1] == 42);
    return unused;
}

void first_copy_wins(void)
{
    team(3, use_table);
    answer("losers", atomic_load(&losers) <= 2);
    free(atomic_load(&table));
}
