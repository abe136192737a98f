/*
 * hidden.h - what functions of the C library keep between two calls, where they may only be
 * called by one thread at a time: strtok, localtime, drand48...
 *
 * Each such thing is a block of the student's heap that nobody allocated: so it starts
 * afresh in each execution, students may read and write what a function gives them, and two threads
 * that are not ordered race on it as they natively do.
 */
#ifndef HILO_EXPLORE_HIDDEN_H
#define HILO_EXPLORE_HIDDEN_H

#include <stddef.h>

enum hidden { HIDDEN_STRTOK, HIDDEN_TM, HIDDEN_TIME_TEXT, HIDDEN_RAND48, HIDDEN_COUNT };

/* The memory of one of them, all zeros at first, which the current thread now reads and writes. The
 * size is always the same. */
void *hidden_use(enum hidden which, size_t size, const void *frame);

#endif
