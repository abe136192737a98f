/*
 * at_exit.h - what a program that `hilo run` checks wants done when it exits.
 */
#ifndef HILO_EXPLORE_AT_EXIT_H
#define HILO_EXPLORE_AT_EXIT_H

/* Run this execution's handlers on the current thread, the last one registered first; each once. */
void at_exit_run(void);

#endif
