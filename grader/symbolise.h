/*
 * symbolise.h - offsets in a shared object turned into source lines, functions and variables.
 *
 * Reads the object's own debug information with libdw, offline: nothing is loaded or run.
 * Opening costs nothing; the object is read at the first question. The debug information comes
 * from the compiler but describes hostile source, so every walk through it is bounded, and what
 * cannot be told is told as unknown, never as an error: a finding without a line is still one.
 *
 * Ownership: symboliser_close(); texts belong to the report given. Threads: one at a time.
 */
#ifndef HILO_GRADER_SYMBOLISE_H
#define HILO_GRADER_SYMBOLISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/report.h"

struct symboliser;

/* Never NULL. A path that cannot be read answers nothing. */
struct symboliser *symboliser_open(const char *so_path);
void symboliser_close(struct symboliser *symboliser);

/* The place of the instruction at `offset`: file as the student named it, line, function.
 * False, with an empty place, when the object does not know. */
bool symboliser_line(struct symboliser *symboliser, uint64_t offset, struct report *report,
                     struct location *location);

/* The source name of the `size` bytes of data at `offset`: "total", "post_table[2].count",
 * "counter in next()" for a static within a function. A size of 0 asks for the variable as a
 * whole. Falls back to the ELF symbol. False when nothing is known to be there. */
bool symboliser_variable(struct symboliser *symboliser, uint64_t offset, uint64_t size,
                         struct report *report, const char **name);

/* A variable or parameter of a function. */
struct local_name {
    const char *path;         /* "counter.total" */
    struct location declared; /* its function is that which has it */
};

/* What lies `cfa_offset` bytes from the canonical frame address of the function that
 * holds the instruction at `pc`; a path as for symboliser_variable(). */
bool symboliser_local(struct symboliser *symboliser, uint64_t pc, int64_t cfa_offset, uint64_t size,
                      struct report *report, struct local_name *local);

/* Memory that the call at `pc` allocated, as a structure of known type. */
struct block_name {
    const char *type; /* "likes" */
    const char *path; /* "total", or "" where no single part is meant */
};

/* The `size` bytes at `within` of a block of `block` bytes. False unless the type is
 * certain. */
bool symboliser_block(struct symboliser *symboliser, uint64_t pc, uint64_t block, uint64_t within,
                      uint64_t size, struct report *report, struct block_name *name);

/* The function that holds `offset`, or NULL. */
const char *symboliser_function(struct symboliser *symboliser, uint64_t offset,
                                struct report *report);

#endif
