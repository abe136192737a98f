/*
 * perturb.h - delays at random, to make rare interleavings common.
 *
 * Each repetition of a scenario has a mode, the threads draw from generators of their own that
 * descend from the job's seed. The schedule is the kernel's all the same: nothing here is
 * reproducible, and nothing claims to be.
 *
 * Threads: perturb_start() and perturb_mode() by the scenario's thread; the rest by any.
 */
#ifndef HILO_HARNESS_STRESS_PERTURB_H
#define HILO_HARNESS_STRESS_PERTURB_H

#include <stdint.h>

/* Before the process is sealed: starts the threads that compete for the processors. */
void perturb_start(uint64_t seed);

/* The mode of a repetition, and back to none. */
void perturb_begin(long run);
void perturb_end(void);

/* At an instrumented access. */
void perturb_access(void);

#endif
