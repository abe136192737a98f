/*
 * snapshot.h - the loaded objects' own memory: put back before each execution, a
 * copy of thread-local variables for each thread, and whose code is whose.
 *
 * Small segments are copied back whole; of large ones only the pages that were
 * written, which every instrumented store and every modelled function reports.
 */
#ifndef HILO_EXPLORE_SNAPSHOT_H
#define HILO_EXPLORE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/engine.h"

/* After the objects are loaded: remember their writable segments and shadow them. */
void snapshot_take(void);

/* Put them back. */
void snapshot_restore(void);

/* Whether `address` lies in a writable segment of the student's or the scenarios' object. */
bool snapshot_covers(uintptr_t address);

/* [address, address + size) is about to be written. */
void snapshot_dirty_slow(uintptr_t address, size_t size);
extern bool snapshot_tracks; /* some segment is large enough to be tracked by page */
static inline void snapshot_dirty(uintptr_t address, size_t size)
{
    if (snapshot_tracks)
        snapshot_dirty_slow(address, size);
}

/* Whose code an address is in. */
enum thread_owner snapshot_owner(uintptr_t pc);

/* Lay out the thread-local variables of a new thread at the top of its stack. Returns the
 * bytes taken, a multiple of 64. */
size_t snapshot_tls(struct thread *thread);

/* Call `see` with the bounds of each writable segment. */
void snapshot_each_segment(void (*see)(uintptr_t low, uintptr_t high));

/* A hash of the loaded code, the same in every process: part of a replay token. */
uint32_t snapshot_hash(void);

#endif
