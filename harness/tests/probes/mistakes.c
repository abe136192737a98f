/* mistakes.c - one mistake each. */
#include "harness/tests/probes/probes.h"

static sem_t ping;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int left;

static sem_t never_initialised;

void semaphore_uninitialised(void)
{
    sem_post(&never_initialised);
}

void semaphore_copied(void)
{
    sem_t original, copy;
    sem_init(&original, 0, 1);
    copy = original;
    sem_wait(&copy);
}

void semaphore_destroyed(void)
{
    sem_t sem;
    sem_init(&sem, 0, 1);
    sem_destroy(&sem);
    sem_wait(&sem);
}

static void *waits(void *unused)
{
    sem_wait(&ping);
    return NULL;
}

void semaphore_destroyed_awaited(void)
{
    pthread_t thread;
    sem_init(&ping, 0, 0);
    pthread_create(&thread, NULL, waits, NULL);
    usleep(1000);
    sem_destroy(&ping);
    sem_init(&ping, 0, 1);
    pthread_join(thread, NULL);
}

void semaphore_deadlock(void)
{
    sem_init(&ping, 0, 0);
    sem_wait(&ping);
}

static void *writes_as_reader(void *unused)
{
    pthread_rwlock_rdlock(&rw);
    left++;
    pthread_rwlock_unlock(&rw);
    return NULL;
}

void rwlock_written_by_readers(void)
{
    in_two_threads(writes_as_reader, writes_as_reader);
}

void rwlock_unlock_free(void)
{
    pthread_rwlock_unlock(&rw);
}

static void *unlocks_rw(void *unused)
{
    pthread_rwlock_unlock(&rw);
    return NULL;
}

void rwlock_unlock_of_another(void)
{
    pthread_t thread;
    pthread_rwlock_rdlock(&rw);
    pthread_create(&thread, NULL, unlocks_rw, NULL);
    pthread_join(thread, NULL);
    pthread_rwlock_unlock(&rw);
}

void rwlock_destroyed_held(void)
{
    pthread_rwlock_rdlock(&rw);
    pthread_rwlock_destroy(&rw);
    pthread_rwlock_unlock(&rw);
}

void rwlock_upgrade(void)
{
    pthread_rwlock_rdlock(&rw);
    pthread_rwlock_wrlock(&rw);
}

void spinlock_uninitialised(void)
{
    pthread_spin_lock(&spin);
    pthread_spin_unlock(&spin);
}

void spinlock_unlock_free(void)
{
    pthread_spin_init(&spin, 0);
    pthread_spin_unlock(&spin);
}

void spinlock_taken_twice(void)
{
    pthread_spin_init(&spin, 0);
    pthread_spin_lock(&spin);
    pthread_spin_lock(&spin);
}

static void *one_party(void *unused)
{
    pthread_barrier_wait(&barrier);
    return NULL;
}

void barrier_lacks_one(void)
{
    pthread_barrier_init(&barrier, NULL, 3);
    in_two_threads(one_party, one_party);
}

/* The second round's arrival of one thread is not before the other's departure from the first. */
static void *writes_between_rounds(void *unused)
{
    pthread_barrier_wait(&barrier);
    left++;
    pthread_barrier_wait(&barrier);
    return NULL;
}

void barrier_orders_rounds_only(void)
{
    pthread_barrier_init(&barrier, NULL, 2);
    in_two_threads(writes_between_rounds, writes_between_rounds);
    pthread_barrier_destroy(&barrier);
}

static void initialise_again(void)
{
    pthread_once(&once, initialise_again);
}

void once_within_itself(void)
{
    pthread_once(&once, initialise_again);
}

void key_never_created(void)
{
    pthread_setspecific(key, &key);
}

void mutex_copied(void)
{
    static pthread_mutex_t original = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&original);
    pthread_mutex_unlock(&original);
    pthread_mutex_t copy = original;
    pthread_mutex_lock(&copy);
    pthread_mutex_unlock(&copy);
}

void string_overflows(void)
{
    char *text = malloc(4);
    strcpy(text, "four");
    free(text);
}

void string_open_ended(void)
{
    char *text = malloc(4);
    memset(text, 'x', 4);
    answer("length", (long)strlen(text));
    free(text);
}

void memory_size_negative(void)
{
    char *text = malloc(4);
    volatile int length = 3;
    memset(text, 0, (size_t)(length - 5));
    free(text);
}

void memory_size_absurd(void)
{
    char text[8];
    volatile size_t length = 1;
    memset(text, 0, length << 40);
}

void semaphore_null(void)
{
    sem_t *volatile none = NULL;
    sem_wait(none);
}

void copy_overlaps(void)
{
    char text[16] = "abcdefgh";
    memcpy(text + 2, text, 8);
}

void sort_beyond_end(void)
{
    struct pair *pairs = calloc(4, sizeof *pairs);
    qsort(pairs, 5, sizeof *pairs, by_key);
    free(pairs);
}

static struct pair shared_pairs[3];

static void *sorts(void *unused)
{
    qsort(shared_pairs, 3, sizeof shared_pairs[0], by_key);
    return NULL;
}

void sort_races(void)
{
    in_two_threads(sorts, sorts);
}

void output_of_freed_text(void)
{
    char *text = strdup("gone");
    free(text);
    printf("%d %s\n", 1, text);
}

void output_counts(void)
{
    int count;
    const char *volatile format = "abc%n";
    printf(format, &count);
}

void output_overflows(void)
{
    char *text = malloc(4);
    sprintf(text, "%d", 12345);
    free(text);
}

static char racy[8] = "abc";

static void *prints(void *unused)
{
    printf("%s\n", racy);
    return NULL;
}

static void *changes(void *unused)
{
    racy[0] = 'x';
    return NULL;
}

void output_races(void)
{
    in_two_threads(prints, changes);
}

void leaves_by_exit(void)
{
    exit(0);
}

void leaves_by_abort(void)
{
    abort();
}

void leaves_by_assert(void)
{
    assert(left == 99);
}

static void does_nothing(void)
{
}

void registers_for_exit(void)
{
    atexit(does_nothing);
}
