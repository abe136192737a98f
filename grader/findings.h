/*
 * findings.h - one finding of a harness, with its numbers turned into names and places.
 *
 * The records speak of offsets in objects, thread numbers and object numbers. Here they become
 * source lines, function, variable and thread names, with the debug information of the objects that
 * the lane ran. Every reference in the records is checked; what names nothing stays unnamed.
 *
 * Ownership: resolver_close(); all that a finding gets belongs to the report.
 * Threads: one.
 */
#ifndef HILO_GRADER_FINDINGS_H
#define HILO_GRADER_FINDINGS_H

#include "grader/records.h"
#include "reports/report.h"

struct resolver;

/* The report gives memory and language. An object that cannot be read leaves its places unknown. */
struct resolver *resolver_open(struct report *report, const char *student, const char *scenarios);
void resolver_close(struct resolver *resolver);

/* By what a finding is known in other scenarios and lanes (see draft.h). */
struct finding_key {
    const char *exact, *loose;
};

/* Fill threads, locations, accesses, waits, trace and object of `finding`. */
struct finding_key resolver_finding(struct resolver *resolver, const struct record_finding *record,
                                    struct finding *finding);

#endif
