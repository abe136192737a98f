/*
 * barrier.c - pthread_barrier_*.
 *
 * A wait is an arrival and a departure. Arrivals are collected in the object's clock. The
 * last one of a round hands the whole of it to every thread of that round at once and
 * empties it for the next: a thread that departs slowly must not be ordered after those that
 * have already arrived for the next round.
 *
 * Reference: POSIX.1-2017, pthread_barrier_wait.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include "harness/explore/finding.h"
#include "harness/explore/sync.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

/* POSIX has no static initialiser for it. One that nobody initialised lets everyone pass. */
static bool start(struct object *object, const void *bytes)
{
    (void)bytes;
    object->u.barrier.arrived = 0;
    if (object->u.barrier.needed == 0)
        object->u.barrier.needed = 1;
    return false;
}

static const struct sync_type barrier = {OBJECT_BARRIER, sizeof(pthread_barrier_t), start};

static bool round_over(const struct thread *thread)
{
    return thread->op.object->u.barrier.round != thread->barrier_round;
}

/* Everyone has arrived: all of it happens before whatever each of them does next. */
static void end_round(struct object *object)
{
    for (int i = 0; i < engine.n_live; i++) {
        struct thread *thread = &engine.threads[engine.live[i]];
        if (thread->op.kind == OP_BARRIER_LEAVE && thread->op.object == object &&
            thread->barrier_round == object->u.barrier.round)
            vclock_join(&thread->clock, &object->clock);
    }
    engine_acquire(object);
    vclock_clear(&object->clock);
    object->u.barrier.arrived = 0;
    object->u.barrier.round++;
}

int __wrap_pthread_barrier_wait(pthread_barrier_t *address)
{
    struct object *object = sync_use(address, &barrier, OP_BARRIER, HERE);
    engine_point(OP_BARRIER, object, NULL, NEVER, HERE);
    engine_release_join(object);
    object->u.barrier.arrived++;
    trace_op_value(OP_BARRIER, object, object->u.barrier.arrived, HERE);
    if (object->u.barrier.arrived >= object->u.barrier.needed) {
        end_round(object);
        return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    engine.self->barrier_round = object->u.barrier.round;
    engine_point(OP_BARRIER_LEAVE, object, round_over, NEVER, HERE);
    trace_op(OP_BARRIER_LEAVE, object, HERE);
    return 0;
}

int __wrap_pthread_barrier_init(pthread_barrier_t *address, const pthread_barrierattr_t *attr,
                                unsigned count)
{
    if (attr)
        finding_unsupported("pthread_barrier_init with attributes", HERE);
    if (count == 0 || count > INT_MAX)
        return EINVAL;
    struct object *object = sync_init(address, &barrier, HERE);
    object->u.barrier.needed = count;
    return 0;
}

int __wrap_pthread_barrier_destroy(pthread_barrier_t *address)
{
    struct object *object = sync_use(address, &barrier, OP_DESTROY, HERE);
    if (engine.unlock_points)
        engine_point(OP_DESTROY, object, NULL, NEVER, HERE);
    int arrived = (int)object->u.barrier.arrived;
    sync_destroy(address, &barrier, object, HERE);
    return arrived ? EBUSY : 0;
}
