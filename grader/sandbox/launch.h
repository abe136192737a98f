/*
 * launch.h - from a plan to a running, confined child.
 *
 * Everything that can be prepared is prepared by the parent; the child, which shares the
 * parent's memory until it executes, makes system calls only.
 *
 * Ownership: the plan and all that it points to is the caller's and may go once launch() returned.
 * Threads: one at a time; the calling thread waits until the child executes.
 */
#ifndef HILO_GRADER_SANDBOX_LAUNCH_H
#define HILO_GRADER_SANDBOX_LAUNCH_H

#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

#include "grader/sandbox/limits.h"

enum { LAUNCH_FDS = 6, LAUNCH_FD_FLOOR = 16 };

struct launch {
    const char *const *argv;
    const char *const *environment;
    const char *cwd;
    int fds[LAUNCH_FDS];             /* what becomes 0 to 5, each >= LAUNCH_FD_FLOOR; -1: closed */
    int ruleset;                     /* Landlock, or -1 */
    const struct sock_fprog *filter; /* or NULL */
    struct limits limits;
    bool no_aslr;
    const char *failed_at; /* when it could not be executed: at which step, and why */
    int failed_errno;
};

/* Start; all signals must be blocked. The child's number and a pidfd; -1 with failed_at and
 * failed_errno set. */
pid_t launch(struct launch *plan, int *pidfd);

#endif
