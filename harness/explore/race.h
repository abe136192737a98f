/*
 * race.h - a data race, from the epochs that met to a finding.
 */
#ifndef HILO_EXPLORE_RACE_H
#define HILO_EXPLORE_RACE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/explore/clock.h"

/* The current access (`write` or not) to the `size` bytes at `address` is not ordered after the
 * earlier one of epoch `with`. */
void race_raise(uintptr_t address, int size, epoch with, bool with_is_write, bool write,
                const void *frame);

#endif
