/*
 * blame.h - findings of the build: made in one place, so that they look alike.
 *
 * Ownership: what is given is copied into the report's pool. Threads: the report's.
 */
#ifndef HILO_GRADER_BLAME_H
#define HILO_GRADER_BLAME_H

#include "reports/report.h"

enum { BLAME_MAX = 20 }; /* findings of one kind; a twenty-first teaches nobody */

/* Add a finding of the build with its message and hint. A place without file is none. */
void blame(struct report *report, enum kind kind, const char *object, struct location at,
           const char *detail);

/* One of two texts, by the report's language. */
const char *say(const struct report *report, const char *english, const char *spanish)
    __attribute__((format_arg(2)));

#endif
