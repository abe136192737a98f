/*
 * audit.h - what an object file may contain, read with libelf before it is linked.
 *
 * Refused: imports that harness/symbols.h does not list; definitions that would stand in for
 * the C library's, the threads library's, the sanitizer's or hilo's own names; constructors and
 * destructors (.init_array, .ctors, .preinit_array, .fini_array...); ifuncs, symbol versions; data
 * among code; sections that we do not know; thread-local data that bypasses __tls_get_addr. What an
 * object cannot show is seen in the compiler's own output: assembly (compile.h), functions
 * compiled without instrumentation (rules.h). Every refusal says what and, where the debug
 * information has it, which line, in words that a student who meant no harm understands.
 *
 * Ownership: audit_free(). Threads: the report's.
 */
#ifndef HILO_GRADER_AUDIT_H
#define HILO_GRADER_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/compile.h"
#include "grader/known.h"
#include "reports/error.h"
#include "reports/report.h"

struct audit {
    bool passed;
    bool unsupported;        /* imports what explore does not model */
    bool libgcc;             /* needs libgcc's arithmetic */
    bool imports[KNOWN_MAX]; /* of harness/symbols.h, by known_find() */
    size_t n_functions;
    char **functions; /* names of global functions that are defined, sorted */
};

/* Audit the objects of one submission together (imports of one may be definitions of
 * another), all of one flavour. Adds `forbidden` findings, `unsupported` ones for NOT_EXPLORED
 * imports, and `link-error` ones for what nobody defines. False with `error` set when an
 * object cannot be read at all. */
bool audit_objects(const char *const *objects, size_t n_objects, enum flavour flavour,
                   struct report *report, struct audit *audit, struct error *error);

/* Only look at what is imported and defined: for objects that are ours. */
bool audit_ours(const char *const *objects, size_t n_objects, struct audit *audit,
                struct error *error);

bool audit_defines(const struct audit *audit, const char *function);
void audit_free(struct audit *audit);

#endif
