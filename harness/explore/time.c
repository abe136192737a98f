/*
 * time.c - virtual time. See timeout.h.
 *
 * The clock moves when threads sleep or time out (the engine does that), and by a microsecond
 * each time somebody reads it. Real clocks move between two reads as well, and a loop that polls
 * the clock until some moment would otherwise never end. The step is small enough
 * not to show in any measurement that a student's program makes of its own sleeps, and the same
 * in every replay.
 */
#include <errno.h>
#include <sched.h>
#include <sys/time.h>
#include <time.h>

#include "harness/explore/cancel.h"
#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

#define READ_STEP_NS INT64_C(1000)

/* Later moments than this many seconds are never reached: such a deadline is none. */
#define SECONDS_MAX (INT64_C(1) << 33)

static int fail(int error)
{
    *__wrap___errno_location() = error;
    return -1;
}

static bool is_valid(const struct timespec *ts)
{
    return ts->tv_nsec >= 0 && ts->tv_nsec < NS_PER_S;
}

static int64_t after(int64_t start_ns, int64_t seconds, int64_t ns)
{
    int64_t end_ns;
    if (seconds > SECONDS_MAX || __builtin_add_overflow(start_ns, seconds * NS_PER_S, &end_ns) ||
        __builtin_add_overflow(end_ns, ns, &end_ns))
        return NEVER;
    return end_ns;
}

/* The deadline of a valid absolute time; false when we do not have that clock. */
static bool deadline_on(clockid_t clock, const struct timespec *until, int64_t *deadline_ns)
{
    int64_t seconds = until->tv_sec < 0 ? 0 : until->tv_sec;
    if (clock == CLOCK_REALTIME)
        *deadline_ns = after(-REALTIME_OFFSET_NS, seconds, until->tv_nsec);
    else if (clock == CLOCK_MONOTONIC)
        *deadline_ns = after(0, seconds, until->tv_nsec);
    else
        return false;
    return true;
}

bool timeout_deadline(clockid_t clock, const struct timespec *until, int64_t *deadline_ns,
                      const void *frame)
{
    memory_read(until, sizeof *until, frame);
    return is_valid(until) && deadline_on(clock, until, deadline_ns);
}

static bool never_ready(const struct thread *thread)
{
    (void)thread;
    return false;
}

void timeout_sleep(int64_t deadline_ns, const void *frame)
{
    int64_t start_ns = engine.now_ns;
    engine.slept |= snapshot_owner(call_pc(frame)) == OWNER_STUDENT;
    if (cancel_point(OP_SLEEP, NULL, never_ready, deadline_ns, frame))
        cancel_act(frame);
    trace_op_value(OP_SLEEP, NULL, deadline_ns > start_ns ? deadline_ns - start_ns : 0, frame);
}

/*
 * Sleeping.
 */

unsigned __wrap_sleep(unsigned seconds)
{
    timeout_sleep(after(engine.now_ns, seconds, 0), HERE);
    return 0;
}

int __wrap_usleep(useconds_t us)
{
    timeout_sleep(after(engine.now_ns, 0, (int64_t)us * 1000), HERE);
    return 0;
}

/* Nothing interrupts a sleep, so what remains of it is never written. */
int timeout_sleep_for(const struct timespec *time, const void *frame)
{
    memory_read(time, sizeof *time, frame);
    if (!is_valid(time) || time->tv_sec < 0)
        return EINVAL;
    timeout_sleep(after(engine.now_ns, time->tv_sec, time->tv_nsec), frame);
    return 0;
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
    (void)left;
    int error = timeout_sleep_for(time, HERE);
    return error ? fail(error) : 0;
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                           struct timespec *left)
{
    (void)left;
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    if (!(flags & TIMER_ABSTIME))
        return timeout_sleep_for(time, HERE);
    int64_t deadline_ns;
    if (!timeout_deadline(clock, time, &deadline_ns, HERE))
        return EINVAL;
    timeout_sleep(deadline_ns, HERE);
    return 0;
}

int __wrap_sched_yield(void)
{
    engine_point(OP_YIELD, NULL, NULL, NEVER, HERE);
    trace_op(OP_YIELD, NULL, HERE);
    return 0;
}

/*
 * Reading the clocks.
 */

static int64_t read_clock(bool realtime)
{
    engine.inexact = true; /* what it says depends on what others did */
    engine.now_ns += READ_STEP_NS;
    return engine.now_ns + (realtime ? REALTIME_OFFSET_NS : 0);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    bool realtime = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
        break;
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
        finding_unsupported("clock_gettime of CPU time", HERE);
    default:
        return fail(EINVAL);
    }
    memory_write(time, sizeof *time, HERE);
    int64_t ns = read_clock(realtime);
    time->tv_sec = ns / NS_PER_S;
    time->tv_nsec = ns % NS_PER_S;
    return 0;
}

int __wrap_gettimeofday(struct timeval *time, void *zone)
{
    (void)zone; /* obsolete: nothing is written there */
    memory_write(time, sizeof *time, HERE);
    int64_t ns = read_clock(true);
    time->tv_sec = ns / NS_PER_S;
    time->tv_usec = ns % NS_PER_S / 1000;
    return 0;
}

int __wrap_timespec_get(struct timespec *time, int base)
{
    if (base != TIME_UTC)
        return 0;
    memory_write(time, sizeof *time, HERE);
    int64_t ns = read_clock(true);
    time->tv_sec = ns / NS_PER_S;
    time->tv_nsec = ns % NS_PER_S;
    return base;
}

time_t __wrap_time(time_t *out)
{
    time_t seconds = read_clock(true) / NS_PER_S;
    if (out) {
        memory_write(out, sizeof *out, HERE);
        *out = seconds;
    }
    return seconds;
}
