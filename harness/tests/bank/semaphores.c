/* semaphores.c - semaphores. See bank.h. */
#include "harness/tests/bank/bank.h"

/* A barrier of two turnstiles that can be used again (Downey, The Little Book of Semaphores):
 * the second keeps a fast thread from running through the first twice. */
static sem_t guard_count, turnstile, second_turnstile;
static int inside, phase_sum[2];

static void turnstiles(int needed)
{
    sem_wait(&guard_count);
    if (++inside == needed) {
        sem_wait(&second_turnstile);
        sem_post(&turnstile);
    }
    sem_post(&guard_count);
    sem_wait(&turnstile);
    sem_post(&turnstile);
    sem_wait(&guard_count);
    if (--inside == 0) {
        sem_wait(&turnstile);
        sem_post(&second_turnstile);
    }
    sem_post(&guard_count);
    sem_wait(&second_turnstile);
    sem_post(&second_turnstile);
}

static void *phases(void *number)
{
    for (int i = 0; i < 2; i++) {
        sem_wait(&guard_count);
        phase_sum[i] += (int)(long)number + 1;
        sem_post(&guard_count);
        turnstiles(2);
        check("complete", phase_sum[i] == 3);
    }
    return NULL;
}

void turnstiles_make_a_barrier(void)
{
    sem_init(&guard_count, 0, 1);
    sem_init(&turnstile, 0, 0);
    sem_init(&second_turnstile, 0, 1);
    team(2, phases);
    answer("sum", phase_sum[0] + phase_sum[1]);
    sem_destroy(&guard_count);
    sem_destroy(&turnstile);
    sem_destroy(&second_turnstile);
}

/* Each waits for the other's arrival; posting first makes that no deadlock. */
static sem_t here, there;
static int left_side, right_side;

static void *meet_left(void *unused)
{
    left_side = 1;
    sem_post(&here);
    sem_wait(&there);
    check("right", right_side == 2);
    return unused;
}

static void *meet_right(void *unused)
{
    right_side = 2;
    sem_post(&there);
    sem_wait(&here);
    check("left", left_side == 1);
    return unused;
}

void rendezvous(void)
{
    sem_init(&here, 0, 0);
    sem_init(&there, 0, 0);
    pair_of(meet_left, meet_right);
    sem_destroy(&here);
    sem_destroy(&there);
    answer("sum", left_side + right_side);
}

/* A ring where semaphores count what is free and what is full. With one producer and one consumer
 * no further lock is needed: they never use the same place at once. */
static sem_t free_places, full_places;
static int ring[2], ring_sum;

static void *ring_fill(void *unused)
{
    for (int i = 0; i < 5; i++) {
        sem_wait(&free_places);
        ring[i % 2] = i;
        sem_post(&full_places);
    }
    return unused;
}

static void *ring_drain(void *unused)
{
    for (int i = 0; i < 5; i++) {
        sem_wait(&full_places);
        ring_sum = ring_sum * 10 + ring[i % 2];
        sem_post(&free_places);
    }
    return unused;
}

void ring_counted_by_semaphores(void)
{
    sem_init(&free_places, 0, 2);
    sem_init(&full_places, 0, 0);
    pair_of(ring_fill, ring_drain);
    answer("sum", ring_sum);
    sem_destroy(&free_places);
    sem_destroy(&full_places);
}

/* The first reader locks the room for all readers and the last unlocks it: two threads, one lock.
 * A semaphore has no owner, so that is right. */
static sem_t room, door;
static int readers, written[2];

static void *visit(void *number)
{
    if (number) {
        sem_wait(&room);
        written[0]++;
        written[1]++;
        sem_post(&room);
        return NULL;
    }
    sem_wait(&door);
    if (++readers == 1)
        sem_wait(&room);
    sem_post(&door);
    check("whole", written[0] == written[1]);
    sem_wait(&door);
    if (--readers == 0)
        sem_post(&room);
    sem_post(&door);
    return NULL;
}

void light_switch(void)
{
    sem_init(&room, 0, 1);
    sem_init(&door, 0, 1);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, visit, i % 2 ? &room : NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    sem_destroy(&room);
    sem_destroy(&door);
    answer("written", written[0]);
}

/* Tried, and tried again; each way of waiting in one loop. */
static sem_t many_ways;
static int ways_total;

static void take_many_ways(long way)
{
    struct timespec until, pause = {0, 100000};
    for (;;) {
        int failed;
        if (way == 0) {
            failed = sem_trywait(&many_ways);
            if (failed && errno == EAGAIN)
                nanosleep(&pause, NULL);
        } else if (way == 1) {
            until = in_ms(CLOCK_REALTIME, 1);
            failed = sem_timedwait(&many_ways, &until);
        } else {
            until = in_ms(CLOCK_MONOTONIC, 1);
            failed = sem_clockwait(&many_ways, CLOCK_MONOTONIC, &until);
        }
        if (!failed)
            return;
        assert(errno == EAGAIN || errno == ETIMEDOUT);
    }
}

static void *by_some_way(void *number)
{
    take_many_ways((long)number);
    ways_total++;
    sem_post(&many_ways);
    return NULL;
}

void many_ways_to_wait(void)
{
    sem_init(&many_ways, 0, 1);
    team(3, by_some_way);
    int value = 0;
    sem_getvalue(&many_ways, &value);
    answer("value", value);
    answer("total", ways_total);
    sem_destroy(&many_ways);
}

/* The semaphore lives on the waiter's stack and is destroyed once the wait is over, although the
 * thread that posted may still be leaving sem_post. */
struct request {
    sem_t done;
    int result;
};

static void *serve_request(void *data)
{
    struct request *request = data;
    request->result = 42;
    sem_post(&request->done);
    return NULL;
}

void semaphore_on_the_waiters_stack(void)
{
    int sum = 0;
    for (int i = 0; i < 2; i++) {
        struct request request = {.result = 0};
        pthread_t thread;
        sem_init(&request.done, 0, 0);
        pthread_create(&thread, NULL, serve_request, &request);
        pthread_detach(thread);
        sem_wait(&request.done);
        sum += request.result;
        sem_destroy(&request.done);
    }
    answer("sum", sum);
}

/* At most two at once. */
static sem_t places;
static atomic_int present, most;

static void *be_present(void *unused)
{
    sem_wait(&places);
    int now = atomic_fetch_add(&present, 1) + 1;
    int known = atomic_load(&most);
    while (known < now && !atomic_compare_exchange_weak(&most, &known, now))
        ;
    atomic_fetch_sub(&present, 1);
    sem_post(&places);
    return unused;
}

void at_most_two(void)
{
    sem_init(&places, 0, 2);
    team(4, be_present);
    answer("bounded", atomic_load(&most) >= 1 && atomic_load(&most) <= 2);
    answer("present", atomic_load(&present));
    sem_destroy(&places);
}

/* A chain: each post lets the next one go on, in order. */
static sem_t links[4];
static int chain;

static void *link_of(void *number)
{
    long n = (long)number;
    sem_wait(&links[n]);
    chain = chain * 10 + (int)n;
    sem_post(&links[n + 1]);
    return NULL;
}

void chain_of_semaphores(void)
{
    for (int i = 0; i < 4; i++)
        sem_init(&links[i], 0, i == 1);
    pthread_t threads[3];
    for (long i = 2; i >= 1; i--)
        pthread_create(&threads[i], NULL, link_of, (void *)i);
    sem_wait(&links[3]);
    answer("chain", chain);
    pthread_join(threads[1], NULL);
    pthread_join(threads[2], NULL);
    for (int i = 0; i < 4; i++)
        sem_destroy(&links[i]);
}

/* Posts without a waiter are kept. */
static sem_t kept;

static void *post_thrice(void *unused)
{
    for (int i = 0; i < 3; i++)
        sem_post(&kept);
    return unused;
}

void posts_are_kept(void)
{
    pthread_t thread;
    int value = -1, taken = 0;
    sem_init(&kept, 0, 0);
    pthread_create(&thread, NULL, post_thrice, NULL);
    sem_wait(&kept);
    pthread_join(thread, NULL);
    sem_getvalue(&kept, &value);
    while (!sem_trywait(&kept))
        taken++;
    answer("value", value);
    answer("taken", taken);
    sem_destroy(&kept);
}
