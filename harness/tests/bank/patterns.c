/* patterns.c - whole small programs as courses give them. See bank.h. */
#include "harness/tests/bank/bank.h"

/* The philosophers, without deadlock in three ways. */
enum { SEATS = 3 };
static pthread_mutex_t forks[SEATS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
                                       PTHREAD_MUTEX_INITIALIZER};
static int meals[SEATS];
static sem_t waiter;

/* The last one is left-handed. */
static void *dine_in_order(void *number)
{
    int seat = (int)(long)number, left = seat, right = (seat + 1) % SEATS;
    int first = left < right ? left : right, second = left < right ? right : left;
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&forks[first]);
        pthread_mutex_lock(&forks[second]);
        meals[seat]++;
        pthread_mutex_unlock(&forks[second]);
        pthread_mutex_unlock(&forks[first]);
    }
    return NULL;
}

void philosophers_in_order(void)
{
    team(SEATS, dine_in_order);
    answer("meals", meals[0] * 100 + meals[1] * 10 + meals[2]);
}

/* One seat stays empty. */
static void *dine_with_waiter(void *number)
{
    int seat = (int)(long)number;
    sem_wait(&waiter);
    pthread_mutex_lock(&forks[seat]);
    pthread_mutex_lock(&forks[(seat + 1) % SEATS]);
    meals[seat]++;
    pthread_mutex_unlock(&forks[seat]);
    pthread_mutex_unlock(&forks[(seat + 1) % SEATS]);
    sem_post(&waiter);
    return NULL;
}

void philosophers_with_a_waiter(void)
{
    sem_init(&waiter, 0, SEATS - 1);
    team(SEATS, dine_with_waiter);
    sem_destroy(&waiter);
    answer("meals", meals[0] * 100 + meals[1] * 10 + meals[2]);
}

/* A monitor: both forks at once or none (Dijkstra, EWD 310, as Tanenbaum tells it). */
static pthread_mutex_t monitor = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t may_eat[SEATS] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER,
                                        PTHREAD_COND_INITIALIZER};
static enum { THINKING, HUNGRY, EATING } mood[SEATS];

static void test_seat(int seat)
{
    if (mood[seat] == HUNGRY && mood[(seat + 1) % SEATS] != EATING &&
        mood[(seat + SEATS - 1) % SEATS] != EATING) {
        mood[seat] = EATING;
        pthread_cond_signal(&may_eat[seat]);
    }
}

static void *dine_by_monitor(void *number)
{
    int seat = (int)(long)number;
    pthread_mutex_lock(&monitor);
    mood[seat] = HUNGRY;
    test_seat(seat);
    while (mood[seat] != EATING)
        pthread_cond_wait(&may_eat[seat], &monitor);
    pthread_mutex_unlock(&monitor);
    meals[seat]++;
    pthread_mutex_lock(&monitor);
    mood[seat] = THINKING;
    test_seat((seat + 1) % SEATS);
    test_seat((seat + SEATS - 1) % SEATS);
    pthread_mutex_unlock(&monitor);
    return NULL;
}

void philosophers_by_monitor(void)
{
    team(SEATS, dine_by_monitor);
    answer("meals", meals[0] * 100 + meals[1] * 10 + meals[2]);
}

/* A pool of threads that finishes what it accepted before it ends. */
struct job {
    void (*run)(int);
    int arg;
    struct job *next;
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *first, **last;
    bool closing;
    pthread_t threads[2];
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
static atomic_int pool_sum;

static void *pool_work(void *unused)
{
    for (;;) {
        pthread_mutex_lock(&pool.lock);
        while (!pool.first && !pool.closing)
            pthread_cond_wait(&pool.changed, &pool.lock);
        struct job *job = pool.first;
        if (job && !(pool.first = job->next))
            pool.last = &pool.first;
        pthread_mutex_unlock(&pool.lock);
        if (!job)
            return unused;
        job->run(job->arg);
        free(job);
    }
}

static void pool_submit(void (*run)(int), int arg)
{
    struct job *job = malloc(sizeof *job);
    *job = (struct job){run, arg, NULL};
    pthread_mutex_lock(&pool.lock);
    *pool.last = job;
    pool.last = &job->next;
    pthread_cond_signal(&pool.changed);
    pthread_mutex_unlock(&pool.lock);
}

static void add_square(int n)
{
    atomic_fetch_add(&pool_sum, n * n);
}

/* A job that makes another. */
static void add_twice(int n)
{
    pool_submit(add_square, n);
    add_square(n);
}

void thread_pool(void)
{
    pool.last = &pool.first;
    for (int i = 0; i < 2; i++)
        pthread_create(&pool.threads[i], NULL, pool_work, NULL);
    pool_submit(add_square, 1);
    pool_submit(add_twice, 2);
    pool_submit(add_square, 3);
    pthread_mutex_lock(&pool.lock);
    pool.closing = true;
    pthread_cond_broadcast(&pool.changed);
    pthread_mutex_unlock(&pool.lock);
    for (int i = 0; i < 2; i++)
        pthread_join(pool.threads[i], NULL);
    answer("sum", atomic_load(&pool_sum));
}

/* A future, kept by two references: whoever is last frees it. */
struct future {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
    int value, references;
};

static void future_drop(struct future *future)
{
    pthread_mutex_lock(&future->lock);
    bool last = --future->references == 0;
    pthread_mutex_unlock(&future->lock);
    if (!last)
        return;
    pthread_cond_destroy(&future->done);
    pthread_mutex_destroy(&future->lock);
    free(future);
}

static void *fulfil(void *data)
{
    struct future *future = data;
    pthread_mutex_lock(&future->lock);
    future->value = 12;
    future->is_done = true;
    pthread_cond_broadcast(&future->done);
    pthread_mutex_unlock(&future->lock);
    future_drop(future);
    return NULL;
}

static int future_get(struct future *future)
{
    pthread_mutex_lock(&future->lock);
    while (!future->is_done)
        pthread_cond_wait(&future->done, &future->lock);
    int value = future->value;
    pthread_mutex_unlock(&future->lock);
    return value;
}

void futures(void)
{
    int sum = 0;
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        struct future *future = calloc(1, sizeof *future);
        pthread_mutex_init(&future->lock, NULL);
        pthread_cond_init(&future->done, NULL);
        future->references = 2;
        pthread_create(&threads[i], NULL, fulfil, future);
        if (i == 0)
            sum += future_get(future);
        future_drop(future); /* the second without even asking */
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    answer("sum", sum);
}

/* A pipeline: three stages, two queues of one place each; 0 closes. */
struct stage {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int item;
    bool full;
};

static struct stage stages[2] = {{PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false},
                                 {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false}};

static void stage_put(struct stage *stage, int item)
{
    pthread_mutex_lock(&stage->lock);
    while (stage->full)
        pthread_cond_wait(&stage->changed, &stage->lock);
    stage->item = item;
    stage->full = true;
    pthread_cond_signal(&stage->changed);
    pthread_mutex_unlock(&stage->lock);
}

static int stage_get(struct stage *stage)
{
    pthread_mutex_lock(&stage->lock);
    while (!stage->full)
        pthread_cond_wait(&stage->changed, &stage->lock);
    int item = stage->item;
    stage->full = false;
    pthread_cond_signal(&stage->changed);
    pthread_mutex_unlock(&stage->lock);
    return item;
}

static void *feed_pipeline(void *unused)
{
    for (int i = 1; i <= 3; i++)
        stage_put(&stages[0], i);
    stage_put(&stages[0], 0);
    return unused;
}

static void *double_pipeline(void *unused)
{
    int item;
    while ((item = stage_get(&stages[0])))
        stage_put(&stages[1], 2 * item);
    stage_put(&stages[1], 0);
    return unused;
}

void pipeline(void)
{
    pthread_t feeder, doubler;
    int item, story = 0;
    pthread_create(&feeder, NULL, feed_pipeline, NULL);
    pthread_create(&doubler, NULL, double_pipeline, NULL);
    while ((item = stage_get(&stages[1])))
        story = story * 10 + item;
    pthread_join(feeder, NULL);
    pthread_join(doubler, NULL);
    answer("story", story);
}

/* Readers take a reference to the current version under a short lock and read it without; a writer
 * puts a new one in its place. */
struct version {
    int references, numbers[2];
};

static pthread_mutex_t version_lock = PTHREAD_MUTEX_INITIALIZER;
static struct version *current;

static void version_drop(struct version *version)
{
    pthread_mutex_lock(&version_lock);
    bool last = --version->references == 0;
    pthread_mutex_unlock(&version_lock);
    if (last)
        free(version);
}

static struct version *version_new(int n)
{
    struct version *version = malloc(sizeof *version);
    *version = (struct version){1, {n, -n}};
    return version;
}

static void *read_version(void *unused)
{
    pthread_mutex_lock(&version_lock);
    struct version *version = current;
    version->references++;
    pthread_mutex_unlock(&version_lock);
    check("whole", version->numbers[0] == -version->numbers[1]);
    version_drop(version);
    return unused;
}

static void *write_version(void *unused)
{
    struct version *next = version_new(2);
    pthread_mutex_lock(&version_lock);
    struct version *old = current;
    current = next;
    pthread_mutex_unlock(&version_lock);
    version_drop(old);
    return unused;
}

static void *read_or_write_version(void *number)
{
    return number ? read_version(NULL) : write_version(NULL);
}

void versions_are_replaced(void)
{
    current = version_new(1);
    team(3, read_or_write_version);
    answer("last", current->numbers[0]);
    version_drop(current);
}

/* Deques of work: each takes from its own and steals from the other when that is empty; one lock at
 * a time. */
static struct {
    pthread_mutex_t lock;
    int items[4], n;
} deques[2] = {{PTHREAD_MUTEX_INITIALIZER, {1, 2, 3, 4}, 4}, {PTHREAD_MUTEX_INITIALIZER, {5}, 1}};

static int take_from(int deque)
{
    int item = 0;
    pthread_mutex_lock(&deques[deque].lock);
    if (deques[deque].n > 0)
        item = deques[deque].items[--deques[deque].n];
    pthread_mutex_unlock(&deques[deque].lock);
    return item;
}

static void *work_and_steal(void *number)
{
    int own = (int)(long)number, item;
    long sum = 0;
    while ((item = take_from(own)) || (item = take_from(!own)))
        sum += item;
    return (void *)sum;
}

void work_stealing(void)
{
    pthread_t threads[2];
    long sum = 0;
    for (long i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work_and_steal, (void *)i);
    for (int i = 0; i < 2; i++) {
        void *result;
        pthread_join(threads[i], &result);
        sum += (long)result;
    }
    answer("sum", sum);
}
