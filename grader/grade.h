/*
 * grade.h - one submission from its files to its report: the spine.
 *
 *   submission ─► build ─► harness (a process a lane) ─► records ─► findings ─► report
 *
 * grade_submission() is what `hilo check` calls once and `hilo batch` calls in a
 * process of its own for each submission.
 */
#ifndef HILO_GRADER_GRADE_H
#define HILO_GRADER_GRADE_H

#include <stdbool.h>
#include <stdint.h>

#include "grader/manifest.h"
#include "reports/error.h"
#include "reports/report.h"

enum effort { EFFORT_QUICK, EFFORT_NORMAL, EFFORT_DEEP };

struct grade_options {
    bool lanes[LANE_COUNT];
    uint64_t seed;
    enum effort effort;
    const char *language;          /* "es" or "en" */
    int jobs;                      /* compiles at once */
    int require_isolation;         /* -1: none required */
    const char *work_dir;          /* where the work folder is made; NULL: $TMPDIR or /tmp */
    const struct program *program; /* of `hilo run`: what is run instead of a submission; or NULL */
    /* Told now and then what is going on ("compiling", "explore: two_sources"), or NULL. */
    void (*progress)(const char *what, void *data);
    void *progress_data;
    /* Set: a replay is run in gdb. Told what is about to be run there. */
    void (*debug)(const struct report *now, const void *data);
    const void *debug_data;
};

/* Grade; a program with program_manifest. NULL with `error` set for ERROR_USAGE (no such file...);
 * every other failure of ours is a report with verdict `error`, so that a batch goes on. */
struct report *grade_submission(const char *path, const struct manifest *manifest,
                                const struct grade_options *options, struct error *error);

/* A report that says only that `path` could not be graded, and why. */
struct report *grade_error(const char *path, const struct manifest *manifest,
                           const struct grade_options *options, const char *why);

/* Run one schedule of one scenario again. The report holds what was seen this time: the findings
 * of that schedule, each with its trace, or none. */
struct report *grade_replay(const char *path, const struct manifest *manifest,
                            const struct grade_options *options, const char *scenario,
                            const char *token, struct error *error);

/* The name by which an effort is known: "quick", "normal", "deep". */
const char *effort_name(enum effort effort);

#endif
