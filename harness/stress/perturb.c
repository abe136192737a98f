/*
 * perturb.c - see perturb.h.
 *
 * Theory of operation. Most concurrency bugs need one thread to stop at one unlucky place for as
 * long as another needs to pass. So at each call, and in the perturbed build at each access, a
 * thread sometimes yields or sleeps up to 100 us. How often changes from repetition to repetition:
 * a rate that finds one bug smothers another. Some repetitions run on a single processor, where
 * preemption falls at other places, and in some a few threads of ours compete for the processors,
 * for a bounded time. The first repetition is left alone: that is how the program runs at home.
 */
#include "harness/stress/perturb.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/native/clock.h"
#include "harness/native/threads.h"

enum { SPINNERS = 2, SPIN_MS = 4, DELAY_NS_MAX = 100 * 1000 };

/* Out of 256: how often a call yields and sleeps, and how often an access does. */
struct mode {
    int call_yield, call_delay, access_yield, access_delay;
    bool pinned, crowded;
};

static const struct mode modes[] = {
    {0, 0, 0, 0, false, false},   {64, 32, 4, 2, false, false}, {128, 0, 16, 0, false, false},
    {32, 16, 2, 1, true, false},  {16, 8, 1, 1, false, false},  {96, 8, 32, 1, true, false},
    {32, 64, 8, 8, false, false}, {16, 4, 1, 0, false, true},
};

static struct {
    uint64_t seed;
    _Atomic(const struct mode *) mode;
    atomic_long run;
    atomic_uint crowd; /* counts crowded repetitions; a futex */
    atomic_bool crowded;
    cpu_set_t all;
    bool pinned;
} perturb = {.mode = &modes[0]};

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static uint32_t draw(struct thread *self)
{
    if (self->random == 0) {
        uint64_t run = (uint64_t)atomic_load_explicit(&perturb.run, memory_order_relaxed);
        self->random = mix(mix(perturb.seed ^ run << 20) ^ (uint64_t)thread_id(self)) | 1;
    }
    self->random ^= self->random << 13;
    self->random ^= self->random >> 7;
    self->random ^= self->random << 17;
    return (uint32_t)(self->random >> 32);
}

static void act(struct thread *self, int yield, int delay)
{
    uint32_t random = draw(self);
    int dice = random & 255, saved = errno;
    if (dice < delay) {
        struct timespec nap = {0, (long)((random >> 8) % DELAY_NS_MAX)};
        syscall(SYS_nanosleep, &nap, NULL);
    } else if (dice < delay + yield) {
        sched_yield();
    }
    /* The student may look at it after the call that was disturbed. */
    errno = saved;
}

void lane_perturb(void)
{
    struct thread *self = thread_self();
    const struct mode *mode = atomic_load_explicit(&perturb.mode, memory_order_relaxed);
    if (!self || !(mode->call_yield | mode->call_delay))
        return;
    /* A loop of a thousand calls must not sleep a thousand times, or there is one repetition where
     * there could be a hundred. */
    if (++self->calls > 64 && (draw(self) & 15) != 0)
        return;
    act(self, mode->call_yield, mode->call_delay);
}

void perturb_access(void)
{
    struct thread *self = thread_self();
    const struct mode *mode = atomic_load_explicit(&perturb.mode, memory_order_relaxed);
    if (!self || !(mode->access_yield | mode->access_delay))
        return;
    if (++self->accesses > 512 && (draw(self) & 255) != 0)
        return;
    act(self, mode->access_yield, mode->access_delay);
}

static void *compete(void *unused)
{
    (void)unused;
    unsigned seen = 0;
    for (;;) {
        syscall(SYS_futex, &perturb.crowd, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
        seen = atomic_load(&perturb.crowd);
        int64_t end = clock_ns() + SPIN_MS * CLOCK_MS;
        while (atomic_load(&perturb.crowded) && clock_ns() < end)
            continue;
    }
    return NULL;
}

void perturb_start(uint64_t seed)
{
    pthread_attr_t attributes;
    sigset_t all, old;
    perturb.seed = mix(seed);
    /* Otherwise a sleep of 10 us takes 60. */
    prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
    sched_getaffinity(0, sizeof perturb.all, &perturb.all);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    for (int i = 0; i < SPINNERS; i++) {
        pthread_t thread;
        /* Without them there is a little less disturbance, nothing else. */
        (void)!pthread_create(&thread, &attributes, compete, NULL);
    }
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* Threads inherit where their creator runs, so pinning the scenario's thread pins them all. Where
 * the filter forbids it, the repetition is simply not pinned. */
static void pin(bool pinned)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    if (pinned == perturb.pinned)
        return;
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &perturb.all))
            CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, pinned ? &one : &perturb.all);
    perturb.pinned = pinned;
}

void perturb_begin(long run)
{
    const struct mode *mode = &modes[run % (long)(sizeof modes / sizeof *modes)];
    thread_self()->random = 0;
    thread_self()->calls = 0;
    thread_self()->accesses = 0;
    atomic_store(&perturb.run, run);
    pin(mode->pinned);
    atomic_store(&perturb.mode, mode);
    if (!mode->crowded)
        return;
    atomic_store(&perturb.crowded, true);
    atomic_fetch_add(&perturb.crowd, 1);
    syscall(SYS_futex, &perturb.crowd, FUTEX_WAKE_PRIVATE, SPINNERS, NULL, NULL, 0);
}

void perturb_end(void)
{
    atomic_store(&perturb.crowded, false);
    atomic_store(&perturb.mode, &modes[0]);
}
