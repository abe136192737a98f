/*
 * spinlock.c - pthread_spin_*. A thread that would spin is not scheduled until the lock is free:
 * what it would do meanwhile has no effect that anybody can see.
 */
#include <errno.h>
#include <pthread.h>

#include "harness/explore/finding.h"
#include "harness/explore/sync.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

/* POSIX has no static initialiser for it. */
static bool start(struct object *object, const void *bytes)
{
    (void)object;
    (void)bytes;
    return false;
}

static const struct sync_type spinlock = {OBJECT_SPIN, sizeof(pthread_spinlock_t), start};

static struct object *use(pthread_spinlock_t *lock, enum op_kind op, const void *frame)
{
    return sync_use((void *)(uintptr_t)lock, &spinlock, op, frame);
}

static bool is_free(const struct thread *thread)
{
    return !thread->op.object->owner;
}

static void take(struct object *object, const void *frame)
{
    object->owner = engine.self;
    object->owner_pc = call_pc(frame);
    engine_acquire(object);
    held_add(object, frame);
}

int __wrap_pthread_spin_lock(pthread_spinlock_t *lock)
{
    struct object *object = use(lock, OP_SPIN_LOCK, HERE);
    engine_point(OP_SPIN_LOCK, object, is_free, NEVER, HERE);
    take(object, HERE);
    trace_op(OP_SPIN_LOCK, object, HERE);
    return 0;
}

int __wrap_pthread_spin_trylock(pthread_spinlock_t *lock)
{
    struct object *object = use(lock, OP_TRYLOCK, HERE);
    engine_point(OP_TRYLOCK, object, NULL, NEVER, HERE);
    int error = object->owner ? EBUSY : 0;
    if (error)
        engine_tried_in_vain();
    trace_op_value(OP_TRYLOCK, object, error, HERE);
    if (!error)
        take(object, HERE);
    return error;
}

int __wrap_pthread_spin_unlock(pthread_spinlock_t *lock)
{
    struct object *object = use(lock, OP_UNLOCK, HERE);
    if (engine.unlock_points)
        engine_point(OP_UNLOCK, object, NULL, NEVER, HERE);
    if (object->owner != engine.self) {
        finding_at("unlock-not-owner", object->owner ? "other" : "free", OP_UNLOCK,
                   (const void *)(uintptr_t)lock, HERE);
        return EPERM;
    }
    held_remove(engine.self, object);
    object->owner = NULL;
    engine_release(object);
    trace_op(OP_UNLOCK, object, HERE);
    return 0;
}

int __wrap_pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
    (void)shared; /* there is one process */
    sync_init((void *)(uintptr_t)lock, &spinlock, HERE);
    return 0;
}

int __wrap_pthread_spin_destroy(pthread_spinlock_t *lock)
{
    struct object *object = use(lock, OP_DESTROY, HERE);
    if (engine.unlock_points)
        engine_point(OP_DESTROY, object, NULL, NEVER, HERE);
    if (object->owner) {
        finding_at("lock-destroyed-while-held", "", OP_DESTROY, (const void *)(uintptr_t)lock,
                   HERE);
        return EBUSY;
    }
    sync_destroy((void *)(uintptr_t)lock, &spinlock, object, HERE);
    return 0;
}
