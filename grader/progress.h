/*
 * progress.h - how far long work has come, on standard error.
 *
 * On a terminal: one line that is drawn over (a bar, done and left, rate, time left, failures,
 * what is going on), without colour when NO_COLOR says so. Elsewhere: one plain line for each step
 * that is finished, so that a log can be read. A total of 0 is work whose steps nobody counts:
 * only what is going on is shown, and only on a terminal.
 *
 * Ownership: progress_close(). Threads: one.
 */
#ifndef HILO_GRADER_PROGRESS_H
#define HILO_GRADER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

enum progress_style { PROGRESS_NONE, PROGRESS_BAR };

struct progress;

struct progress *progress_open(size_t total, enum progress_style style);

/* What is going on now. */
void progress_say(struct progress *progress, const char *what);

/* One step is finished; `line` tells which and how, `failed` whether hilo failed at it. */
void progress_step(struct progress *progress, const char *line, bool failed);

/* Draw again, for the time that goes by. */
void progress_tick(struct progress *progress);
void progress_close(struct progress *progress);

#endif
