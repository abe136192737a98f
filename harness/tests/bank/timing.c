/* timing.c - sleeping and deadlines, where being late does no harm. See bank.h. */
#include "harness/tests/bank/bank.h"

/* Polls under the lock and sleeps in between: slow, yet right. */
static pthread_mutex_t poll_lock = PTHREAD_MUTEX_INITIALIZER;
static int poll_value;

static void *set_value(void *unused)
{
    usleep(500);
    pthread_mutex_lock(&poll_lock);
    poll_value = 6;
    pthread_mutex_unlock(&poll_lock);
    return unused;
}

void polling_with_sleep(void)
{
    pthread_t thread;
    int value = 0;
    pthread_create(&thread, NULL, set_value, NULL);
    while (!value) {
        struct timespec pause = {0, 200000};
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&poll_lock);
        value = poll_value;
        pthread_mutex_unlock(&poll_lock);
    }
    pthread_join(thread, NULL);
    answer("value", value);
}

/* A worker with a period, until it is told to stop; it is not asked how often it ran. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stop;
    int beats;
} heart = {.lock = PTHREAD_MUTEX_INITIALIZER, .stopped = PTHREAD_COND_INITIALIZER};

static void *beat(void *unused)
{
    struct timespec next = in_ms(CLOCK_REALTIME, 0);
    pthread_mutex_lock(&heart.lock);
    while (!heart.stop) {
        next.tv_nsec += 1000000;
        if (next.tv_nsec >= 1000000000) {
            next.tv_nsec -= 1000000000;
            next.tv_sec++;
        }
        int error = 0;
        while (!heart.stop && error == 0)
            error = pthread_cond_timedwait(&heart.stopped, &heart.lock, &next);
        heart.beats += error == ETIMEDOUT;
    }
    pthread_mutex_unlock(&heart.lock);
    return unused;
}

void periodic_worker_is_stopped(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, beat, NULL);
    usleep(2500);
    pthread_mutex_lock(&heart.lock);
    heart.stop = true;
    pthread_cond_signal(&heart.stopped);
    pthread_mutex_unlock(&heart.lock);
    pthread_join(thread, NULL);
    answer("beats", heart.beats >= 0);
}

/* A timer that may be cancelled: either it ran or the cancel says that it will not. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool cancelled, ran;
} timer = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *run_timer(void *unused)
{
    struct timespec until = in_ms(CLOCK_REALTIME, 1);
    int error = 0;
    pthread_mutex_lock(&timer.lock);
    while (!timer.cancelled && error == 0)
        error = pthread_cond_timedwait(&timer.changed, &timer.lock, &until);
    if (!timer.cancelled)
        timer.ran = true;
    pthread_mutex_unlock(&timer.lock);
    return unused;
}

static bool cancel_timer(void)
{
    pthread_mutex_lock(&timer.lock);
    bool in_time = !timer.ran;
    timer.cancelled = true;
    pthread_cond_signal(&timer.changed);
    pthread_mutex_unlock(&timer.lock);
    return in_time;
}

void timer_cancelled_or_run(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, run_timer, NULL);
    usleep(1000);
    bool cancelled = cancel_timer();
    pthread_join(thread, NULL);
    answer("one", cancelled != timer.ran);
}

/* No sleep ends early, whichever way it is asked for. */
static long elapsed_us(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - since->tv_sec) * 1000000 + (now.tv_nsec - since->tv_nsec) / 1000;
}

static void *sleep_in_some_way(void *number)
{
    struct timespec start, ms = {0, 1000000}, until;
    clock_gettime(CLOCK_MONOTONIC, &start);
    switch ((long)number) {
    case 0:
        usleep(1000);
        break;
    case 1:
        nanosleep(&ms, NULL);
        break;
    case 2:
        clock_nanosleep(CLOCK_MONOTONIC, 0, &ms, NULL);
        break;
    default:
        until = in_ms(CLOCK_MONOTONIC, 1);
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        break;
    }
    check("not-early", elapsed_us(&start) >= 1000);
    return NULL;
}

void no_sleep_ends_early(void)
{
    team(4, sleep_in_some_way);
    answer("zero", (long)sleep(0));
}

/* A deadline for the whole, shared by its steps; a step that comes too late is not an error but an
 * answer, and either is fine. */
static sem_t steps;

static void *make_steps(void *unused)
{
    for (int i = 0; i < 2; i++) {
        usleep(300);
        sem_post(&steps);
    }
    return unused;
}

void one_deadline_for_all_steps(void)
{
    pthread_t thread;
    struct timespec until = in_ms(CLOCK_REALTIME, 2);
    int got = 0, left = 0;
    sem_init(&steps, 0, 0);
    pthread_create(&thread, NULL, make_steps, NULL);
    while (got < 2 && !sem_timedwait(&steps, &until))
        got++;
    pthread_join(thread, NULL);
    while (!sem_trywait(&steps))
        left++;
    answer("all", got + left);
    sem_destroy(&steps);
}

/* Whoever times out leaves the queue; what it did not take is there for others. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t some;
    int items;
} shelf = {.lock = PTHREAD_MUTEX_INITIALIZER, .some = PTHREAD_COND_INITIALIZER};

static void *take_in_time(void *unused)
{
    struct timespec until = in_ms(CLOCK_REALTIME, 1);
    int error = 0;
    pthread_mutex_lock(&shelf.lock);
    while (!shelf.items && !error)
        error = pthread_cond_timedwait(&shelf.some, &shelf.lock, &until);
    bool took = shelf.items > 0;
    shelf.items -= took;
    pthread_mutex_unlock(&shelf.lock);
    return (void *)(long)(took + (unused != NULL));
}

void late_takers_take_nothing(void)
{
    pthread_t takers[2];
    long took = 0;
    for (int i = 0; i < 2; i++)
        pthread_create(&takers[i], NULL, take_in_time, NULL);
    usleep(1000);
    pthread_mutex_lock(&shelf.lock);
    shelf.items++;
    pthread_cond_signal(&shelf.some);
    pthread_mutex_unlock(&shelf.lock);
    for (int i = 0; i < 2; i++) {
        void *result;
        pthread_join(takers[i], &result);
        took += (long)result;
    }
    answer("sum", took + shelf.items);
    answer("left", shelf.items >= 0);
}

/* The clocks go forward, and agree. */
void clocks_go_forward(void)
{
    struct timeval day;
    struct timespec first, second;
    time_t before = time(NULL);
    gettimeofday(&day, NULL);
    clock_gettime(CLOCK_MONOTONIC, &first);
    usleep(100);
    clock_gettime(CLOCK_MONOTONIC, &second);
    answer("day", day.tv_sec >= before && day.tv_sec <= time(NULL));
    answer("forward", second.tv_sec > first.tv_sec || second.tv_nsec > first.tv_nsec);
    answer("difference", difftime(before + 5, before) > 4.5);
}
