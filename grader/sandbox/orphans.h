/*
 * orphans.h - nothing that a confined process started outlives it.
 *
 * Threads: one per process: these reap children.
 */
#ifndef HILO_GRADER_SANDBOX_ORPHANS_H
#define HILO_GRADER_SANDBOX_ORPHANS_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

/* End the group of a leader that has exited and is not reaped yet: kill all, reap all. `status` and
 * `usage` are the leader's, with the time of its orphans added. */
void orphans_end_group(pid_t leader, int *status, struct rusage *usage);

/* Kill and reap confined processes that left their group and were handed to this subreaper.
 * `is_running` tells which children are to live. Needed only where no filter keeps
 * processes in their group. False when some would not go within some seconds. */
bool orphans_end_strays(bool (*is_running)(pid_t pid));

#endif
