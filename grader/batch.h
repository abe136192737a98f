/*
 * batch.h - many submissions, each graded in a process of its own.
 *
 * Theory of operation. Each submission is forked off to a worker that grades it, writes
 * OUT/NAME.json aside, renames it and ends. The parent never grades: it reads each report back when
 * its worker is gone, so the file is the only truth and what a batch wrote is what it knows. A
 * worker that dies, or takes longer than anything honest can, gets a report with verdict
 * `error` from the parent and costs nobody else anything.
 *
 * OUT/gradebook.csv is rewritten while the batch goes on, so that a batch that is interrupted, even
 * by kill -9, keeps what is finished. A later run with the same command takes reports over whose
 * sources, exercise and options are the same.
 *
 * Ownership: batch_free(). Threads: one.
 */
#ifndef HILO_GRADER_BATCH_H
#define HILO_GRADER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "grader/batch_list.h"
#include "grader/grade.h"
#include "grader/manifest.h"
#include "reports/error.h"
#include "reports/report.h"

struct batch_row {
    bool finished;
    bool kept; /* graded by an earlier run */
    enum verdict verdict;
    double points, max;
    char *findings; /* "data-race x2, deadlock", or why it could not be graded */
};

struct batch_options {
    const struct manifest *manifest;
    struct grade_options grade; /* jobs: submissions at once */
    const char *out;
    bool quiet;
    double worker_s; /* a worker that takes longer is ended; 0: as the effort says */
    /* What a worker does; grade_submission() but in tests. */
    struct report *(*work)(const char *path, const struct manifest *manifest,
                           const struct grade_options *options, struct error *error);
};

struct batch {
    const struct batch_options *options;
    const struct batch_list *list;
    struct batch_row *rows; /* one an entry of the list */
    size_t n_finished, n_kept;
    bool interrupted;
};

/* Grade all of `list` (not to be empty). False with `error` set when OUT cannot be written; what
 * was finished is in `batch` and on disk all the same. */
bool batch_run(struct batch *batch, const struct batch_options *options,
               const struct batch_list *list, struct error *error);
void batch_free(struct batch *batch);

#endif
