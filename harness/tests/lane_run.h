/*
 * lane_run.h - for tests: compile a small program, natively and as a lane wants it, run that
 * lane's program on it as the grader does, and look at the records that come back.
 *
 * Calling sequence: lane_build() once; lane_execute() at will, each time forgetting the
 * records of the time before; lane_free() at the end. Anything that cannot be done fails
 * the test. The program is looked for in $HILO_BUILD, else in build/.
 */
#ifndef HILO_HARNESS_TESTS_LANE_RUN_H
#define HILO_HARNESS_TESTS_LANE_RUN_H

#include <stddef.h>

#include "harness/protocol.h"

struct lane_run {
    char folder[64];  /* of all that is built */
    const char *lane; /* "explore" */
    int seed;         /* of the jobs; 0: 1 */
    char *log;        /* the records as they came, to compare */
    char *text;       /* and what they were taken apart into */
    struct record_view *records;
    size_t n_records;
};

/* Compile sources, paths from the root of the repository up to a NULL, and scenarios, a text, for
 * explore or tsan: these two share their flags, and differ in what is wrapped. */
void lane_build(struct lane_run *run, const char *lane, const char *const *sources,
                const char *scenarios);

/* Run the job whose lines after the first are `job`, up to and with `end`. Returns the exit
 * status, or 128 + the signal. */
int lane_execute(struct lane_run *run, const char *job);

/* The next record of a type at or after index *at, which then moves behind it; NULL at the end. */
const struct record_view *lane_next(const struct lane_run *run, size_t *at, const char *type);

/* Compile sources and `driver`, a text, natively; then run that with one argument and give what
 * it printed, which is the caller's to free. */
void lane_build_native(struct lane_run *run, const char *const *sources, const char *driver);
char *lane_run_native(const struct lane_run *run, const char *argument);

void lane_free(struct lane_run *run);

#endif
