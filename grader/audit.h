/*
 * audit.h - what an object file may contain, read with libelf before it is linked.
 *
 * Refused: imports that harness/symbols.h does not list; definitions that would stand in for
 * the C library's, the threads library's, the sanitizer's or hilo's own names; constructors and
 * destructors (.init_array, .ctors, .preinit_array, .fini_array...); ifuncs, aliases of foreign
 * names, symbol versions; sections that we do not know; top-level or inline assembly (seen in the
 * compiler's own output: see build.c); functions compiled without instrumentation. Every refusal
 * says what and, where the debug information has it, which line, in words that a student who meant
 * no harm understands.
 */
#ifndef HILO_GRADER_AUDIT_H
#define HILO_GRADER_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"
#include "reports/report.h"

/* Audit the objects of one submission together (imports of one may be definitions of
 * another). Adds `forbidden` findings, and `unsupported` ones for NOT_EXPLORED
 * imports (sets *unsupported). Sets *passed. False with `error` set when an
 * object cannot be read at all. */
bool audit_objects(const char *const *objects, size_t n_objects, struct report *report,
                   bool *passed, bool *unsupported, struct error *error);

#endif
