/*
 * filter.h - which system calls a confined process may make (seccomp).
 *
 * Three programs: what the compiler gets, what a harness gets before exec, and what a
 * harness loads itself once its libraries are mapped (the seal). A call that only an attacker
 * makes ends the process by SIGSYS, so that it is told; one that the C library tries in passing
 * fails with an error as on an older kernel.
 *
 * Ownership: programs are built once a process and live until it ends. Threads: call from one.
 */
#ifndef HILO_GRADER_SANDBOX_FILTER_H
#define HILO_GRADER_SANDBOX_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

#include "grader/process.h"
#include "reports/error.h"

/* Whether this kernel filters system calls and can kill a process for one. */
bool filter_available(void);

/* The program to load before exec. NULL with `error` set. */
const struct sock_fprog *filter_for(enum process_role role, struct error *error);

/* Build the seal ahead of its use, so that failure is known before anything runs. */
bool filter_prepare_seal(struct error *error);

/* Write the seal for process `pid` to `fd`, a pipe, as raw struct sock_filter. False: errno. */
bool filter_write_seal(int fd, pid_t pid);

#endif
