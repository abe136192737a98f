/*
 * at_exit.h - what a program that `hilo run` checks wants done when it exits.
 */
#ifndef HILO_HARNESS_NATIVE_AT_EXIT_H
#define HILO_HARNESS_NATIVE_AT_EXIT_H

/* Run the handlers on the calling thread, the last one registered first; each once. */
void at_exit_run(void);

#endif
