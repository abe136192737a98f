/*
 * lane.h - one lane of one submission: harness processes until each scenario was tried once.
 *
 * A process is asked for all scenarios that were not tried yet. When it ends early, the scenario in
 * which it ended is told so and a new process goes on with the rest; no scenario is tried twice.
 * A program of its own keeps state where only a new process forgets it: there the native lanes try
 * the one scenario several times, each a run and a process of its own, until one shows something.
 * The lane says only how each scenario ended and what its records are; verdict.c judges.
 *
 * Calling sequence: lane_open(), then lane_start() and lane_wait() in turn while lane_start()
 * returns true, then lane_close(). Several lanes may be started before the first is waited for.
 * Ownership: lane_close() frees the records that runs point into. Threads: one.
 */
#ifndef HILO_GRADER_LANE_H
#define HILO_GRADER_LANE_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/build.h"
#include "grader/grade.h"
#include "grader/manifest.h"
#include "grader/paths.h"
#include "grader/process.h"
#include "grader/records.h"

enum run_end {
    RUN_NOT_TRIED,
    RUN_DONE,    /* bracketed by `begin` and `done` */
    RUN_CRASHED, /* by the signal `status` */
    RUN_EXITED,  /* in the middle, with exit status `status` */
    RUN_HUNG,    /* at the limit of its time */
    RUN_FLOODED, /* its records went on and on */
    RUN_SPARED,  /* not run: explore showed that it does not come to its end */
    RUN_REFUSED, /* a forbidden system call, or what `why` says */
    RUN_FAILED,  /* a fault of ours or of the machine: `why` */
};

struct run {
    const struct manifest_scenario *scenario;
    size_t index; /* in the manifest */
    enum run_end end;
    int status;
    char why[320];                         /* of RUN_FAILED and RUN_REFUSED */
    const struct record_scenario *records; /* NULL: nothing arrived */
    long inputs[MANIFEST_INPUTS_MAX];
};

struct lane_run {
    enum lane lane;
    bool perturb; /* the perturbed half of stress */
    const struct manifest *manifest;
    const struct grade_options *options;
    const char *student; /* the objects that are run */
    const char *scenarios;
    const char *input; /* of a program: the path of its standard input, or "" */
    const char *token; /* replay this schedule of the only scenario; NULL: run */
    bool debug;        /* with a debugger, whose breakpoints change the code */
    char program[PATH_TEXT_MAX];
    size_t n_runs;
    struct run runs[MANIFEST_SCENARIOS_MAX];
    size_t n_streams;
    struct records **streams;
    struct process *process;
    double wall_ms, cpu_ms;
};

/* Prepare a lane: which scenarios have it, with which inputs. */
void lane_open(struct lane_run *lane, enum lane which, bool perturb,
               const struct manifest *manifest, const struct build *build,
               const struct grade_options *options);

/* Reduce an opened explore lane to the replay of one schedule. The token must outlive it. */
void lane_replay(struct lane_run *lane, size_t scenario_index, const char *token);

/* Spare a native lane the scenarios that explore showed to stop or crash: real threads would only
 * stop too, after real time. */
void lane_spare(struct lane_run *lane, const struct lane_run *explore);

/* The job of a process for what is left to try. Caller frees. */
char *lane_job(const struct lane_run *lane);

/* Start a process for what is left to try. False when nothing is left. */
bool lane_start(struct lane_run *lane);
void lane_wait(struct lane_run *lane);
void lane_close(struct lane_run *lane);

#endif
