/*
 * diagnostics.h - what gcc and ld said, as findings and warnings of the report.
 *
 * Read line by line from their plain text: a flood of diagnostics comes cut in the middle, and what
 * remains of plain text still can be read. Nothing here fails; text that is no diagnostic is
 * skipped.
 *
 * Threads: the report's.
 */
#ifndef HILO_GRADER_DIAGNOSTICS_H
#define HILO_GRADER_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/process.h"
#include "reports/report.h"

/* Errors of a compile become `compile-error` findings. When it failed without any that can be
 * read, one finding for `file` tells how it ended and what it said first. */
void diagnostics_errors(const struct process_result *result, const char *file,
                        struct report *report);

/* Warnings of a compile, at most a few dozen. */
void diagnostics_warnings(const struct process_result *result, struct report *report);

/* Errors of a link become `link-error` findings. */
void diagnostics_link(const struct process_result *result, struct report *report);

/* The first error as one line ("likes.h:3: unknown type name 'size'"), for what is not the
 * student's. */
void diagnostics_first(const struct process_result *result, char *text, size_t size);

#endif
