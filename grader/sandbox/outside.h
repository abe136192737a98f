/*
 * outside.h - what a running process takes, seen from outside through /proc.
 *
 * Threads: any; no state.
 */
#ifndef HILO_GRADER_SANDBOX_OUTSIDE_H
#define HILO_GRADER_SANDBOX_OUTSIDE_H

#include <stddef.h>
#include <sys/types.h>

/* Why the process has to go: more than `threads`, or more than `resident` bytes of memory (0: any
 * number). Static text, or NULL. */
const char *outside_greed(pid_t pid, int threads, size_t resident);

#endif
