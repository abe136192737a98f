/*
 * sem.c - unnamed semaphores.
 *
 * Happens-before: each wait inherits from all posts so far, not only from one. That is
 * what a counter changed by atomic read-modify-writes gives, and so what
 * every real implementation gives.
 *
 * Reference: POSIX.1-2017, sem_wait, sem_post; errors as glibc gives them.
 */
#include <errno.h>
#include <limits.h>
#include <semaphore.h>

#include "harness/explore/cancel.h"
#include "harness/explore/memory.h"
#include "harness/explore/sync.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

/* POSIX has no static initialiser for it. One that nobody initialised counts from 0, and a copy
 * from where the original is. */
static bool start(struct object *object, const void *bytes)
{
    (void)object;
    (void)bytes;
    return false;
}

static const struct sync_type semaphore = {OBJECT_SEM, sizeof(sem_t), start};

static int fail(int error)
{
    *__wrap___errno_location() = error;
    return -1;
}

static bool sem_positive(const struct thread *thread)
{
    return thread->op.object->u.sem.value > 0;
}

static void take(struct object *object, enum op_kind op, const void *frame)
{
    object->u.sem.value--;
    engine_acquire(object);
    trace_op_value(op, object, object->u.sem.value, frame);
}

int __wrap_sem_wait(sem_t *sem)
{
    struct object *object = sync_use(sem, &semaphore, OP_SEM_WAIT, HERE);
    if (cancel_point(OP_SEM_WAIT, object, sem_positive, NEVER, HERE))
        cancel_act(HERE);
    take(object, OP_SEM_WAIT, HERE);
    return 0;
}

static int wait_until(sem_t *sem, clockid_t clock, const struct timespec *until, const void *frame)
{
    engine_tries();
    struct object *object = sync_use(sem, &semaphore, OP_SEM_WAIT, frame);
    int64_t deadline_ns;
    if (!timeout_deadline(clock, until, &deadline_ns, frame))
        return fail(EINVAL);
    if (cancel_point(OP_SEM_WAIT, object, sem_positive, deadline_ns, frame))
        cancel_act(frame);
    if (engine.self->timed_out)
        return fail(ETIMEDOUT);
    take(object, OP_SEM_WAIT, frame);
    return 0;
}

int __wrap_sem_timedwait(sem_t *sem, const struct timespec *until)
{
    return wait_until(sem, CLOCK_REALTIME, until, HERE);
}

int __wrap_sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *until)
{
    return wait_until(sem, clock, until, HERE);
}

int __wrap_sem_trywait(sem_t *sem)
{
    struct object *object = sync_use(sem, &semaphore, OP_SEM_TRYWAIT, HERE);
    engine_point(OP_SEM_TRYWAIT, object, NULL, NEVER, HERE);
    if (object->u.sem.value == 0) {
        trace_op_value(OP_SEM_TRYWAIT, object, EAGAIN, HERE);
        engine_tried_in_vain();
        return fail(EAGAIN);
    }
    take(object, OP_SEM_TRYWAIT, HERE);
    return 0;
}

int __wrap_sem_post(sem_t *sem)
{
    struct object *object = sync_use(sem, &semaphore, OP_SEM_POST, HERE);
    if (engine.unlock_points)
        engine_point(OP_SEM_POST, object, NULL, NEVER, HERE);
    if (object->u.sem.value == SEM_VALUE_MAX)
        return fail(EOVERFLOW);
    object->u.sem.value++;
    engine_release_join(object);
    trace_op_value(OP_SEM_POST, object, object->u.sem.value, HERE);
    return 0;
}

/* Others can change what it reads, so it is a scheduling point, but it synchronises nothing. */
int __wrap_sem_getvalue(sem_t *sem, int *value)
{
    engine_tries();
    struct object *object = sync_use(sem, &semaphore, OP_ATOMIC_READ, HERE);
    memory_write(value, sizeof *value, HERE);
    engine_point(OP_ATOMIC_READ, object, NULL, NEVER, HERE);
    *value = (int)object->u.sem.value;
    trace_op_value(OP_ATOMIC_READ, object, *value, HERE);
    return 0;
}

int __wrap_sem_init(sem_t *sem, int shared, unsigned value)
{
    (void)shared; /* there is one process */
    if (value > SEM_VALUE_MAX)
        return fail(EINVAL);
    struct object *object = sync_init(sem, &semaphore, HERE);
    object->u.sem.value = (long)value;
    return 0;
}

int __wrap_sem_destroy(sem_t *sem)
{
    struct object *object = sync_use(sem, &semaphore, OP_DESTROY, HERE);
    if (engine.unlock_points)
        engine_point(OP_DESTROY, object, NULL, NEVER, HERE);
    sync_destroy(sem, &semaphore, object, HERE);
    return 0;
}
