/*
 * batch_list.h - which submissions a batch is of, and how their reports are called.
 *
 * Ownership: batch_list_free(). Invariants: entries are in the order of their names, then of
 * their paths; no two names are the same; a name is one plain component of a path. So the same
 * folders always give the same names.
 */
#ifndef HILO_GRADER_BATCH_LIST_H
#define HILO_GRADER_BATCH_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"

struct batch_entry {
    char *path;
    char *name;   /* of the report: NAME.json */
    bool renamed; /* since another submission is called the same */
};

struct batch_list {
    size_t n;
    struct batch_entry *entries;
    size_t n_ignored;
    char **ignored; /* paths in the folders that are no submission */
};

/* Collect: each path is a .c file or a folder of .c files and folders. `out` is never one of them.
 * False with ERROR_USAGE set for a path that is neither, or when there is nothing to grade. */
bool batch_list_collect(struct batch_list *list, char *const *paths, size_t n_paths,
                        const char *out, struct error *error);
void batch_list_free(struct batch_list *list);

#endif
