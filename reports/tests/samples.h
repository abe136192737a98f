/*
 * samples.h - reports as the grader makes them, for the tests of the writers.
 *
 * Ownership: the caller frees a report. sources/likes.c is the file that they are about.
 */
#ifndef HILO_REPORTS_TESTS_SAMPLES_H
#define HILO_REPORTS_TESTS_SAMPLES_H

#include <stdio.h>

#include "reports/report.h"

/* Three scenarios, the lanes, and one finding of each kind that has a story of its own. */
struct report *sample_report(const char *language);

/* All scenarios passed. */
struct report *sample_passed(const char *language);

/* Could not be graded. */
struct report *sample_failure(const char *language);

/* A finding of every kind, with nothing known but the kind. */
struct report *sample_bare(const char *language);

/* A submission that puts escape sequences, formulas and bytes that are no text everywhere. */
struct report *sample_hostile(const char *language);

/* The catalogue that belongs to the program that runs, and the folder of the sources. */
const char *sample_locale_dir(void);
const char *sample_source_dir(void);

/* A folder for this test, emptied and removed by sample_folder_remove(). */
char *sample_folder(void);
void sample_folder_remove(char *folder);

/* What a function prints on standard output. The caller frees it. */
char *printed(void (*print)(const struct report *, const struct terminal_options *),
              const struct report *report, const struct terminal_options *options);
char *printed_finding(const struct report *report, size_t index,
                      const struct terminal_options *options);

/* All that is left to read of a stream, NUL-terminated. The caller frees it. */
char *rest_of(FILE *stream);

/* A file's bytes, NUL-terminated; fails the test when it is not there. */
char *file_text(const char *path);

#endif
