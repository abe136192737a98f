/*
 * gradebook.h - the table of a batch: one line a submission, as CSV.
 *
 * Opened in a spreadsheet, a cell that begins like a formula would be one, and
 * names of submissions are students' to choose; so such a cell is given an apostrophe,
 * and every text is quoted (RFC 4180).
 *
 * Ownership: a gradebook copies what it is given. Threads: one at a time.
 */
#ifndef HILO_REPORTS_GRADEBOOK_H
#define HILO_REPORTS_GRADEBOOK_H

#include "reports/error.h"
#include "reports/report.h"

struct gradebook;

struct gradebook *gradebook_new(void);
void gradebook_free(struct gradebook *book);

/* Add a submission's line. */
void gradebook_add(struct gradebook *book, const struct report *report);

/* Write it: a heading, then the lines sorted by submission:
 * submission,points,max,verdict,races,deadlocks,joins,daemons,memory,functional,misuse,design,
 * build,security
 * A submission that could not be graded has no points: that cell is empty, not 0. */
bool gradebook_write(const struct gradebook *book, const char *path, struct error *error);

/* The text as a quoted CSV cell; the caller frees it. */
char *gradebook_cell(const char *text);

#endif
