/*
 * landlock.h - which files a confined process may touch, enforced by the kernel.
 *
 * Landlock is spoken by raw system calls, with whatever ABI the kernel offers; an older one
 * confines less and isolation_probe() says so. A ruleset is built in the parent, where errors can
 * be told, and entered by the child just before exec.
 *
 * Ownership: a ruleset is a file descriptor (close-on-exec) of the caller's. Threads: any; no
 * state.
 */
#ifndef HILO_GRADER_SANDBOX_LANDLOCK_H
#define HILO_GRADER_SANDBOX_LANDLOCK_H

#include <stdbool.h>

#include "grader/process.h"
#include "reports/error.h"

enum {
    LANDLOCK_ABI_NETWORK = 4, /* TCP */
    LANDLOCK_ABI_SCOPES = 6,  /* signals and abstract sockets */
};

/* The ABI that this kernel offers; 0 when it has no Landlock or has it switched off. */
int landlock_abi(void);

/* A ruleset for what `spec` may touch. -1 with `error` set, naming the path, when a path of the
 * specification cannot be opened. */
int landlock_ruleset(const struct process_spec *spec, int abi, struct error *error);

/* Child side: enter the ruleset for ever. no_new_privs must be set. 0 or an errno value. */
int landlock_enter(int ruleset);

#endif
