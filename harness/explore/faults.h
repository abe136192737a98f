/*
 * faults.h - crashes and endless loops of the student's code become findings, and the
 * engine goes on with the next execution.
 *
 * A fault is delivered on a stack of its own; its handler raises the finding and leaves
 * for the engine by a fiber switch, so it never returns to the faulting code. A
 * fault of the engine itself, outside of any execution, ends the process with a signal.
 */
#ifndef HILO_EXPLORE_FAULTS_H
#define HILO_EXPLORE_FAULTS_H

/* Before the process is sealed. */
void faults_init(void);

#endif
