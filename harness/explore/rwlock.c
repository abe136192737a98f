/*
 * rwlock.c - pthread_rwlock_*, as glibc's default kind behaves: readers do not queue behind
 * a writer that waits, so reading twice on one thread is always possible.
 *
 * Happens-before takes two clocks. `clock` is what the last writer left, for everybody;
 * `readers` is what readers left since, for the next writer only: a reader is not
 * ordered after another reader, and a race between two of them (both write under a
 * read lock) must be seen.
 *
 * Reference: POSIX.1-2017, pthread_rwlock_rdlock and its neighbours; where that allows EDEADLK
 * or waiting for ever, what glibc does.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/sync.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

static bool start(struct object *object, const void *bytes)
{
    static const pthread_rwlock_t initial = PTHREAD_RWLOCK_INITIALIZER;
    static const pthread_rwlock_t writers_first = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    if (!memcmp(bytes, &writers_first, sizeof writers_first))
        finding_unsupported("PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP", NULL);
    object->u.rwlock.readers = 0;
    return !memcmp(bytes, &initial, sizeof initial);
}

static const struct sync_type rwlock_type = {OBJECT_RWLOCK, sizeof(pthread_rwlock_t), start};

static bool no_writer(const struct thread *thread)
{
    return !thread->op.object->owner;
}

static bool nobody(const struct thread *thread)
{
    return !thread->op.object->owner && !thread->op.object->u.rwlock.readers;
}

static void take_shared(struct object *object, const void *frame)
{
    object->u.rwlock.readers++;
    engine_acquire(object);
    held_add(object, frame);
}

static void take_alone(struct object *object, const void *frame)
{
    object->owner = engine.self;
    object->owner_pc = call_pc(frame);
    engine_acquire(object);
    vclock_join(&engine.self->clock, &object->readers);
    held_add(object, frame);
}

static int lock_until(pthread_rwlock_t *rwlock, enum op_kind op, int64_t deadline_ns,
                      const void *frame)
{
    bool alone = op == OP_WRLOCK;
    struct object *object = sync_use(rwlock, &rwlock_type, op, frame);
    if (object->owner == engine.self)
        return EDEADLK;
    engine_point(op, object, alone ? nobody : no_writer, deadline_ns, frame);
    if (engine.self->timed_out)
        return ETIMEDOUT;
    if (alone)
        take_alone(object, frame);
    else
        take_shared(object, frame);
    trace_op(op, object, frame);
    return 0;
}

int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *rwlock)
{
    return lock_until(rwlock, OP_RDLOCK, NEVER, HERE);
}

int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *rwlock)
{
    return lock_until(rwlock, OP_WRLOCK, NEVER, HERE);
}

static int lock_by(pthread_rwlock_t *rwlock, enum op_kind op, clockid_t clock,
                   const struct timespec *until, const void *frame)
{
    engine_tries();
    int64_t deadline_ns;
    if (!timeout_deadline(clock, until, &deadline_ns, frame))
        return EINVAL;
    return lock_until(rwlock, op, deadline_ns, frame);
}

int __wrap_pthread_rwlock_timedrdlock(pthread_rwlock_t *rwlock, const struct timespec *until)
{
    return lock_by(rwlock, OP_RDLOCK, CLOCK_REALTIME, until, HERE);
}

int __wrap_pthread_rwlock_timedwrlock(pthread_rwlock_t *rwlock, const struct timespec *until)
{
    return lock_by(rwlock, OP_WRLOCK, CLOCK_REALTIME, until, HERE);
}

int __wrap_pthread_rwlock_clockrdlock(pthread_rwlock_t *rwlock, clockid_t clock,
                                      const struct timespec *until)
{
    return lock_by(rwlock, OP_RDLOCK, clock, until, HERE);
}

int __wrap_pthread_rwlock_clockwrlock(pthread_rwlock_t *rwlock, clockid_t clock,
                                      const struct timespec *until)
{
    return lock_by(rwlock, OP_WRLOCK, clock, until, HERE);
}

int __wrap_pthread_rwlock_tryrdlock(pthread_rwlock_t *rwlock)
{
    struct object *object = sync_use(rwlock, &rwlock_type, OP_TRYLOCK, HERE);
    engine_point(OP_TRYLOCK, object, NULL, NEVER, HERE);
    int error = object->owner ? EBUSY : 0;
    trace_op_value(OP_TRYLOCK, object, error, HERE);
    if (error)
        engine_tried_in_vain();
    else
        take_shared(object, HERE);
    return error;
}

int __wrap_pthread_rwlock_trywrlock(pthread_rwlock_t *rwlock)
{
    struct object *object = sync_use(rwlock, &rwlock_type, OP_TRYLOCK, HERE);
    engine_point(OP_TRYLOCK, object, NULL, NEVER, HERE);
    int error = object->owner || object->u.rwlock.readers ? EBUSY : 0;
    trace_op_value(OP_TRYLOCK, object, error, HERE);
    if (error)
        engine_tried_in_vain();
    else
        take_alone(object, HERE);
    return error;
}

/* The writer took over what all readers before it left, so its clock says it all. */
static void release_alone(struct object *object)
{
    held_remove(engine.self, object);
    object->owner = NULL;
    vclock_clear(&object->readers);
    engine_release(object);
}

static void release_shared(struct object *object)
{
    held_remove(engine.self, object);
    object->u.rwlock.readers--;
    vclock_join(&object->readers, &engine.self->clock);
    engine_tick(engine.self);
}

/* A thread with more locks than the list of held ones keeps gets the benefit of the doubt. */
static bool reads(const struct object *object)
{
    const struct thread *self = engine.self;
    for (int i = 0; i < self->n_held; i++)
        if (self->held[i].object == object)
            return true;
    return self->n_held == HELD_MAX;
}

int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *rwlock)
{
    struct object *object = sync_use(rwlock, &rwlock_type, OP_RW_UNLOCK, HERE);
    if (engine.unlock_points)
        engine_point(OP_RW_UNLOCK, object, NULL, NEVER, HERE);
    if (object->owner == engine.self) {
        release_alone(object);
    } else if (object->u.rwlock.readers && reads(object)) {
        release_shared(object);
    } else {
        bool held = object->owner || object->u.rwlock.readers;
        finding_at("unlock-not-owner", held ? "other" : "free", OP_RW_UNLOCK, rwlock, HERE);
        return EPERM;
    }
    trace_op(OP_RW_UNLOCK, object, HERE);
    return 0;
}

int __wrap_pthread_rwlock_init(pthread_rwlock_t *rwlock, const pthread_rwlockattr_t *attr)
{
    if (attr)
        finding_unsupported("pthread_rwlock_init with attributes", HERE);
    sync_init(rwlock, &rwlock_type, HERE);
    return 0;
}

int __wrap_pthread_rwlock_destroy(pthread_rwlock_t *rwlock)
{
    struct object *object = sync_use(rwlock, &rwlock_type, OP_DESTROY, HERE);
    if (engine.unlock_points)
        engine_point(OP_DESTROY, object, NULL, NEVER, HERE);
    if (object->owner || object->u.rwlock.readers) {
        finding_at("lock-destroyed-while-held", "", OP_DESTROY, rwlock, HERE);
        return EBUSY;
    }
    sync_destroy(rwlock, &rwlock_type, object, HERE);
    return 0;
}
