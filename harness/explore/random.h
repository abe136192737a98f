/*
 * random.h - the C library's random numbers, which start afresh in each execution
 * as they do in each run of a program.
 */
#ifndef HILO_EXPLORE_RANDOM_H
#define HILO_EXPLORE_RANDOM_H

void random_reset(void);

#endif
