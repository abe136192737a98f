/*
 * shadow.h - who read and wrote each byte of the student's memory last, and
 * whether that is ordered: the happens-before race detector.
 *
 * A cell of 16 bytes describes 4 bytes of memory: the epoch of the last write and of
 * the last read, and which of the 4 bytes they touched. That is enough for nearly
 * all memory. Bytes of one cell with different histories, or read by several threads, make
 * the cell *wide*: then a record on the side keeps an epoch a byte for writes, and
 * one a byte and thread for reads. So detection is exact to the byte:
 * neighbours in a struct never race with each other, and no reader is forgotten.
 *
 * Algorithm: FastTrack (Flanagan and Freund, PLDI 2009) with epochs a byte.
 * Cells are never cleared between executions: see clock.h.
 */
#ifndef HILO_EXPLORE_SHADOW_H
#define HILO_EXPLORE_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/clock.h"

enum { RANGES_MAX = 4 };

/* Map the shadow of the region. Exits with status 3 when it cannot. */
void shadow_init(void);

/* Also watch [low, high): a module's writable segment. */
void shadow_add_range(uintptr_t low, uintptr_t high);

/* Forget everything: clocks start again. */
void shadow_wipe(void);

/* Whether `address` is memory of the student that has a shadow. */
bool shadow_covers(uintptr_t address);

/* The current thread accesses [address, address + size), all of it covered. Raises `data-race`. */
void shadow_read(uintptr_t address, size_t size, const void *frame);
void shadow_write(uintptr_t address, size_t size, const void *frame);

/* The same for an atomic access: two of these never race with each other, each does with a
 * plain one. An atomic load is checked against plain writes but leaves no mark. */
void shadow_atomic(uintptr_t address, size_t size, bool write, const void *frame);

#endif
