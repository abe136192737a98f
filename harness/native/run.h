/*
 * run.h - what the stress and tsan lanes have in common: a job run on real threads.
 *
 * Calling sequence: the lane's main calls run_job() with its hooks; it does not return.
 */
#ifndef HILO_HARNESS_NATIVE_RUN_H
#define HILO_HARNESS_NATIVE_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/job.h"

/* What makes a lane. Every hook runs on the scenario's thread but `watch`. */
struct lane_hooks {
    bool (*accepts)(const char *lane); /* whether the job's lane is this program's */
    void (*prepare)(
        const struct job *job); /* before the objects are loaded and the door is closed */
    bool (*more)(const struct job_scenario *scenario, long runs, int64_t elapsed_ns);
    void (*before)(const struct job_scenario *scenario, long run);
    void (*after)(void); /* the body returned; its threads may still be ending */
    /* Turn what was seen into findings: when the threads ended, and async-signal-safe, when the
     * process does. False: the next scenario wants another process. */
    bool (*collect)(void);
    int busy_s;       /* processor time that one repetition may take */
    bool judges_busy; /* whether more than that is a finding, not only a note */
};

enum { WATCH_MS = 50 };

/* The run under way, for the watchdog. */
struct run_state {
    const struct lane_hooks *hooks;
    const struct job *job;
    const struct job_scenario *scenario; /* NULL between scenarios */
    _Atomic int64_t body_start;          /* monotonic time; 0 while no body runs */
    _Atomic int64_t body_cpu;            /* CPU time of the process at that moment */
    _Atomic int64_t scenario_start;
    atomic_long runs; /* repetitions begun */
};

extern struct run_state run_state;

_Noreturn void run_job(const struct lane_hooks *hooks);

/* Tell the scenario under way to its end, if there is one: outcomes, findings, done. The stream is
 * taken. */
void run_send_done(bool truncated);

#endif
