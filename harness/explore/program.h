/*
 * program.h - `hilo run`: the student's main() in a scenario's place.
 *
 * main() gets its arguments and its standard input afresh in each execution; what it prints is
 * not shown but told apart, so that a program whose output depends on the schedule is known. Its
 * exit status is the answer `exit`, the number of the output, in the order in which different
 * ones were first seen, the answer `output`.
 *
 * A program ends in one of three ways: main() returns or somebody calls exit(), and then all
 * threads end at that moment; or main() left by pthread_exit() and the last thread ended.
 *
 * Calling sequence: program_load() once, before the door is closed; program_begin() before an
 * exploration, program_reset() before each execution. Threads: one.
 */
#ifndef HILO_EXPLORE_PROGRAM_H
#define HILO_EXPLORE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/job.h"

/* Find main() and read what is to be its standard input. */
void program_load(const struct job *job);

/* Whether it is a program that runs, and not scenarios. */
bool program_active(void);

void program_begin(void);
void program_reset(void);

/* The body of an execution: calls main() and never returns. */
void program_body(void);

/* The process ends: called by exit() and the like. */
_Noreturn void program_exit(int status, const void *frame);

/* The current thread is about to end by itself; when it is the last, so does the process. */
void program_thread_ends(void);

/* Whether threads that were neither joined nor detached are to be told. Not where main() left by
 * pthread_exit(), which lets the others go on on purpose; nor where the program gave up, with an
 * error or from another thread, and joins may still have been to come. */
bool program_judges_threads(void);

/* Whether in some execution of this exploration threads were still going on, after long, when the
 * process ended: then not all was seen that they can do. */
bool program_was_cut_short(void);

/* What it prints on standard output. */
void program_prints(const char *bytes, size_t size);

/* The bytes of standard input that were not read yet. program_reads() takes some of them away,
 * and says whether it would have taken more; program_unreads() gives the last one back, if it is
 * that one. */
const char *program_input(size_t *size);
void program_reads(size_t size, bool met_end);
bool program_unreads(char character);
bool program_met_end(void);

#endif
