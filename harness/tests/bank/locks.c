/* locks.c - readers-writer locks, spin locks, barriers, once and thread-specific data. See
 * bank.h. */
#include "harness/tests/bank/bank.h"

/* Readers see both halves or none. */
static pthread_rwlock_t pair_lock = PTHREAD_RWLOCK_INITIALIZER;
static int half[2];

static void *write_halves(void *unused)
{
    for (int i = 0; i < 2; i++) {
        pthread_rwlock_wrlock(&pair_lock);
        half[0]++;
        half[1]++;
        pthread_rwlock_unlock(&pair_lock);
    }
    return unused;
}

static void *read_halves(void *unused)
{
    pthread_rwlock_rdlock(&pair_lock);
    check("halves", half[0] == half[1]);
    pthread_rwlock_unlock(&pair_lock);
    return unused;
}

static void *read_or_write_halves(void *number)
{
    return number ? read_halves(NULL) : write_halves(NULL);
}

void readers_see_whole_writes(void)
{
    team(3, read_or_write_halves);
    answer("half", half[1]);
}

/* A read lock cannot become a write lock: it is given up, and what was read is looked at
 * again. */
static pthread_rwlock_t cache_lock;
static int cache, computed;

static int look_up(void)
{
    pthread_rwlock_rdlock(&cache_lock);
    int value = cache;
    pthread_rwlock_unlock(&cache_lock);
    if (value)
        return value;
    pthread_rwlock_wrlock(&cache_lock);
    if (!cache) {
        computed++;
        cache = 9;
    }
    value = cache;
    pthread_rwlock_unlock(&cache_lock);
    return value;
}

static void *use_cache(void *unused)
{
    check("value", look_up() == 9);
    return unused;
}

void upgrade_by_release(void)
{
    pthread_rwlock_init(&cache_lock, NULL);
    team(3, use_cache);
    pthread_rwlock_destroy(&cache_lock);
    answer("computed", computed);
}

/* When the lock cannot be had at once, something else is done first. */
static pthread_rwlock_t try_lock = PTHREAD_RWLOCK_INITIALIZER;
static int tried_writes;
static atomic_int tried_reads;

static void *try_to_write(void *unused)
{
    while (pthread_rwlock_trywrlock(&try_lock))
        sched_yield();
    tried_writes++;
    pthread_rwlock_unlock(&try_lock);
    return unused;
}

static void *try_to_read(void *unused)
{
    if (pthread_rwlock_tryrdlock(&try_lock))
        pthread_rwlock_rdlock(&try_lock);
    atomic_fetch_add(&tried_reads, tried_writes >= 0);
    pthread_rwlock_unlock(&try_lock);
    return unused;
}

static void *try_either(void *number)
{
    return (long)number < 2 ? try_to_write(NULL) : try_to_read(NULL);
}

void rwlocks_tried(void)
{
    team(4, try_either);
    answer("writes", tried_writes);
    answer("reads", atomic_load(&tried_reads));
}

/* Several read locks at once by one thread, while nobody writes. */
void read_locks_nest(void)
{
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    pthread_rwlock_rdlock(&lock);
    answer("second", pthread_rwlock_tryrdlock(&lock));
    answer("busy", pthread_rwlock_trywrlock(&lock) == EBUSY);
    pthread_rwlock_unlock(&lock);
    answer("still-busy", pthread_rwlock_trywrlock(&lock) == EBUSY);
    pthread_rwlock_unlock(&lock);
    answer("free", pthread_rwlock_trywrlock(&lock));
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_destroy(&lock);
}

/* A spin lock for a short stretch, by waiting and by trying. */
static pthread_spinlock_t spin;
static int spun;

static void *spin_and_add(void *number)
{
    if (number)
        while (pthread_spin_trylock(&spin) == EBUSY)
            sched_yield();
    else
        pthread_spin_lock(&spin);
    spun++;
    pthread_spin_unlock(&spin);
    return NULL;
}

void spin_locks(void)
{
    pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
    team(3, spin_and_add);
    pthread_spin_destroy(&spin);
    answer("spun", spun);
}

/* What was written before a barrier is read after it, without any lock. */
static pthread_barrier_t phase;
static int row[3], next_row[3];
static atomic_int serial;

static void *smooth(void *number)
{
    long n = (long)number;
    for (int i = 0; i < 2; i++) {
        next_row[n] = row[n] + row[(n + 1) % 3];
        if (pthread_barrier_wait(&phase) == PTHREAD_BARRIER_SERIAL_THREAD)
            atomic_fetch_add(&serial, 1);
        row[n] = next_row[n];
        if (pthread_barrier_wait(&phase) == PTHREAD_BARRIER_SERIAL_THREAD)
            atomic_fetch_add(&serial, 1);
    }
    return NULL;
}

void phases_between_barriers(void)
{
    for (int i = 0; i < 3; i++)
        row[i] = i + 1;
    pthread_barrier_init(&phase, NULL, 3);
    team(3, smooth);
    pthread_barrier_destroy(&phase);
    answer("row", row[0] * 10000 + row[1] * 100 + row[2]);
    answer("serial", atomic_load(&serial));
}

/* Whoever the barrier picks destroys it at once and makes it anew, for less: nobody else
 * touches it until told so. */
static pthread_barrier_t short_lived;
static sem_t remade;
static int after_both;

static void *use_short_lived(void *number)
{
    if (pthread_barrier_wait(&short_lived) == PTHREAD_BARRIER_SERIAL_THREAD) {
        pthread_barrier_destroy(&short_lived);
        pthread_barrier_init(&short_lived, NULL, 1);
        pthread_barrier_wait(&short_lived);
        pthread_barrier_destroy(&short_lived);
        after_both++;
        sem_post(&remade);
    }
    return number;
}

void barrier_destroyed_by_the_chosen(void)
{
    pthread_barrier_init(&short_lived, NULL, 3);
    sem_init(&remade, 0, 0);
    team(3, use_short_lived);
    sem_wait(&remade);
    sem_destroy(&remade);
    answer("after", after_both);
}

/* Whoever comes first initialises; one initialiser may need another. */
static pthread_once_t outer_once = PTHREAD_ONCE_INIT, inner_once = PTHREAD_ONCE_INIT;
static int inner_value, outer_value;

static void init_inner(void)
{
    inner_value += 5;
}

static void init_outer(void)
{
    pthread_once(&inner_once, init_inner);
    outer_value += inner_value + 1;
}

static void *need_both(void *number)
{
    if (number)
        pthread_once(&inner_once, init_inner);
    pthread_once(&outer_once, init_outer);
    check("ready", inner_value == 5 && outer_value == 6);
    return NULL;
}

void once_within_once(void)
{
    team(3, need_both);
    answer("value", outer_value);
}

/* Each thread's own buffer, freed by the key's destructor. One more value is set while the
 * destructors run, and gets its own round. */
static pthread_key_t buffer_key, late_key;
static pthread_once_t keys_made = PTHREAD_ONCE_INIT;
static atomic_int freed_buffers, late_rounds;

static void free_buffer(void *buffer)
{
    free(buffer);
    atomic_fetch_add(&freed_buffers, 1);
    pthread_setspecific(late_key, &late_rounds);
}

static void late(void *value)
{
    atomic_fetch_add((atomic_int *)value, 1);
}

static void make_keys(void)
{
    pthread_key_create(&buffer_key, free_buffer);
    pthread_key_create(&late_key, late);
}

static char *own_buffer(void)
{
    pthread_once(&keys_made, make_keys);
    char *buffer = pthread_getspecific(buffer_key);
    if (!buffer) {
        buffer = calloc(1, 16);
        pthread_setspecific(buffer_key, buffer);
    }
    return buffer;
}

static void *write_own_buffer(void *number)
{
    snprintf(own_buffer(), 16, "%ld", (long)number);
    sched_yield();
    check("own", own_buffer()[0] == '0' + (char)(long)number);
    return NULL;
}

void specific_buffers_are_freed(void)
{
    team(3, write_own_buffer);
    answer("freed", atomic_load(&freed_buffers));
    answer("late", atomic_load(&late_rounds));
    pthread_key_delete(buffer_key);
    pthread_key_delete(late_key);
}

/* A key of each thread's own, deleted before the destructor could run: then freeing is the
 * thread's own business. */
static void *own_key(void *number)
{
    pthread_key_t key;
    pthread_key_create(&key, free);
    pthread_setspecific(key, malloc(8));
    void *value = pthread_getspecific(key);
    pthread_key_delete(key);
    free(value);
    return number;
}

void keys_come_and_go(void)
{
    team(3, own_key);
    answer("done", 1);
}
