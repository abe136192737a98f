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

/* A wait ended because somebody changed the value, and it was only looked at. */
static void tell_busy_wait(struct thread *self)
{
    struct spin *spin = &self->spin;
    spin->watched = false;
    if (snapshot_owner(spin->pc) == OWNER_STUDENT &&
        finding_raise("busy-wait", "", spin->address, (size_t)spin->size, spin->pc))
        story_access_remembered(0, self->id, OP_SPIN, spin->address, spin->size);
}

void spin_left(enum op_kind kind)
{
    bool may_take = kind == OP_ATOMIC_RMW || kind == OP_ATOMIC_READ || kind == OP_SPIN;
    if (!may_take)
        tell_busy_wait(engine.self);
}

static void park(struct thread *self, struct object *object, const void *frame)
{
    story_remember(frame);
    engine.inexact = true;
    engine_point(OP_SPIN, object, changed, NEVER, frame);
    self->spin.repeats = 0;
    if (changed(self)) {
        self->spin.turns = 0;
        self->spin.watched = true;
    }
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
    park(self, NULL, frame);
    if (self->spin.watched)
        tell_busy_wait(self);
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
    if (spin->watched && spin->address == address && kind == OP_ATOMIC_RMW)
        spin->watched = false; /* it looked until it could try to take it: a spin lock */
    else if (spin->watched && (spin->address != address || kind != OP_ATOMIC_READ))
        tell_busy_wait(self);
    bool looks = (kind == OP_ATOMIC_READ || kind == OP_VOLATILE_READ || kind == OP_ATOMIC_RMW) &&
                 shadow_covers(address);
    if (!looks)
        spin->address = 0;
    bool watched = spin->watched;
    if (!object)
        object = object_get((const void *)(address & ~(uintptr_t)7), OBJECT_ATOMIC, NULL);
    if (!looks || !is_repeat(spin, address, (int)size, call_pc(frame))) {
        spin->watched = watched;
        engine_point(kind, object, NULL, NEVER, frame);
        return;
    }
    spin->repeats++;
    if (spin->repeats < REPEATS_SUSPECT)
        engine_point(kind, object, NULL, NEVER, frame);
    else if (spin->repeats >= REPEATS_PARK)
        park(self, object, frame);
    if (kind == OP_ATOMIC_RMW)
        spin->watched = false;
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
