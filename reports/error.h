/*
 * error.h - how a function says that *we* or this machine failed.
 *
 * The caller owns the error, usually on its stack, and passes it down; the first
 * failure wins and later ones do not overwrite it. What a student did wrong is
 * never an error: it is a finding.
 *
 *     struct error error = {0};
 *     if (!manifest_load(&manifest, path, &error))
 *         return error_print(&error);
 *
 * An error names its object and its cause ("exercises/likes/exercise.json: line
 * 12: unknown key 'ponts'") and, where there is one, the way out.
 */
#ifndef HILO_REPORTS_ERROR_H
#define HILO_REPORTS_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE = 0,
    ERROR_USAGE,   /* the command line, or a path on it: exit status 2 */
    ERROR_MACHINE, /* this machine: no compiler, disk full, no memory: exit status 3 */
    ERROR_OURS,    /* a fault of hilo's own: exit status 3 */
};

struct error {
    enum error_kind kind;
    char text[1024];
};

/* Set `error` unless it already holds one. Always returns false, so that a
 * failing function can `return error_set(...)`. A NULL error is allowed. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends ": " and the text of errno. */
bool error_errno(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Print "hilo: TEXT" on standard error; returns the exit status (2 or 3). */
int error_print(const struct error *error);

#endif
