/*
 * submission.h - what a student hands in, taken safely into a folder of ours.
 *
 * A submission is a `.c` file or a folder of `.c` and `.h` files. It is hostile: only
 * regular files are opened (O_NOFOLLOW, no symlink, FIFO or device), names are
 * checked, sizes and counts are capped, and what is not `.c` or `.h` is ignored and
 * noted. A header with the name of the exercise's header is not taken: ours wins.
 * What is wrong with the submission itself (empty, binary, too large) is a student's
 * failure and comes back as text in `refused`; what we cannot read is an error.
 *
 * Ownership: submission_free(). Threads: immutable once opened.
 */
#ifndef HILO_GRADER_SUBMISSION_H
#define HILO_GRADER_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"

enum {
    SUBMISSION_FILES_MAX = 64,
    SUBMISSION_BYTES_MAX = 1 << 20, /* of one file */
    SUBMISSION_TOTAL_MAX = 4 << 20,
    SUBMISSION_DEPTH_MAX = 4,
    SUBMISSION_ENTRIES_MAX = 4096, /* directory entries looked at */
    SUBMISSION_NAME_MAX = 200,     /* bytes of a path within it */
    SUBMISSION_IGNORED_MAX = 64,   /* of those told by name */
};

struct source_file {
    char *path;  /* relative to the submission, as the student named it */
    char *bytes; /* NUL-terminated copy */
    size_t size;
    char sha256[65];
};

struct submission {
    char *name;   /* last component of its path, without ".c" */
    char *origin; /* the path as given */
    size_t n_files;
    struct source_file *files; /* sorted by path */
    char *refused;             /* why it cannot be graded at all (kind compile-error), or NULL */
    char *refused_es;          /* the same in Spanish */
    size_t n_ignored;
    char **ignored; /* what was left out, and why: "notes.txt: not a .c or .h file" */
};

/* Read a submission. NULL with `error` set (ERROR_USAGE: no such file, no permission). */
struct submission *submission_open(const char *path, const char *own_header, struct error *error);

/* The same of single files: `names`, relative to the folder `base`. */
struct submission *submission_open_list(const char *base, char *const *names, size_t n_names,
                                        struct error *error);
void submission_free(struct submission *submission);

/* Write its files below `dir` (which exists and is ours). */
bool submission_write(const struct submission *submission, const char *dir, struct error *error);

/* Whether it is the exercise's starter but for white space and comments. */
bool submission_is_starter(const struct submission *submission, const char *starter_path);

#endif
