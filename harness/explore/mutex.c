/*
 * mutex.c - pthread_mutex_*: normal, recursive and error-checking.
 *
 * The state lives in our object table; the student's bytes only hold a cookie made
 * of the mutex's own address. A mutex that was copied by value carries the
 * cookie of another address, which is how the copy is told from the original.
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
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

#define COOKIE UINT64_C(0x6d757465782a2a2a)

static uint64_t cookie_of(const pthread_mutex_t *mutex)
{
    return (uint64_t)(uintptr_t)mutex ^ COOKIE;
}

/* What an initialiser left in the bytes: a mutex type, or -1 when none did. */
static int static_type(const pthread_mutex_t *mutex)
{
    static const pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
    static const pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    static const pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
    if (!memcmp(mutex, &normal, sizeof normal))
        return PTHREAD_MUTEX_NORMAL;
    if (!memcmp(mutex, &recursive, sizeof recursive))
        return PTHREAD_MUTEX_RECURSIVE;
    if (!memcmp(mutex, &checking, sizeof checking))
        return PTHREAD_MUTEX_ERRORCHECK;
    return -1;
}

static bool is_copy(const pthread_mutex_t *mutex)
{
    uint64_t cookie;
    memcpy(&cookie, mutex, sizeof cookie);
    uintptr_t original = (uintptr_t)(cookie ^ COOKIE);
    return original != (uintptr_t)mutex && object_find((const void *)original);
}

static void mark(pthread_mutex_t *mutex)
{
    uint64_t cookie = cookie_of(mutex);
    memcpy(mutex, &cookie, sizeof cookie);
}

struct object *mutex_get(pthread_mutex_t *mutex, enum op_kind op, const void *frame)
{
    memory_check(mutex, sizeof *mutex, false, frame);
    bool fresh;
    struct object *object = object_get(mutex, OBJECT_MUTEX, &fresh);
    if (fresh) {
        int type = static_type(mutex);
        if (type < 0)
            finding_at("api-misuse", is_copy(mutex) ? "copied" : "uninitialised", op, mutex, frame);
        object->u.mutex.type = type < 0 ? PTHREAD_MUTEX_NORMAL : type;
        object->is_static = true;
        mark(mutex);
    }
    if (object->dead) {
        finding_at("api-misuse", "destroyed", op, mutex, frame);
        object->dead = false;
    }
    return object;
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

static int lock_until(pthread_mutex_t *mutex, enum op_kind op, int64_t deadline_ns,
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
    return lock_until(mutex, OP_LOCK, NEVER, HERE);
}

int __wrap_pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
    return __wrap_pthread_mutex_clocklock(mutex, CLOCK_REALTIME, until);
}

int __wrap_pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
                                   const struct timespec *until)
{
    int64_t deadline_ns;
    if (!timeout_deadline(clock, until, &deadline_ns, HERE))
        return EINVAL;
    return lock_until(mutex, OP_TIMEDLOCK, deadline_ns, HERE);
}

int __wrap_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    struct object *object = mutex_get(mutex, OP_TRYLOCK, HERE);
    engine_point(OP_TRYLOCK, object, NULL, NEVER, HERE);
    if (object->owner == engine.self && object->u.mutex.type == PTHREAD_MUTEX_RECURSIVE) {
        object->u.mutex.depth++;
        return 0;
    }
    trace_op_value(OP_TRYLOCK, object, object->owner ? EBUSY : 0, HERE);
    if (object->owner)
        return EBUSY;
    mutex_take(object, HERE);
    return 0;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    struct object *object = mutex_get(mutex, OP_UNLOCK, HERE);
    if (engine.unlock_points)
        engine_point(OP_UNLOCK, object, NULL, NEVER, HERE);
    if (object->owner != engine.self) {
        finding_at("unlock-not-owner", object->owner ? "other" : "free", OP_UNLOCK, mutex, HERE);
        return EPERM;
    }
    if (object->u.mutex.depth > 1) {
        object->u.mutex.depth--;
        return 0;
    }
    mutex_drop(object);
    trace_op(OP_UNLOCK, object, HERE);
    return 0;
}

int __wrap_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
    memory_check(mutex, sizeof *mutex, true, HERE);
    int type = PTHREAD_MUTEX_NORMAL;
    if (attr)
        pthread_mutexattr_gettype(attr, &type);
    bool fresh;
    struct object *object = object_get(mutex, OBJECT_MUTEX, &fresh);
    if (object->owner)
        finding_at("api-misuse", "reinitialised", OP_INIT, mutex, HERE);
    object->owner = NULL;
    object->dead = false;
    object->u.mutex.type = type;
    object->made_pc = (const void *)call_pc(HERE);
    memset(mutex, 0, sizeof *mutex);
    mark(mutex);
    return 0;
}

int __wrap_pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    struct object *object = mutex_get(mutex, OP_DESTROY, HERE);
    if (engine.unlock_points)
        engine_point(OP_DESTROY, object, NULL, NEVER, HERE);
    if (object->owner) {
        finding_at("lock-destroyed-while-held", "", OP_DESTROY, mutex, HERE);
        return EBUSY;
    }
    object->dead = true;
    memset(mutex, 0xA5, sizeof *mutex);
    return 0;
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
