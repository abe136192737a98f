/*
 * trial.h - for the tests of the sandbox: the program attacks/attack.c, compiled once, and runs of
 * it with and without confinement.
 *
 * Calling sequence: trial_setup() before and trial_teardown() after the tests, outside of the
 * processes that Check makes for each.
 */
#ifndef HILO_GRADER_TESTS_TRIAL_H
#define HILO_GRADER_TESTS_TRIAL_H

#include <stdbool.h>

#include "grader/process.h"

struct trial {
    char *dir;         /* removed at the end */
    char *work;        /* dir/work: what a confined compiler may write */
    char *attack;      /* the program */
    char *attack_tsan; /* the same with -fsanitize=thread */
};

extern struct trial trial;

void trial_setup(void);
void trial_teardown(void);

/* A specification of `attack` with up to three words. Points into `words`, which has 5 places. */
struct process_spec trial_spec(enum process_role role, const char *words[5], const char *one,
                               const char *two, const char *three);

/* Run confined; the test fails when that is not possible. */
struct process_result trial_run(enum process_role role, const char *one, const char *two,
                                const char *three);

void trial_run_spec(const struct process_spec *spec, struct process_result *result);

/* Run without any confinement: the exit status, or -1. Its output goes nowhere. */
int trial_run_free(const char *one, const char *two);

/* The path of `name` below the trial's folder. Static storage, overwritten by the next call. */
const char *trial_path(const char *name);

/* Whether `text` is what the program said. */
void trial_said(const struct process_result *result, const char *text);

/* The program ended by itself with this status. */
void trial_exited(const struct process_result *result, int status);

/* It ended in this way. */
void trial_ended(const struct process_result *result, enum process_end end, int status);

#endif
