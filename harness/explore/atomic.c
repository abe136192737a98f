/*
 * atomic.c - C11 atomics: values are sequentially consistent, happens-before goes by the order.
 *
 * A release store begins a release sequence that read-modify-writes continue; a relaxed
 * store ends it. A relaxed load may still synchronise through a later acquire
 * fence, and a release fence lends its clock to the relaxed stores after it: so a
 * thread keeps what it might acquire and what it might release.
 * Reference: C11 5.1.2.4 and 7.17.3, 7.17.4.
 */
#include "harness/explore/atomic.h"

#include "harness/explore/access.h"
#include "harness/explore/atomic_wrap.h"

static bool acquires(int order)
{
    return order == ORDER_ACQUIRE || order == ORDER_CONSUME || order == ORDER_ACQ_REL ||
           order == ORDER_SEQ_CST;
}

static bool releases(int order)
{
    return order == ORDER_RELEASE || order == ORDER_ACQ_REL || order == ORDER_SEQ_CST;
}

struct object *atomic_begin(enum op_kind op, const volatile void *at, size_t size,
                            const void *frame)
{
    uintptr_t address = (uintptr_t)at;
    access_check(address, size, op != OP_ATOMIC_READ, frame);
    struct object *object = object_get((const void *)at, OBJECT_ATOMIC, NULL);
    spin_point(op, object, address, size, frame);
    access_check(address, size, op != OP_ATOMIC_READ, frame);
    if (op != OP_ATOMIC_READ)
        snapshot_dirty(address, size);
    shadow_atomic(address, size, op != OP_ATOMIC_READ, frame);
    if (watch_count)
        watch_access(address, size);
    return object;
}

static void load_effect(const struct object *object, int order)
{
    struct thread *self = engine.self;
    if (acquires(order))
        vclock_join(&self->clock, &object->clock);
    else
        vclock_join(&self->acquirable, &object->clock);
}

void atomic_loaded(struct object *object, int order, uint64_t value, const void *frame)
{
    load_effect(object, order);
    trace_op_value(OP_ATOMIC_READ, object, (int64_t)value, frame);
}

void atomic_stored(struct object *object, int order, uint64_t value, const void *frame)
{
    struct thread *self = engine.self;
    if (releases(order)) {
        engine_release(object);
    } else {
        vclock_copy(&object->clock, &self->releasable);
    }
    trace_op_value(OP_ATOMIC_WRITE, object, (int64_t)value, frame);
}

void atomic_modified(struct object *object, int order, bool changed, uint64_t value,
                     const void *frame)
{
    load_effect(object, order);
    if (releases(order))
        engine_release_join(object);
    else
        vclock_join(&object->clock, &engine.self->releasable);
    spin_rmw_done(changed);
    trace_op_value(OP_ATOMIC_RMW, object, (int64_t)value, frame);
}

void __tsan_atomic_thread_fence(int order)
{
    struct thread *self = engine.self;
    if (acquires(order))
        vclock_join(&self->clock, &self->acquirable);
    if (releases(order)) {
        vclock_copy(&self->releasable, &self->clock);
        engine_tick(self);
    }
}

void __tsan_atomic_signal_fence(int order)
{
    (void)order; /* between a thread and its own signal handler: nothing to order here */
}
