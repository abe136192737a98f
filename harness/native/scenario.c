/*
 * scenario.c - harness/scenario.h on real threads.
 */
#include "harness/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "harness/native/answers.h"
#include "harness/native/clock.h"
#include "harness/native/ends.h"
#include "harness/native/run.h"
#include "harness/native/threads.h"

long input(const char *name)
{
    const struct job_input *found = job_input(run_state.scenario, name);
    if (!found)
        end_for_us("a scenario asks for an input that the job does not give");
    return found->value;
}

void answer(const char *name, long value)
{
    answers_set(name, value);
}

void check(const char *name, bool holds)
{
    answers_check(name, holds);
}

/* A task is its thread's slot, under another name. */
task spawn(const char *name, void (*body)(void *), void *arg)
{
    lane_perturb();
    task made = (task)thread_spawn(name, body, arg, SITE_HERE);
    lane_perturb();
    return made;
}

void await(task t)
{
    lane_perturb();
    thread_await((struct thread *)t, SITE_HERE);
}

/* What overlaps is explore's to see: two real threads may or may not, by luck. */
void watch(const char *label, const void *start, size_t size)
{
    (void)label;
    (void)start;
    (void)size;
}

void span_begin(const char *label)
{
    (void)label;
}

void span_end(const char *label)
{
    (void)label;
}

double now(void)
{
    return (double)clock_ns() / (double)CLOCK_S;
}

void rest(double seconds)
{
    struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    thread_enter(CALL_SLEEP, 0, SITE_HERE);
    while (seconds > 0 && nanosleep(&left, &left) && errno == EINTR)
        continue;
    thread_leave();
}
