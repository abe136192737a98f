/*
 * sync.h - what all synchronisation objects share: their life from initialiser
 * to destruction, and how it is told whether their bytes are what they should be.
 *
 * The state of an object lives in our table (object_get), where the student's code
 * cannot reach it. The student's bytes hold only a cookie made of the object's
 * address and kind. So these are told from each other:
 *
 *      bytes                      what they mean
 *      a static initialiser       new, or set to its initialiser again
 *      the cookie of this place   alive
 *      the cookie of elsewhere    copied by value: another object than the original
 *      0xA5 everywhere            destroyed
 *      anything else              never initialised, or overwritten since
 *
 * Calling sequence: sync_init() in X_init, sync_use() at the start of every other
 * call, sync_destroy() in X_destroy once nothing speaks against it. A call that
 * raised `api-misuse` goes on with a fresh object, so that one mistake is told once.
 */
#ifndef HILO_EXPLORE_SYNC_H
#define HILO_EXPLORE_SYNC_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/explore/engine.h"

struct sync_type {
    enum object_kind kind;
    size_t size; /* of the student's object: at least 4 */
    /* Make the state of a new object, which nobody holds, from what an initialiser left in its
     * bytes; false when none did. The state given is all zeros, or that of the object whose copy or
     * remains this one is: what is sensible of it may stay. */
    bool (*start)(struct object *object, const void *bytes);
};

/* The state of the object at `address`, which `op` is about to use. Raises what is wrong. */
struct object *sync_use(void *address, const struct sync_type *type, enum op_kind op,
                        const void *frame);

/* The same for a call that initialises it; all that the state held before is gone. */
struct object *sync_init(void *address, const struct sync_type *type, const void *frame);

/* From here on every use is a mistake, also that of a thread which waits for it now. */
void sync_destroy(void *address, const struct sync_type *type, struct object *object,
                  const void *frame);

#endif
