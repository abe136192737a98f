/*
 * join.c - pthread_join and its relatives with a time limit.
 *
 * A join that gives up leaves its target as it was: it may be joined again, by anybody.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "harness/explore/cancel.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/thread.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

static bool has_finished(const struct thread *thread)
{
    return thread->target->finished;
}

static void inherit(const struct thread *target, enum op_kind op, const void *frame)
{
    vclock_join(&engine.self->clock, &target->clock);
    trace_op_value(op, NULL, target->id, frame);
}

/* Wait for `target` to end. False when the deadline came first. */
static bool wait_until(struct thread *target, int64_t deadline_ns, const void *frame)
{
    struct thread *self = engine.self;
    self->target = target;
    target->joiner = self->id;
    bool cancelled = cancel_point(OP_JOIN, NULL, has_finished, deadline_ns, frame);
    self->target = NULL;
    if (self->timed_out || cancelled)
        target->joiner = -1;
    if (cancelled)
        cancel_act(frame);
    if (self->timed_out)
        return false;
    inherit(target, OP_JOIN, frame);
    return true;
}

void thread_wait_end(struct thread *target, const void *frame)
{
    wait_until(target, NEVER, frame);
}

/* 0, or after a finding what the call answers. */
static int refuse(const struct thread *target, const void *frame)
{
    if (!target)
        return ESRCH;
    if (target == engine.self) {
        finding_at("self-join", "", OP_JOIN, NULL, frame);
        return EDEADLK;
    }
    if (target->detached) {
        finding_at("join-detached", "", OP_JOIN, NULL, frame);
        return EINVAL;
    }
    if (target->joined || target->joiner >= 0) {
        finding_at("double-join", target->joined ? "" : "at-once", OP_JOIN, NULL, frame);
        return EINVAL;
    }
    return 0;
}

static void store(const struct thread *target, void **result, const void *frame)
{
    if (result) {
        memory_write(result, sizeof *result, frame);
        *result = target->result;
    }
}

int thread_join_until(pthread_t handle, struct thread **target, int64_t deadline_ns,
                      const void *frame)
{
    *target = thread_of(handle, OP_JOIN, frame);
    int error = refuse(*target, frame);
    if (error)
        return error;
    if (!wait_until(*target, deadline_ns, frame))
        return ETIMEDOUT;
    (*target)->joined = true;
    return 0;
}

static int join_until(pthread_t handle, void **result, int64_t deadline_ns, const void *frame)
{
    struct thread *target;
    int error = thread_join_until(handle, &target, deadline_ns, frame);
    if (!error)
        store(target, result, frame);
    return error;
}

int __wrap_pthread_join(pthread_t handle, void **result)
{
    return join_until(handle, result, NEVER, HERE);
}

/* No deadline at all means to wait for ever, as the C library has it. */
static int join_by(pthread_t handle, void **result, clockid_t clock, const struct timespec *until,
                   const void *frame)
{
    int64_t deadline_ns = NEVER;
    engine_tries();
    if (until && !timeout_deadline(clock, until, &deadline_ns, frame))
        return EINVAL;
    return join_until(handle, result, deadline_ns, frame);
}

int __wrap_pthread_timedjoin_np(pthread_t handle, void **result, const struct timespec *until)
{
    return join_by(handle, result, CLOCK_REALTIME, until, HERE);
}

int __wrap_pthread_clockjoin_np(pthread_t handle, void **result, clockid_t clock,
                                const struct timespec *until)
{
    return join_by(handle, result, clock, until, HERE);
}

int __wrap_pthread_tryjoin_np(pthread_t handle, void **result)
{
    engine_tries();
    struct thread *target = thread_of(handle, OP_TRYJOIN, HERE);
    int error = refuse(target, HERE);
    if (error)
        return error;
    engine_point(OP_TRYJOIN, thread_object(target), NULL, NEVER, HERE);
    if (!target->finished) {
        trace_op_value(OP_TRYJOIN, NULL, target->id, HERE);
        engine_tried_in_vain();
        return EBUSY;
    }
    inherit(target, OP_JOIN, HERE);
    target->joined = true;
    store(target, result, HERE);
    return 0;
}
