/*
 * rules.h - what the source of a submission may not say.
 *
 * Two readings. The student's own files, because there a line can be named; and gcc's dump
 * of what it compiled, because there nothing is hidden by macros any more. What neither shows
 * (top-level assembly, sections, symbols) is seen in the assembler text (compile.h) and in the
 * object (audit.h).
 *
 * Threads: the report's.
 */
#ifndef HILO_GRADER_RULES_H
#define HILO_GRADER_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/submission.h"
#include "reports/report.h"

/* True when nothing was found; else `forbidden` findings say what. */
bool rules_check_source(const struct submission *submission, struct report *report);

/* The same for what gcc dumped (-fdump-tree-optimized) of `file`. */
bool rules_check_dump(const char *dump, size_t size, const char *file, struct report *report);

#endif
