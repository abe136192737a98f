/*
 * workdir.h - a private folder for one piece of work, that leaves nothing behind.
 *
 * Ownership: the path belongs to the caller (free()) until workdir_remove().
 */
#ifndef HILO_GRADER_WORKDIR_H
#define HILO_GRADER_WORKDIR_H

#include "reports/error.h"

/* Make a folder that only we may enter, in `parent` (NULL: $TMPDIR, or /tmp). NULL with `error`. */
char *workdir_make(const char *parent, struct error *error);

/* Remove it with all that is in it, and free the path. NULL is allowed. */
void workdir_remove(char *path);

#endif
