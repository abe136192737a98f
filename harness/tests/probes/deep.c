/*
 * deep.c - bugs that hide: each needs three or more threads switched at particular places, or one
 * of many threads to be late all the time. deep.h says what each must get.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "harness/scenario.h"

enum { TEAM_MAX = 100 };

static void team(int n, void *(*body)(void *))
{
    pthread_t threads[TEAM_MAX];
    for (long i = 0; i < n; i++)
        pthread_create(&threads[i], NULL, body, (void *)i);
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
}

static pthread_mutex_t busy_lock = PTHREAD_MUTEX_INITIALIZER;
static int busy_count;

/* Steps that have nothing to do with the bug. */
static void be_busy(int steps)
{
    for (int i = 0; i < steps; i++) {
        pthread_mutex_lock(&busy_lock);
        busy_count++;
        pthread_mutex_unlock(&busy_lock);
    }
}

/*
 * Each of four takes its own lock and the next one's, once, between other work: all must be
 * switched away from within their few steps between two locks.
 */

enum { RING = 4 };
static pthread_mutex_t ring[RING] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                     PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *take_two_of_ring(void *number)
{
    long n = (long)number;
    be_busy(5);
    pthread_mutex_lock(&ring[n]);
    pthread_mutex_lock(&ring[(n + 1) % RING]);
    pthread_mutex_unlock(&ring[(n + 1) % RING]);
    pthread_mutex_unlock(&ring[n]);
    be_busy(5);
    return NULL;
}

void ring_of_four_locks(void)
{
    team(RING, take_two_of_ring);
}

/* Philosophers, all right-handed; they think between two meals. */
enum { SEATS = 5 };
static pthread_mutex_t forks[SEATS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER};

static void *dine(void *number)
{
    long seat = (long)number;
    for (int meal = 0; meal < 2; meal++) {
        be_busy(2);
        pthread_mutex_lock(&forks[seat]);
        pthread_mutex_lock(&forks[(seat + 1) % SEATS]);
        pthread_mutex_unlock(&forks[(seat + 1) % SEATS]);
        pthread_mutex_unlock(&forks[seat]);
    }
    return NULL;
}

void five_philosophers(void)
{
    team(SEATS, dine);
}

/*
 * A stack of free places (Treiber) without a count of changes. While one thread is between looking
 * at the first place and taking it, another must take two and give back the first: then the second
 * is first again although it is in use.
 */

enum { PLACES = 3, NONE = -1 };
static atomic_int first_free;
static atomic_int next_free[PLACES] = {1, 2, NONE};
static int places[PLACES];

static int take_place(void)
{
    int place = atomic_load(&first_free);
    while (place != NONE) {
        int next = atomic_load(&next_free[place]);
        if (atomic_compare_exchange_strong(&first_free, &place, next))
            break;
    }
    return place;
}

static void give_place(int place)
{
    int old = atomic_load(&first_free);
    do
        atomic_store(&next_free[place], old);
    while (!atomic_compare_exchange_strong(&first_free, &old, place));
}

static void use_place(int place)
{
    if (place != NONE)
        places[place]++;
}

static void *take_once(void *unused)
{
    use_place(take_place());
    use_place(take_place());
    return unused;
}

static void *take_two_and_give_one(void *unused)
{
    int first = take_place(), second = take_place();
    if (first != NONE)
        give_place(first);
    use_place(second);
    return unused;
}

static void *use_free_list(void *number)
{
    return number ? take_two_and_give_one(NULL) : take_once(NULL);
}

void free_list_without_a_count(void)
{
    team(2, use_free_list);
}

/*
 * The last of a hundred to finish takes away what all use; but one of them was forgotten in the
 * count, and only when it is later than all others does that matter.
 */

enum { CROWD = 100 };
static atomic_int to_finish = CROWD - 1;
static int crowd_data;
static _Atomic(int *) shared_by_crowd = &crowd_data;

static void *join_crowd(void *number)
{
    if ((long)number == 0) {
        (*atomic_load(&shared_by_crowd))++;
        return NULL;
    }
    if (atomic_fetch_sub(&to_finish, 1) == 1)
        atomic_store(&shared_by_crowd, NULL);
    return NULL;
}

void one_of_a_hundred_not_counted(void)
{
    team(CROWD, join_crowd);
}

/* The worker has much to do before it uses what another thread only has to set. */
static _Atomic(int *) settings;
static int default_settings;

static void *set_settings(void *unused)
{
    atomic_store(&settings, &default_settings);
    return unused;
}

static void *use_settings_late(void *unused)
{
    be_busy(60);
    (*atomic_load(&settings))++;
    return unused;
}

static void *set_or_use(void *number)
{
    return number ? use_settings_late(NULL) : set_settings(NULL);
}

void initialiser_later_than_all_work(void)
{
    team(2, set_or_use);
}

/* Windows in windows: each of the first three opens its own, and only while the one before it is
 * open. The fourth frees what main will free, if it sees the innermost. */

static atomic_int window[3];
static _Atomic(int *) block;

static void open_window(int i)
{
    atomic_store(&window[i], 1);
    atomic_store(&window[i], 0);
}

static void *look_through(void *number)
{
    int n = (int)(long)number;
    be_busy(2);
    if (n > 0 && !atomic_load(&window[n - 1]))
        return NULL;
    if (n < 3)
        open_window(n);
    else
        free(atomic_load(&block));
    return NULL;
}

void windows_in_windows(void)
{
    atomic_store(&block, malloc(sizeof(int)));
    team(4, look_through);
    free(atomic_load(&block));
}

/* Two climb a ladder: each steps only onto what the other has just left, and gives up otherwise.
 * Seven switches, each at its only place, bring them to the top. */
enum { RUNGS = 4 };
static atomic_int rung;

static void *climb(void *number)
{
    for (int i = 0; i < RUNGS; i++) {
        int mine = 2 * i + (int)(long)number;
        if (atomic_load(&rung) != mine)
            return NULL;
        atomic_store(&rung, mine + 1);
    }
    return NULL;
}

void two_on_a_ladder(void)
{
    team(2, climb);
    if (atomic_load(&rung) == 2 * RUNGS)
        abort();
}

/*
 * A stack of free places with a count of changes that wraps around: who looks at it and then is
 * late by exactly four changes finds the same place first with the same count, though what lies
 * below has changed. The word holds the count, two bits, above the first place.
 */

enum { DEPTH = 4, EMPTY = 15, COUNT_ONE = 16, COUNT_MASK = 0x30 };
static atomic_uint counted_first;
static atomic_uint counted_next[DEPTH] = {1, 2, 3, EMPTY};
static int counted_places[DEPTH];

static unsigned changed(unsigned old, unsigned place)
{
    return ((old + COUNT_ONE) & COUNT_MASK) | place;
}

static unsigned take_counted(void)
{
    unsigned old = atomic_load(&counted_first);
    while ((old & EMPTY) != EMPTY) {
        unsigned next = atomic_load(&counted_next[old & EMPTY]);
        if (atomic_compare_exchange_strong(&counted_first, &old, changed(old, next)))
            break;
    }
    return old & EMPTY;
}

static void give_counted(unsigned place)
{
    unsigned old = atomic_load(&counted_first);
    do
        atomic_store(&counted_next[place], old & EMPTY);
    while (!atomic_compare_exchange_strong(&counted_first, &old, changed(old, place)));
}

static void use_counted(unsigned place)
{
    if (place != EMPTY)
        counted_places[place]++;
}

static void *take_counted_twice(void *unused)
{
    use_counted(take_counted());
    use_counted(take_counted());
    return unused;
}

static void *change_four_times(void *unused)
{
    unsigned first = take_counted(), second = take_counted(), third = take_counted();
    if (first != EMPTY)
        give_counted(first);
    use_counted(second);
    use_counted(third);
    return unused;
}

static void *use_counted_list(void *number)
{
    return number ? change_four_times(NULL) : take_counted_twice(NULL);
}

void count_of_changes_that_wraps(void)
{
    team(2, use_counted_list);
}

/*
 * A deque of work (Chase and Lev, SPAA 2005) whose owner looks at the top before it announces what
 * it takes: when both thieves empty the deque in between, it believes that its item is not the
 * last.
 */

enum { ITEMS = 4 };
static atomic_int top, bottom;
static _Atomic(int *) deque[ITEMS];

static int *take_own(void)
{
    int last = atomic_load(&bottom) - 1, first = atomic_load(&top);
    atomic_store(&bottom, last);
    if (first < last)
        return atomic_load(&deque[last]);
    int *item = NULL;
    if (first == last && atomic_compare_exchange_strong(&top, &first, first + 1))
        item = atomic_load(&deque[last]);
    atomic_store(&bottom, last + 1);
    return item;
}

static int *steal(void)
{
    int first = atomic_load(&top);
    if (first >= atomic_load(&bottom))
        return NULL;
    int *item = atomic_load(&deque[first]);
    return atomic_compare_exchange_strong(&top, &first, first + 1) ? item : NULL;
}

static void *own_deque(void *unused)
{
    for (int i = 0; i < ITEMS; i++) {
        atomic_store(&deque[i], malloc(sizeof(int)));
        atomic_store(&bottom, i + 1);
    }
    for (int i = 0; i < ITEMS; i++)
        free(take_own());
    return unused;
}

static void *steal_some(void *unused)
{
    for (int i = 0; i < ITEMS / 2; i++)
        free(steal());
    return unused;
}

static void *own_or_steal(void *number)
{
    return number ? steal_some(NULL) : own_deque(NULL);
}

void last_item_taken_twice(void)
{
    team(3, own_or_steal);
    for (int *rest; (rest = steal());)
        free(rest);
}

/*
 * A grace period that flips the readers' index once instead of twice (Desnoyers and others, TPDS
 * 2012): a reader that took its index before one update and counts itself after it is overlooked by
 * the next, which takes away what it reads.
 */

static atomic_int reader_index, reader_count[2];
static atomic_bool gone[3];
static atomic_int version;

static void *read_version(void *unused)
{
    int index = atomic_load(&reader_index);
    atomic_fetch_add(&reader_count[index], 1);
    int now = atomic_load(&version);
    if (atomic_load(&gone[now]))
        abort();
    atomic_fetch_sub(&reader_count[index], 1);
    return unused;
}

static void replace_version(int next)
{
    int old = atomic_exchange(&version, next);
    int index = atomic_fetch_xor(&reader_index, 1);
    if (!atomic_load(&reader_count[index])) /* else it is kept for ever */
        atomic_store(&gone[old], true);
}

static void *replace_twice(void *unused)
{
    replace_version(1);
    replace_version(2);
    return unused;
}

static void *read_or_replace(void *number)
{
    return number ? read_version(NULL) : replace_twice(NULL);
}

void grace_period_flipped_once(void)
{
    team(2, read_or_replace);
}
