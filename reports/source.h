/*
 * source.h - the lines of a student's files, to be shown beside what happened in them.
 *
 * The names come from a report and the files from a submission, so neither is trusted: only plain
 * relative names below the folder, no symbolic link anywhere on the way, regular files of a sane
 * size. What cannot be shown is simply not shown.
 *
 * Ownership: source_close(). Threads: one.
 */
#ifndef HILO_REPORTS_SOURCE_H
#define HILO_REPORTS_SOURCE_H

#include <stdbool.h>

struct source;

/* `dir` may be NULL: then no line is ever known. */
struct source *source_open(const char *dir);
void source_close(struct source *source);

/* A line, clean and without the space around it; "" when it is not known. Valid until
 * source_close(). */
const char *source_line(struct source *source, const char *file, int line);

/* Whether a name is a plain relative one: no "..", not absolute, nothing empty. */
bool source_name_is_plain(const char *file);

#endif
