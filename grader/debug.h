/*
 * debug.h - the replay of one schedule, in gdb.
 *
 * gdb runs on the user's terminal and nothing confines it, nor the submission in it: that is what
 * the user asked for. It reads no commands from the submission's files.
 *
 * Threads: one. Ownership: nothing is kept.
 */
#ifndef HILO_GRADER_DEBUG_H
#define HILO_GRADER_DEBUG_H

#include <stdbool.h>

#include "grader/lane.h"
#include "reports/error.h"

/* Replay what lane_replay() chose, with the sources in `dir`/src, and come back when the user left
 * gdb. Files of its own are written into `dir`. False with `error` set when gdb did not run. */
bool debug_replay(const struct lane_run *lane, const char *dir, struct error *error);

#endif
