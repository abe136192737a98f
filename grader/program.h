/*
 * program.h - what `hilo run` grades: a program of its own, with arguments and standard input.
 *
 * It is a submission like any other, but of no exercise: a manifest stands in for one, with a
 * single scenario `main` that is worth one point. Its files are the .c files named and every header
 * in their folders; or a folder, whole.
 *
 * Ownership: program_free(). `arguments` belongs to the caller. Threads: immutable once opened.
 */
#ifndef HILO_GRADER_PROGRAM_H
#define HILO_GRADER_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/manifest.h"
#include "grader/submission.h"
#include "reports/error.h"
#include "reports/report.h"

struct program {
    char *base;  /* the folder that names of files are relative to */
    bool folder; /* all of it */
    size_t n_files;
    char **files;
    size_t n_arguments;
    char *const *arguments;
    char *input; /* bytes of its standard input, or NULL */
    size_t input_size;
};

/* The exercise of a program that has none. */
extern const struct manifest program_manifest;

/* From what stands on the command line. False with ERROR_USAGE. */
bool program_open(struct program *program, char *const *paths, size_t n_paths, struct error *error);

/* From the files that a report names, below `base`. */
bool program_reopen(struct program *program, const char *base, const struct report *report,
                    struct error *error);

/* What it is given. `input_path` may be NULL. */
bool program_give(struct program *program, char *const *arguments, size_t n_arguments,
                  const char *input_path, struct error *error);

void program_free(struct program *program);

/* Its files, read. NULL with `error` set. */
struct submission *program_submission(const struct program *program, struct error *error);

/* Say in the report what else it showed: that what it prints or answers depends on the schedule,
 * and what a replay must be given. */
void program_notes(const struct program *program, struct report *report);

#endif
