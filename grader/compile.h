/*
 * compile.h - C files to audited-to-be objects, in two flavours.
 *
 * Each file is compiled to assembler text first, then assembled: the text shows assembly that
 * macros hid in the source, and costs no more than letting the gcc driver start the assembler.
 *
 * Ownership: compile_free(). Threads: one.
 */
#ifndef HILO_GRADER_COMPILE_H
#define HILO_GRADER_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/tools.h"
#include "reports/error.h"
#include "reports/report.h"

enum flavour {
    INSTRUMENTED, /* gcc -O0 -fsanitize=thread: explore, tsan, perturbed stress */
    NATIVE,       /* gcc -O2: stress */
    FLAVOUR_COUNT,
};

/* What to compile: all files, in each flavour wanted. */
struct compile {
    const struct tools *tools;
    const char *source_dir; /* files are named relative to it */
    const char *include[2]; /* folders for -I, or NULL */
    const char *object_dir; /* exists; .s, .dump and .o go there */
    const char *prefix;     /* of the names of the products */
    const char *const *files;
    size_t n_files;
    bool wanted[FLAVOUR_COUNT];

    /* Filled by compile_run(). */
    char **objects[FLAVOUR_COUNT]; /* n_files paths each, of the flavours wanted */
    size_t n_runs;
    struct tool_run *runs;
    double cpu_ms;
};

/* Compile to assembler text. Whether all went well is `*well`; what did not is still to be asked
 * for with compile_blame(). False with `error` set when the compiler could not be run. */
bool compile_run(struct compile *compile, bool *well, struct error *error);

/* Findings for what did not compile; warnings, of one flavour only. */
void compile_blame(const struct compile *compile, struct report *report);

/* What the compiler's own output shows of the rules broken; true when nothing. */
bool compile_check(const struct compile *compile, struct report *report);

/* The first error as one line, for sources that are not the student's. */
void compile_first_error(const struct compile *compile, char *text, size_t size);

/* Assemble. False with `error` set: gcc's output is always acceptable to as. */
bool compile_assemble(struct compile *compile, struct error *error);

void compile_free(struct compile *compile);

/* All flags, as one text: a part of what a cached product depends on. */
void compile_flags(char *text, size_t size);

#endif
