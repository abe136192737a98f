/*
 * conflict.h - which operations can tell in which order they were done.
 *
 * Partial-order reduction rests on this: two executions that differ only in the order of
 * operations that do not conflict are one and the same to the program.
 */
#ifndef HILO_EXPLORE_CONFLICT_H
#define HILO_EXPLORE_CONFLICT_H

#include <stdbool.h>

#include "harness/explore/engine.h"

/* How an operation uses an object. Looks do not conflict with looks; a release does not
 * conflict with an operation that waits until the object is free, since these are never
 * possible at once; everything else conflicts. */
enum use { USE_NONE, USE_LOOK, USE_CHANGE, USE_WAIT_CHANGE, USE_RELEASE };

enum { USES_MAX = 2 };

/* What a pending operation uses: at most two objects. Returns how many. */
struct object_use {
    const struct object *object;
    enum use use;
};
int uses_of(const struct thread *thread, struct object_use *uses);

bool uses_conflict(enum use a, enum use b);

/* Whether the pending operations of two threads conflict. */
bool threads_conflict(const struct object_use *a, int n_a, const struct thread *b);

#endif
