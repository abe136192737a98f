/* spin.c - loops that wait by looking. See spin.h. */
#include "harness/explore/spin.h"

#include <string.h>

#include "harness/explore/finding.h"
#include "harness/explore/shadow.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/story.h"

enum {
    REPEATS_SUSPECT = 3, /* from here on it is tried alone */
    REPEATS_PARK = 200,  /* ... this long */
    TURNS_MAX = 64,      /* how often a parked thread is given another turn in vain */
};

static uint64_t value_at(uintptr_t address, int size)
{
    uint64_t value = 0;
    if (!address)
        return 0;
    memcpy(&value, (const void *)address, (size_t)(size > 8 ? 8 : size));
    return value;
}

static bool changed(const struct thread *thread)
{
    const struct spin *spin = &thread->spin;
    return value_at(spin->address, spin->size) != spin->value;
}

bool spin_is_parked(const struct thread *thread)
{
    return thread->op.kind == OP_SPIN && !thread->finished;
}

/* A wait ended because somebody changed the value, and the thread never changed it itself: it did
 * not wait for its turn to take something, but for an event. */
void spin_thread_ends(struct thread *self)
{
    const struct waited *waited = &self->waited;
    if (waited->on && snapshot_owner(waited->pc) == OWNER_STUDENT &&
        finding_raise("busy-wait", "", waited->address, (size_t)waited->size, waited->pc))
        story_access_remembered(0, self->id, OP_SPIN, waited->address, waited->size);
}

static void park(struct thread *self, enum op_kind kind, struct object *object, const void *frame)
{
    struct spin *spin = &self->spin;
    if (!self->waited.on)
        story_remember(frame);
    engine.inexact = true;
    engine_point(OP_SPIN, object, changed, NEVER, frame);
    spin->repeats = 0;
    if (!changed(self))
        return;
    spin->turns = 0;
    if (kind != OP_ATOMIC_RMW && !self->waited.on)
        self->waited = (struct waited){true, spin->address, spin->pc, spin->size};
}

/* Whether this read is the one before over again; remembers it. */
static bool is_repeat(struct spin *spin, uintptr_t address, int size, uintptr_t pc)
{
    uint64_t value = value_at(address, size);
    if (spin->address == address && spin->pc == pc && spin->value == value && spin->size == size)
        return true;
    *spin = (struct spin){.address = address, .value = value, .size = size, .pc = pc};
    return false;
}

void spin_access(uintptr_t address, size_t size, bool write, const void *frame)
{
    struct thread *self = engine.self;
    engine.progress++;
    if (write || !shadow_covers(address)) {
        engine.fuel = SPIN_FUEL;
        engine.accesses_left -= SPIN_FUEL;
        if (engine.accesses_left < 0) {
            engine.hung = true;
            finding_at("hang", "endless-loop", write ? OP_WRITE : OP_READ, (void *)address, frame);
            engine_stop(END_FAULT);
        }
        return;
    }
    engine.fuel = 0;
    if (self->spin.address && self->spin.address != address && ++self->spin.others < 64)
        return; /* a loop that reads several things comes back to this one */
    self->spin.others = 0;
    if (!is_repeat(&self->spin, address, (int)size, call_pc(frame))) {
        engine.accesses_left -= 64;
        return;
    }
    if (++self->spin.repeats < REPEATS_PARK)
        return;
    park(self, OP_READ, NULL, frame);
}

bool spin_trying(void)
{
    return engine.self->spin.repeats >= REPEATS_SUSPECT;
}

void spin_point(enum op_kind kind, struct object *object, uintptr_t address, size_t size,
                const void *frame)
{
    struct thread *self = engine.self;
    struct spin *spin = &self->spin;
    bool changes = kind == OP_ATOMIC_RMW || kind == OP_ATOMIC_WRITE || kind == OP_VOLATILE_WRITE;
    if (changes && self->waited.address == address)
        self->waited.on = false; /* a lock of its own making: it takes it, or hands it on */
    bool looks = (kind == OP_ATOMIC_READ || kind == OP_VOLATILE_READ || kind == OP_ATOMIC_RMW) &&
                 shadow_covers(address);
    if (!looks)
        spin->address = 0;
    if (!object)
        object = object_get((const void *)(address & ~(uintptr_t)7), OBJECT_ATOMIC, NULL);
    if (!looks || !is_repeat(spin, address, (int)size, call_pc(frame))) {
        engine_point(kind, object, NULL, NEVER, frame);
        return;
    }
    spin->repeats++;
    if (spin->repeats < REPEATS_SUSPECT)
        engine_point(kind, object, NULL, NEVER, frame);
    else if (spin->repeats >= REPEATS_PARK)
        park(self, kind, object, frame);
}

void spin_rmw_done(bool did_change)
{
    if (did_change)
        engine.self->spin = (struct spin){0};
}

bool spin_unpark(void)
{
    for (int i = 0; i < engine.n_live; i++) {
        struct thread *thread = &engine.threads[engine.live[i]];
        if (spin_is_parked(thread) && thread->spin.turns < TURNS_MAX) {
            thread->spin.turns++;
            thread->op.ready = NULL;
            return true;
        }
    }
    return false;
}
