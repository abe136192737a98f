/*
 * job.h - what the grader asks of this harness process, read from JOB_FD.
 *
 * Ownership: the job lives as long as the process. Threads: read once, before
 * any thread starts; immutable afterwards. A malformed job is our own fault: it
 * is told on standard error and the process exits with status 3.
 */
#ifndef HILO_HARNESS_JOB_H
#define HILO_HARNESS_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/protocol.h"

enum { JOB_INPUTS_MAX = 16, JOB_SCENARIOS_MAX = 64 };

struct job_input {
    const char *name;
    long value;
};

struct job_scenario {
    const char *name;
    const char *token; /* replay this schedule; NULL: run */
    long executions;
    long steps;
    long budget_ms;
    long first;           /* number of the first repetition */
    bool punctual;        /* clock=punctual */
    bool fail;            /* fail=1 */
    bool debug;           /* debug=1 */
    const char *strategy; /* of explore, by name; NULL: as it sees fit */
    size_t n_inputs;
    struct job_input inputs[JOB_INPUTS_MAX];
};

struct job {
    const char *lane;
    const char *student;   /* path of the student's shared object */
    const char *scenarios; /* path of the scenarios' shared object; NULL for `hilo run` */
    uint64_t seed;
    bool strict;       /* strict=1 */
    const char *input; /* path of the program's standard input, or NULL */
    size_t n_arguments;
    const char *arguments[ARGUMENTS_MAX];
    size_t n_scenarios;
    struct job_scenario items[JOB_SCENARIOS_MAX];
};

/* Read the whole job from `fd` and close it. Marks RECORDS_FD and FILTER_FD close-on-exec. */
const struct job *job_read(int fd);

/* The input of a scenario, or NULL. */
const struct job_input *job_input(const struct job_scenario *scenario, const char *name);

#endif
