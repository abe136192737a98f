/*
 * object.c - the table of synchronisation objects, by address.
 *
 * Open addressing over slots that are stamped with the execution they were
 * filled in: a new execution finds every slot empty without clearing any.
 */
#include <string.h>

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"

enum { SLOTS = OBJECTS_MAX * 2 };

static struct {
    struct {
        uintptr_t address;
        uint64_t execution;
        int index;
    } slots[SLOTS];
} table;

static size_t slot_of(uintptr_t address)
{
    size_t slot = (size_t)((address * UINT64_C(0x9E3779B97F4A7C15)) >> 32) % SLOTS;
    while (table.slots[slot].execution == engine.execution && table.slots[slot].address != address)
        slot = (slot + 1) % SLOTS;
    return slot;
}

struct object *object_find(const void *address)
{
    size_t slot = slot_of((uintptr_t)address);
    if (table.slots[slot].execution != engine.execution)
        return NULL;
    return &engine.objects[table.slots[slot].index];
}

static void reset(struct object *object, const void *address, enum object_kind kind)
{
    object->address = (uintptr_t)address;
    object->kind = kind;
    object->execution = engine.execution;
    object->dead = false;
    object->is_static = false;
    object->made_pc = NULL;
    object->owner = NULL;
    object->owner_pc = 0;
    object->released_at = 0;
    vclock_clear(&object->clock);
    memset(&object->u, 0, sizeof object->u);
}

struct object *object_get(const void *address, enum object_kind kind, bool *fresh)
{
    size_t slot = slot_of((uintptr_t)address);
    bool found = table.slots[slot].execution == engine.execution;
    struct object *object;
    if (found) {
        object = &engine.objects[table.slots[slot].index];
    } else {
        if (engine.n_objects == OBJECTS_MAX)
            finding_unsupported("more than 4096 synchronisation objects", NULL);
        object = &engine.objects[engine.n_objects];
        object->id = engine.n_objects;
        table.slots[slot].address = (uintptr_t)address;
        table.slots[slot].execution = engine.execution;
        table.slots[slot].index = engine.n_objects++;
    }
    /* The same bytes used as another kind: a union, or memory that was freed and taken again. */
    if (!found || object->kind != kind) {
        reset(object, address, kind);
        found = false;
    }
    if (fresh)
        *fresh = !found;
    return object;
}
