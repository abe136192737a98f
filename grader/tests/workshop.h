/*
 * workshop.h - a temporary folder in which tests of the build write sources and build them with
 * the real tool chain.
 *
 * Ownership: workshop_close() removes everything. Threads: one.
 */
#ifndef HILO_GRADER_TESTS_WORKSHOP_H
#define HILO_GRADER_TESTS_WORKSHOP_H

#include "grader/build.h"

struct workshop {
    char *dir; /* the folder; submissions lie in dir/in, an exercise in dir/exercise */
    struct report *report;
    struct submission *submission;
    struct build build;
    struct error error;
};

/* All lanes are asked for; the report is in English. */
void workshop_open(struct workshop *shop);
void workshop_close(struct workshop *shop);

/* Write a file below the folder, with the folders that lead to it. */
void workshop_file(struct workshop *shop, const char *path, const char *text);

/* Build dir/in as a program of its own, and say whether build_submission() could. */
bool workshop_build(struct workshop *shop);

/* Build it for an exercise with `header` and `scenarios` that asks for one `function`. */
bool workshop_build_for(struct workshop *shop, const char *function, const char *header,
                        const char *scenarios);

/* Write dir/in/a.c, build, and expect that to have worked. */
void workshop_build_text(struct workshop *shop, const char *text);

/* The first finding of a kind, or NULL; any object when `object` is NULL. */
const struct finding *workshop_finding(const struct workshop *shop, enum kind kind,
                                       const char *object);

/* Fail the test, with all findings, unless there is none. */
void workshop_expect_clean(const struct workshop *shop);

/* The path of a product in the folder; static storage. */
const char *workshop_path(const struct workshop *shop, const char *name);

/* The value of a symbol of an object file; the test fails when there is none. */
unsigned long workshop_symbol(const char *object, const char *name);

/* Whether an object has (or imports) a symbol. */
bool workshop_has_symbol(const char *object, const char *name);

/* Whether a shared object was linked with -Bsymbolic. */
bool workshop_is_symbolic(const char *object);

#endif
