/*
 * limits.h - resource limits of a confined process, planned in the parent and set by the child.
 *
 * Threads: any; no state.
 */
#ifndef HILO_GRADER_SANDBOX_LIMITS_H
#define HILO_GRADER_SANDBOX_LIMITS_H

#include <stddef.h>
#include <sys/resource.h>

#include "grader/process.h"

enum { LIMITS_MAX = 12 };

struct limits {
    size_t count;
    struct {
        int resource;
        struct rlimit value;
    } items[LIMITS_MAX];
};

/* Replace what is zero by the defaults that process.h names. */
struct process_limits limits_complete(const struct process_limits *asked, enum process_role role);

/* What the child has to set; never above what this process itself may have. */
void limits_plan(const struct process_limits *limits, enum process_role role, struct limits *plan);

/* Child side. System calls only. 0 or an errno value. */
int limits_enter(const struct limits *plan);

#endif
