/*
 * batch_row.h - one submission of a batch, as its report tells it.
 */
#ifndef HILO_GRADER_BATCH_ROW_H
#define HILO_GRADER_BATCH_ROW_H

#include "grader/batch.h"

/* Take the row of a finished report. */
void batch_row_take(struct batch_row *row, const struct report *report);

/* The report of an entry from an earlier run, if nothing that it depends on has changed since. */
struct report *batch_row_keep(const struct batch_options *options, const struct batch_entry *entry,
                              const char *report_path);

#endif
