/*
 * lanes.h - compile a tiny submission, run a lane's program on it, look at what it said.
 *
 * For tests: whatever goes wrong on the way fails the test. The programs are looked for in
 * $HILO_BUILD, else in build/. Objects live in a folder of their own below $TMPDIR until
 * lanes_clean().
 */
#ifndef HILO_HARNESS_TESTS_LANES_H
#define HILO_HARNESS_TESTS_LANES_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/protocol.h"

/* Compile and link both sources, paths from the root of the repository, for stress, perturb and
 * tsan. */
void lanes_build(const char *student, const char *scenarios);
void lanes_clean(void);

struct said {
    char *text;
    size_t n;
    struct record_view *lines;
    bool whole; /* opened with hello, closed with a bye that counts right; exit status 0 */
    int status; /* exit status, or minus the signal */
};

/* Run `lane` on the scenarios named, separated by blanks. `options` are the further fields of each
 * scenario line, e.g. "executions=5 budget_ms=100". */
struct said *lanes_run(const char *lane, const char *scenarios, const char *options);
void said_free(struct said *said);

/* The nth line (from 0) of a type, or NULL; with a key, only those where it has that value. */
const struct record_view *said_line(const struct said *said, const char *type, size_t n);
const struct record_view *said_line_with(const struct said *said, const char *type, const char *key,
                                         const char *value, size_t n);
size_t said_count(const struct said *said, const char *type);

/* A number of a line; fails the test when it is not there. */
long long said_int(const struct record_view *line, const char *key);

#endif
