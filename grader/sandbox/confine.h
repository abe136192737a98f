/*
 * confine.h - from a specification to a running child with its pipes.
 *
 * Ownership: the descriptors of a started child are the caller's. Threads: one; all signals
 * blocked.
 */
#ifndef HILO_GRADER_SANDBOX_CONFINE_H
#define HILO_GRADER_SANDBOX_CONFINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "grader/process.h"
#include "reports/error.h"

struct confined {
    pid_t pid;
    int pidfd;
    int output, errors, records; /* non-blocking read ends; records is -1 without a job */
};

/* `limits` are complete. False with `error` set when the child could not be executed; nothing is
 * left behind then. */
bool confine_start(const struct process_spec *spec, const struct process_limits *limits,
                   struct confined *confined, struct error *error);

#endif
