/*
 * program.h - `hilo run`: the student's main() on real threads, once in a process.
 *
 * A program keeps state in globals, on the heap, in the C library; only a new process starts it
 * afresh. So the grader starts a process for each repetition, and here main() runs once.
 *
 * Calling sequence: program_prepare() before the door is closed, program_run() instead of a
 * scenario's body.
 */
#ifndef HILO_HARNESS_NATIVE_PROGRAM_H
#define HILO_HARNESS_NATIVE_PROGRAM_H

#include <stdbool.h>

#include "harness/job.h"

/* Find main() and open what it is to read as its standard input. */
void program_prepare(const struct job *job);

/* Whether it is a program that runs, and not scenarios. */
bool program_active(void);

/* Run main() in a thread of its own until the program ends, and the process with it. */
_Noreturn void program_run(void);

/* The program ends, as a process does: by exit() or when main() returns. The threads that are left
 * end with it. */
_Noreturn void program_exit(int status);

#endif
