/*
 * tools.h - the tool chain: where it is, and running several of its programs at once, confined.
 *
 * Ownership: a tool_run is the caller's; tool_runs_free() gives its results back.
 * Threads: one, as process.h.
 */
#ifndef HILO_GRADER_TOOLS_H
#define HILO_GRADER_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/process.h"
#include "reports/error.h"

struct tools {
    char gcc[256];
    char as[256];
    char ld[256];
};

/* Find gcc, as and ld. ERROR_MACHINE says what is missing. */
bool tools_find(struct tools *tools, struct error *error);

/* Find a program on the PATH, in a folder that it names absolutely. False when there is none. */
bool tool_find(const char *name, char *path, size_t size);

/* What tells this tool chain from another one, without running it: paths, sizes, times. */
void tools_identity(const struct tools *tools, char *text, size_t size);

/* The folder that holds scenario.h: HILO_INCLUDE, or beside the program in the source tree, or
 * installed. NULL when there is none. Static storage. */
const char *include_dir(void);

enum { TOOL_WORDS_MAX = 640 };

/* One program to run. Fill words with tool_word() and the folders, then tools_run() several. */
struct tool_run {
    const char *argv[TOOL_WORDS_MAX];
    size_t n_words;
    bool too_many;
    const char *cwd;
    const char *readable[4]; /* NULL-terminated */
    const char *writable;
    struct process *process;
    struct process_result result;
    bool finished;
};

void tool_word(struct tool_run *run, const char *word);
void tool_words(struct tool_run *run, const char *const *words, size_t n);
#define TOOL_WORDS(run, words) tool_words(run, words, sizeof words / sizeof *words)

/* Whether it ended by itself with status 0. */
bool tool_succeeded(const struct tool_run *run);

/* Run all of them, as many at once as there are processors. `cpu_ms` grows by what they used.
 * False with `error` set when one could not be started at all. */
bool tools_run(struct tool_run *runs, size_t n, double *cpu_ms, struct error *error);
void tool_runs_free(struct tool_run *runs, size_t n);

#endif
