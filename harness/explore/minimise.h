/*
 * minimise.h - the shortest story of a finding.
 *
 * A schedule is a list of numbers in which 0 is tame, so minimising is turning numbers to 0
 * as long as the same finding is still raised: first long stretches, then one by one, until none
 * can be spared (delta debugging, Zeller and Hildebrandt, TSE 2002).
 */
#ifndef HILO_EXPLORE_MINIMISE_H
#define HILO_EXPLORE_MINIMISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs one execution of `choices`; when it still shows what is wanted, replaces them by what was
 * really chosen (at most *n of them) and returns true. */
typedef bool minimise_try(void *data, uint8_t *choices, size_t *n);

/* Minimise in place, within a bounded number of executions. */
void minimise(uint8_t *choices, size_t *n, minimise_try *try, void *data);

#endif
