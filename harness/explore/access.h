/*
 * access.h - the way of every instrumented access: fuel, permission, race, watch.
 *
 * This is the hottest code of explore; it is inline where it decides nothing.
 */
#ifndef HILO_EXPLORE_ACCESS_H
#define HILO_EXPLORE_ACCESS_H

#include "harness/explore/engine.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/shadow.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/spin.h"
#include "harness/explore/trace.h"

/* Raise what is wrong with touching this memory. False when something is: then whether there is a
 * race as well helps nobody. */
bool access_check(uintptr_t address, size_t size, bool write, const void *frame);

/* A race was found here: what threads see depends on who comes first, so it is a choice. */
static inline void access_racy(uintptr_t address, size_t size, bool write, const void *frame)
{
    if (engine_is_racy(address, size))
        spin_point(write ? OP_VOLATILE_WRITE : OP_VOLATILE_READ, NULL, address, size, frame);
}

static inline void access_plain(uintptr_t address, size_t size, bool write, const void *frame)
{
    if (--engine.fuel < 0)
        spin_access(address, size, write, frame);
    if (engine.n_racy)
        access_racy(address, size, write, frame);
    bool allowed = access_check(address, size, write, frame);
    if (!allowed) {
        /* told already */
    } else if (write) {
        snapshot_dirty(address, size);
        shadow_write(address, size, frame);
    } else {
        shadow_read(address, size, frame);
    }
    if (watch_count)
        watch_access(address, size);
    if (trace_on)
        trace_access(address, size, write, frame);
}

#endif
