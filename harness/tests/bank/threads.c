/* threads.c - making threads, ending them, and what passes between. See bank.h. */
#include "harness/tests/bank/bank.h"

/* Results on the heap, returned and given out of a call. */
static void leave_with(int value)
{
    int *result = malloc(sizeof *result);
    *result = value;
    pthread_exit(result);
}

static void *by_return(void *arg)
{
    int *result = malloc(sizeof *result);
    *result = *(int *)arg * 2;
    free(arg);
    return result;
}

static void *by_exit(void *arg)
{
    int value = *(int *)arg;
    free(arg);
    leave_with(value * 3);
    return NULL;
}

void results_on_the_heap(void)
{
    pthread_t threads[2];
    int sum = 0;
    for (int i = 0; i < 2; i++) {
        int *arg = malloc(sizeof *arg);
        *arg = i + 1;
        pthread_create(&threads[i], NULL, i ? by_exit : by_return, arg);
    }
    for (int i = 0; i < 2; i++) {
        void *result;
        pthread_join(threads[i], &result);
        sum += *(int *)result;
        free(result);
    }
    answer("sum", sum);
}

/* Arguments on the stack of a function that joins before it returns. */
struct slice {
    const int *from;
    int n, sum;
};

static void *sum_slice(void *arg)
{
    struct slice *slice = arg;
    for (int i = 0; i < slice->n; i++)
        slice->sum += slice->from[i];
    return slice;
}

static int sum_in_parallel(const int *numbers, int n)
{
    struct slice slices[2] = {{numbers, n / 2, 0}, {numbers + n / 2, n - n / 2, 0}};
    pthread_t other;
    void *same;
    pthread_create(&other, NULL, sum_slice, &slices[0]);
    sum_slice(&slices[1]);
    pthread_join(other, &same);
    return ((struct slice *)same)->sum + slices[1].sum;
}

void arguments_on_the_stack(void)
{
    static const int numbers[] = {1, 2, 3, 4, 5, 6, 7};
    answer("sum", sum_in_parallel(numbers, 7));
}

/* A tree of threads: each joins those it made. */
static void *branch(void *arg)
{
    long depth = (long)arg;
    if (depth == 0)
        return (void *)1;
    pthread_t left, right;
    void *a, *b;
    pthread_create(&left, NULL, branch, (void *)(depth - 1));
    pthread_create(&right, NULL, branch, (void *)(depth - 1));
    pthread_join(left, &a);
    pthread_join(right, &b);
    return (void *)((long)a + (long)b + 1);
}

void threads_make_threads(void)
{
    pthread_t root;
    void *count;
    pthread_create(&root, NULL, branch, (void *)2);
    pthread_join(root, &count);
    answer("threads", (long)count);
}

/* Joined by another thread than the one that made it; the handle is passed under a lock. */
static pthread_mutex_t handle_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t handle_there = PTHREAD_COND_INITIALIZER;
static pthread_t handle;
static bool has_handle;
static int left_by_worker;

static void *work(void *unused)
{
    left_by_worker = 11;
    return unused;
}

static void *make_worker(void *unused)
{
    pthread_mutex_lock(&handle_lock);
    pthread_create(&handle, NULL, work, NULL);
    has_handle = true;
    pthread_cond_signal(&handle_there);
    pthread_mutex_unlock(&handle_lock);
    return unused;
}

static void *join_worker(void *unused)
{
    pthread_mutex_lock(&handle_lock);
    while (!has_handle)
        pthread_cond_wait(&handle_there, &handle_lock);
    pthread_t worker = handle;
    pthread_mutex_unlock(&handle_lock);
    pthread_join(worker, NULL);
    check("worked", left_by_worker == 11);
    return unused;
}

void joined_by_another(void)
{
    pair_of(make_worker, join_worker);
    answer("left", left_by_worker);
}

/* Detached from birth; what they leave is known to be complete by a count, after which they touch
 * nothing of it any more. */
static pthread_mutex_t done_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done_changed = PTHREAD_COND_INITIALIZER;
static int done_count, done_sum;

static void *work_detached(void *number)
{
    pthread_mutex_lock(&done_lock);
    done_sum += (int)(long)number;
    done_count++;
    pthread_cond_signal(&done_changed);
    pthread_mutex_unlock(&done_lock);
    return NULL;
}

void detached_threads_tell_their_end(void)
{
    pthread_attr_t attr;
    int state = -1;
    pthread_t thread;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_getdetachstate(&attr, &state);
    for (long i = 1; i <= 3; i++)
        pthread_create(&thread, &attr, work_detached, (void *)i);
    pthread_attr_destroy(&attr);
    pthread_mutex_lock(&done_lock);
    while (done_count < 3)
        pthread_cond_wait(&done_changed, &done_lock);
    answer("sum", done_sum);
    pthread_mutex_unlock(&done_lock);
    answer("detached", state == PTHREAD_CREATE_DETACHED);
}

/* A thread detaches itself; its creator only waits for its sign and keeps no handle. */
static sem_t sign;

static void *detach_and_sign(void *block)
{
    pthread_detach(pthread_self());
    *(int *)block = 5;
    sem_post(&sign);
    return NULL;
}

void detached_by_itself_with_a_sign(void)
{
    pthread_t thread;
    int *block = calloc(1, sizeof *block);
    sem_init(&sign, 0, 0);
    pthread_create(&thread, NULL, detach_and_sign, block);
    sem_wait(&sign);
    answer("block", *block);
    free(block);
    sem_destroy(&sign);
}

/* Who am I: the handle that create gives is the one that self gives. The creator's store and the
 * thread's look are ordered by a lock around the creation. */
static pthread_mutex_t self_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t selves[2];

static void *find_self(void *number)
{
    long n = (long)number;
    pthread_mutex_lock(&self_lock);
    bool same = pthread_equal(pthread_self(), selves[n]) && !pthread_equal(selves[0], selves[1]);
    pthread_mutex_unlock(&self_lock);
    return (void *)(long)same;
}

void handles_are_equal(void)
{
    void *same[2];
    pthread_mutex_lock(&self_lock);
    for (long i = 0; i < 2; i++)
        pthread_create(&selves[i], NULL, find_self, (void *)i);
    pthread_mutex_unlock(&self_lock);
    for (int i = 0; i < 2; i++)
        pthread_join(selves[i], &same[i]);
    answer("same", (long)same[0] + (long)same[1]);
}

/* Each has its own copy of a thread-local variable; its address may be given away as long as the
 * thread lives. */
static _Thread_local int own = 3;
static sem_t own_given, own_used;
static int *given_address;

static void *give_own(void *unused)
{
    own += 4;
    given_address = &own;
    sem_post(&own_given);
    sem_wait(&own_used);
    return (void *)(long)(own + (unused != NULL));
}

void thread_locals_lent_out(void)
{
    pthread_t thread;
    void *last;
    sem_init(&own_given, 0, 0);
    sem_init(&own_used, 0, 0);
    pthread_create(&thread, NULL, give_own, NULL);
    sem_wait(&own_given);
    *given_address += 10;
    sem_post(&own_used);
    pthread_join(thread, &last);
    answer("last", (long)last);
    answer("own", own);
    sem_destroy(&own_given);
    sem_destroy(&own_used);
}

/* A chain: each makes the next, waits for it, and adds itself. */
static void *next_in_chain(void *arg)
{
    long n = (long)arg;
    void *rest = NULL;
    if (n < 4) {
        pthread_t next;
        pthread_create(&next, NULL, next_in_chain, (void *)(n + 1));
        pthread_join(next, &rest);
    }
    return (void *)((long)rest * 10 + n);
}

void chain_of_threads(void)
{
    answer("chain", (long)next_in_chain((void *)1));
}

/* A stack of a given size, and a variable of the creator's block that is its own. */
static void *use_stack(void *arg)
{
    char room[4096];
    memset(room, *(char *)arg, sizeof room);
    *(char *)arg = (char)(room[0] + room[4095] - 'a');
    return NULL;
}

void stack_of_a_given_size(void)
{
    pthread_attr_t attr;
    size_t size = 0;
    pthread_t thread;
    pthread_attr_init(&attr);
    answer("set", pthread_attr_setstacksize(&attr, 256 * 1024));
    pthread_attr_getstacksize(&attr, &size);
    char letter = 'a';
    pthread_create(&thread, &attr, use_stack, &letter);
    pthread_attr_destroy(&attr);
    pthread_join(thread, NULL);
    answer("letter", letter);
    answer("size", (long)size);
}

/* One after the other, in waves: a handle's place is used again only after its join. */
static int wave_sum;

static void *ride_wave(void *number)
{
    wave_sum += (int)(long)number;
    return NULL;
}

void one_thread_at_a_time(void)
{
    pthread_t thread;
    for (long i = 1; i <= 5; i++) {
        pthread_create(&thread, NULL, ride_wave, (void *)i);
        pthread_join(thread, NULL);
    }
    answer("sum", wave_sum);
}

/* Detached after the fact, by its creator; the thread waits for a permission that orders all it
 * touches. */
static sem_t permission, finished;
static int permitted;

static void *wait_for_permission(void *unused)
{
    sem_wait(&permission);
    permitted++;
    sem_post(&finished);
    return unused;
}

void detached_by_its_creator(void)
{
    pthread_t thread;
    sem_init(&permission, 0, 0);
    sem_init(&finished, 0, 0);
    pthread_create(&thread, NULL, wait_for_permission, NULL);
    pthread_detach(thread);
    permitted = 4;
    sem_post(&permission);
    sem_wait(&finished);
    answer("permitted", permitted);
    sem_destroy(&finished);
    sem_destroy(&permission);
}
