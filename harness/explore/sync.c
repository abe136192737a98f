/* sync.c - the life of a synchronisation object. See sync.h. */
#include "harness/explore/sync.h"

#include <stdint.h>
#include <string.h>

#include "harness/explore/finding.h"
#include "harness/explore/memory.h"

#define DEAD_BYTE 0xA5

static uint64_t cookie_of(uintptr_t address, enum object_kind kind)
{
    return (address ^ ((uint64_t)kind + 1) << 56) * UINT64_C(0x9E3779B97F4A7C15) | 1;
}

/* A spin lock has room for half a cookie. */
static bool is_small(const struct sync_type *type)
{
    return type->size < sizeof(uint64_t);
}

static bool has_cookie_of(const void *bytes, uintptr_t address, const struct sync_type *type)
{
    uint64_t cookie = cookie_of(address, type->kind);
    if (is_small(type))
        return !memcmp(bytes, &cookie, sizeof(uint32_t));
    return !memcmp(bytes, &cookie, sizeof cookie);
}

static void mark(void *address, const struct sync_type *type, const void *frame)
{
    memory_check(address, type->size, true, frame);
    uint64_t cookie = cookie_of((uintptr_t)address, type->kind);
    memset(address, 0, type->size);
    memcpy(address, &cookie, is_small(type) ? sizeof(uint32_t) : sizeof cookie);
}

/* The object whose cookie the bytes at `address` carry from elsewhere, or NULL. */
static const struct object *original_of(const void *address, const struct sync_type *type)
{
    for (int i = 0; i < engine.n_objects; i++) {
        const struct object *other = &engine.objects[i];
        if (other->kind == type->kind && other->address != (uintptr_t)address &&
            has_cookie_of(address, other->address, type))
            return other;
    }
    return NULL;
}

static bool is_dead(const void *address, const struct sync_type *type)
{
    const unsigned char *bytes = address;
    for (size_t i = 0; i < type->size; i++)
        if (bytes[i] != DEAD_BYTE)
            return false;
    return true;
}

/* An address where nothing is faults here, before anything is said about the object. */
static void touch(const void *address, const struct sync_type *type, const void *frame)
{
    memory_check(address, type->size, false, frame);
    (void)*(const volatile char *)address;
}

/* The object starts its life; what an earlier one at this address was is forgotten. */
static void restart(struct object *object)
{
    object->dead = false;
    object->is_static = false;
    object->made_pc = NULL;
    object->owner = NULL;
    object->owner_pc = 0;
    vclock_clear(&object->clock);
    vclock_clear(&object->readers);
    memset(&object->u, 0, sizeof object->u);
}

static bool is_held(const struct object *object)
{
    return object->owner || (object->kind == OBJECT_RWLOCK && object->u.rwlock.readers);
}

/* Whether a thread has nothing more to do with the object of its operation, although it did not run
 * since: it was let through a barrier, or a signal chose it (POSIX.1-2017, pthread_cond_destroy:
 * safe as soon as all who waited were woken). */
static bool is_past(const struct thread *thread)
{
    if (thread->op.kind == OP_WAKE)
        return thread->woken;
    return thread->op.kind == OP_BARRIER_LEAVE && thread->op.ready(thread);
}

/* Whether another thread waits for the object, is about to use it, or has a condition variable give
 * it back. */
static bool is_awaited(const struct object *object)
{
    for (int i = 0; i < engine.n_live; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        if (thread == engine.self)
            continue;
        if (thread->with == object || (thread->op.object == object && !is_past(thread)))
            return true;
    }
    return false;
}

/* A new object at `address`, or else what is wrong with it. One that was copied or destroyed goes
 * on from the state that its bytes would natively have, or nearly so: a second finding that only
 * follows from the first helps nobody. */
static const char *begin(struct object *object, const void *address, const struct sync_type *type)
{
    bool destroyed = object->dead && is_dead(address, type);
    struct object before;
    if (destroyed)
        before = *object;
    restart(object);
    object->is_static = type->start(object, address);
    if (object->is_static)
        return NULL;
    const struct object *original = destroyed ? &before : original_of(address, type);
    if (original) {
        object->u = original->u;
        type->start(object, address);
    }
    if (destroyed)
        return "destroyed";
    return original ? "copied" : "uninitialised";
}

struct object *sync_use(void *address, const struct sync_type *type, enum op_kind op,
                        const void *frame)
{
    touch(address, type, frame);
    bool fresh;
    struct object *object = object_get(address, type->kind, &fresh);
    if (!fresh && !object->dead && has_cookie_of(address, (uintptr_t)address, type))
        return object;
    if (!fresh && !object->dead && is_held(object))
        finding_at("api-misuse", "reinitialised", op, address, frame);
    const char *wrong = begin(object, address, type);
    if (wrong)
        finding_at("api-misuse", wrong, op, address, frame);
    mark(address, type, frame);
    return object;
}

struct object *sync_init(void *address, const struct sync_type *type, const void *frame)
{
    touch(address, type, frame);
    bool fresh;
    struct object *object = object_get(address, type->kind, &fresh);
    bool alive = !fresh && !object->dead && has_cookie_of(address, (uintptr_t)address, type);
    if (alive && (is_held(object) || is_awaited(object)))
        finding_at("api-misuse", "reinitialised", OP_INIT, address, frame);
    restart(object);
    object->made_pc = (const void *)call_pc(frame);
    mark(address, type, frame);
    return object;
}

void sync_destroy(void *address, const struct sync_type *type, struct object *object,
                  const void *frame)
{
    if (is_awaited(object))
        finding_at("api-misuse", "destroyed-while-waited-for", OP_DESTROY, address, frame);
    object->dead = true;
    memory_check(address, type->size, true, frame);
    memset(address, DEAD_BYTE, type->size);
}
