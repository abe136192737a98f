/*
 * mutex.c - pthread_mutex_*: normal, recursive and error-checking.
 *
 * Reference: POSIX.1-2017, pthread_mutex_lock (the table of relock and unlock behaviour).
 */
#include "harness/explore/mutex.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/sync.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

/* The types that POSIX and glibc have initialisers for. */
static bool start(struct object *object, const void *bytes)
{
    static const pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
    static const pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    static const pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
    object->u.mutex.type = PTHREAD_MUTEX_NORMAL;
    if (!memcmp(bytes, &normal, sizeof normal))
        return true;
    if (!memcmp(bytes, &recursive, sizeof recursive))
        object->u.mutex.type = PTHREAD_MUTEX_RECURSIVE;
    else if (!memcmp(bytes, &checking, sizeof checking))
        object->u.mutex.type = PTHREAD_MUTEX_ERRORCHECK;
    return object->u.mutex.type != PTHREAD_MUTEX_NORMAL;
}

static const struct sync_type mutex_type = {OBJECT_MUTEX, sizeof(pthread_mutex_t), start};

struct object *mutex_get(pthread_mutex_t *mutex, enum op_kind op, const void *frame)
{
    return sync_use(mutex, &mutex_type, op, frame);
}

bool mutex_free(const struct thread *thread)
{
    return !thread->op.object->owner;
}

void mutex_take(struct object *object, const void *frame)
{
    object->owner = engine.self;
    object->u.mutex.depth = 1;
    object->owner_pc = call_pc(frame);
    engine_acquire(object);
    held_add(object, frame);
}

void mutex_drop(struct object *object)
{
    held_remove(object->owner, object);
    object->owner = NULL;
    object->u.mutex.depth = 0;
    engine_release(object);
}

/* Taking again what one holds: how many locks deep, EDEADLK, or wait for ever. */
static int relock(struct object *object)
{
    if (object->u.mutex.type == PTHREAD_MUTEX_RECURSIVE) {
        object->u.mutex.depth++;
        return 0;
    }
    return object->u.mutex.type == PTHREAD_MUTEX_ERRORCHECK ? EDEADLK : -1;
}

int mutex_lock_until(pthread_mutex_t *mutex, enum op_kind op, int64_t deadline_ns,
                     const void *frame)
{
    struct object *object = mutex_get(mutex, op, frame);
    if (object->owner == engine.self) {
        int done = relock(object);
        if (done >= 0)
            return done;
    }
    engine_point(op, object, mutex_free, deadline_ns, frame);
    if (engine.self->timed_out)
        return ETIMEDOUT;
    mutex_take(object, frame);
    trace_op(op, object, frame);
    return 0;
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    return mutex_lock_until(mutex, OP_LOCK, NEVER, HERE);
}

int mutex_lock_by(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until,
                  const void *frame)
{
    engine_tries();
    int64_t deadline_ns;
    if (!timeout_deadline(clock, until, &deadline_ns, frame))
        return EINVAL;
    return mutex_lock_until(mutex, OP_TIMEDLOCK, deadline_ns, frame);
}

int __wrap_pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
    return mutex_lock_by(mutex, CLOCK_REALTIME, until, HERE);
}

int __wrap_pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
                                   const struct timespec *until)
{
    return mutex_lock_by(mutex, clock, until, HERE);
}

int mutex_try(pthread_mutex_t *mutex, const void *frame)
{
    struct object *object = mutex_get(mutex, OP_TRYLOCK, frame);
    engine_tries();
    engine_point(OP_TRYLOCK, object, NULL, NEVER, frame);
    if (object->owner == engine.self && object->u.mutex.type == PTHREAD_MUTEX_RECURSIVE) {
        object->u.mutex.depth++;
        return 0;
    }
    trace_op_value(OP_TRYLOCK, object, object->owner ? EBUSY : 0, frame);
    if (object->owner) {
        engine_tried_in_vain();
        return EBUSY;
    }
    mutex_take(object, frame);
    return 0;
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    return mutex_try(mutex, HERE);
}

int mutex_unlock(pthread_mutex_t *mutex, const void *frame)
{
    struct object *object = mutex_get(mutex, OP_UNLOCK, frame);
    if (engine.unlock_points)
        engine_point(OP_UNLOCK, object, NULL, NEVER, frame);
    if (object->owner != engine.self) {
        finding_at("unlock-not-owner", object->owner ? "other" : "free", OP_UNLOCK, mutex, frame);
        return EPERM;
    }
    if (object->u.mutex.depth > 1) {
        object->u.mutex.depth--;
        return 0;
    }
    mutex_drop(object);
    trace_op(OP_UNLOCK, object, frame);
    return 0;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    return mutex_unlock(mutex, HERE);
}

void mutex_init(pthread_mutex_t *mutex, int type, const void *frame)
{
    sync_init(mutex, &mutex_type, frame)->u.mutex.type = type;
}

int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
    int type = PTHREAD_MUTEX_NORMAL;
    if (attr) {
        memory_read(attr, sizeof *attr, HERE);
        pthread_mutexattr_gettype(attr, &type);
    }
    mutex_init(mutex, type, HERE);
    return 0;
}

int mutex_destroy(pthread_mutex_t *mutex, const void *frame)
{
    struct object *object = mutex_get(mutex, OP_DESTROY, frame);
    if (engine.unlock_points)
        engine_point(OP_DESTROY, object, NULL, NEVER, frame);
    if (object->owner) {
        finding_at("lock-destroyed-while-held", "", OP_DESTROY, mutex, frame);
        return EBUSY;
    }
    sync_destroy(mutex, &mutex_type, object, frame);
    return 0;
}

int __wrap_pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    return mutex_destroy(mutex, HERE);
}

int __wrap_pthread_mutexattr_init(pthread_mutexattr_t *attr)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_mutexattr_init(attr);
}

int __wrap_pthread_mutexattr_destroy(pthread_mutexattr_t *attr)
{
    memory_write(attr, sizeof *attr, HERE);
    return 0;
}

int __wrap_pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_mutexattr_settype(attr, type);
}

int __wrap_pthread_mutexattr_gettype(const pthread_mutexattr_t *attr, int *type)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(type, sizeof *type, HERE);
    return pthread_mutexattr_gettype(attr, type);
}

int __wrap_pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int value)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_mutexattr_setpshared(attr, value);
}

int __wrap_pthread_mutexattr_getpshared(const pthread_mutexattr_t *attr, int *value)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(value, sizeof *value, HERE);
    return pthread_mutexattr_getpshared(attr, value);
}
