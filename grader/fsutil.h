/*
 * fsutil.h - files and folders of our own, handled so that nothing hostile in them can lead us
 * elsewhere.
 *
 * Ownership: returned text is the caller's, to be given to free(). Threads: one,
 * since it looks at the umask.
 */
#ifndef HILO_GRADER_FSUTIL_H
#define HILO_GRADER_FSUTIL_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"

/* Make a folder that only we may enter, below $TMPDIR or /tmp; its name begins with `prefix`.
 * NULL with `error` set. */
char *fs_temp_dir(const char *prefix, struct error *error);

/* Remove a folder and all below it, or a file. Symbolic links are removed, never followed; depth
 * does not matter. Nothing there is success. False with `error` set when something is left. */
bool fs_remove_tree(const char *path, struct error *error);

/* Read a regular file of at most `limit` bytes; NUL-terminated, and `size` (or NULL) is its length
 * without that. NULL with `error` set, also when it is larger. */
char *fs_read_file(const char *path, size_t limit, size_t *size, struct error *error);

/* Write a file so that a reader, or a machine that loses power, sees the old content or the new,
 * never half of it. False with `error` set, and then nothing of ours is left beside it. */
bool fs_write_file(const char *path, const void *bytes, size_t size, struct error *error);

/* The folder of the running program. NULL with `error` set. */
char *fs_program_dir(struct error *error);

#endif
