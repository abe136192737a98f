/*
 * cond.c - pthread_cond_*.
 *
 * Waiting is two operations. OP_WAIT gives the mutex up and joins the waiters;
 * OP_WAKE comes back once a signal chose this thread (or it wakes spuriously) and
 * the mutex is free, and takes it in the same step. A timeout first leaves the
 * waiters, then queues for the mutex like anybody; and so does a thread that is cancelled.
 *
 * A signal orders nothing by itself: only the mutex does, as POSIX has it. So
 * state that is changed without the mutex is still a race although it was signalled.
 *
 * A signal that finds no waiter is remembered: when the execution later deadlocks
 * in a wait that began after it, that is a lost wakeup, and this is the signal nobody heard.
 */
#include "harness/explore/cond.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "harness/explore/cancel.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/mutex.h"
#include "harness/explore/sync.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

/* A condition variable that its initialiser made, on the clock that POSIX gives it. */
static bool start(struct object *object, const void *bytes)
{
    static const pthread_cond_t initial = PTHREAD_COND_INITIALIZER;
    object->u.cond.clock_id = CLOCK_REALTIME;
    return !memcmp(bytes, &initial, sizeof initial);
}

static const struct sync_type cond_type = {OBJECT_COND, sizeof(pthread_cond_t), start};

struct object *cond_get(pthread_cond_t *cond, enum op_kind op, const void *frame)
{
    return sync_use(cond, &cond_type, op, frame);
}

/* Signalled, or about to wake by itself; and the mutex is there to be taken back. */
static bool wake_ready(const struct thread *thread)
{
    return (thread->woken || thread->spurious) && !thread->with->owner;
}

/* Threads that wait and were not chosen yet, longest waiting first. */
static int waiting(const struct object *cond, struct thread **out)
{
    int n = 0;
    for (int i = 0; i < engine.n_live; i++) {
        struct thread *thread = &engine.threads[engine.live[i]];
        if (thread->op.kind != OP_WAKE || thread->op.object != cond || thread->woken)
            continue;
        int at = n++;
        for (; at > 0 && out[at - 1]->wait_turn > thread->wait_turn; at--)
            out[at] = out[at - 1];
        out[at] = thread;
    }
    return n;
}

static void wake(struct object *cond, struct thread *thread)
{
    thread->woken = true;
    cond->u.cond.waiters--;
}

/* A thread that is cancelled takes no signal with it. */
static void pass_on(struct object *cond)
{
    struct thread *threads[FIBERS_MAX];
    int n = waiting(cond, threads);
    if (n > 0)
        wake(cond, threads[engine_choose(CHOICE_WAITER, n)]);
}

static int wait_until(struct object *cond, struct object *mutex, int64_t deadline_ns,
                      const void *frame)
{
    struct thread *self = engine.self;
    engine_point(OP_WAIT, cond, NULL, NEVER, frame);
    if (mutex->owner != self) {
        finding_at("api-misuse", "wait-without-lock", OP_WAIT, (void *)cond->address, frame);
        return EPERM;
    }
    self->woken = false;
    self->spurious = engine.spurious_left > 0 && engine_choose(CHOICE_SPURIOUS, 2);
    engine.spurious_left -= self->spurious;
    self->with = mutex;
    self->wait_turn = cond->u.cond.turns++;
    cond->u.cond.waiters++;
    cond->u.cond.with = mutex;
    int depth = mutex->u.mutex.depth;
    trace_op(OP_WAIT, cond, frame);
    mutex_drop(mutex);

    bool cancelled = cancel_point(OP_WAKE, cond, wake_ready, deadline_ns, frame);
    bool signalled = self->woken;
    if (!signalled)
        cond->u.cond.waiters--;
    self->woken = false;
    bool late = self->timed_out && !signalled;
    if (self->timed_out || cancelled)
        engine_point(OP_LOCK, mutex, mutex_free, NEVER, frame);
    mutex_take(mutex, frame);
    mutex->u.mutex.depth = depth;
    trace_op_value(OP_WAKE, cond, late ? ETIMEDOUT : 0, frame);
    self->with = NULL;
    if (cancelled && signalled)
        pass_on(cond);
    if (cancelled)
        cancel_act(frame);
    return late ? ETIMEDOUT : 0;
}

int cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, const void *frame)
{
    struct object *m = mutex_get(mutex, OP_WAIT, frame);
    return wait_until(cond_get(cond, OP_WAIT, frame), m, NEVER, frame);
}

int __wrap_pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    return cond_wait(cond, mutex, HERE);
}

int cond_wait_by(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
                 const struct timespec *until, const void *frame)
{
    struct object *m = mutex_get(mutex, OP_WAIT, frame);
    struct object *c = cond_get(cond, OP_WAIT, frame);
    int64_t deadline_ns;
    if (!timeout_deadline(clock < 0 ? c->u.cond.clock_id : clock, until, &deadline_ns, frame))
        return EINVAL;
    return wait_until(c, m, deadline_ns, frame);
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                                  const struct timespec *until)
{
    return cond_wait_by(cond, mutex, -1, until, HERE);
}

int __wrap_pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clock,
                                  const struct timespec *until)
{
    return cond_wait_by(cond, mutex, clock, until, HERE);
}

int cond_notify(pthread_cond_t *address, enum op_kind op, const void *frame)
{
    struct object *cond = cond_get(address, op, frame);
    engine_point(op, cond, NULL, NEVER, frame);
    struct thread *threads[FIBERS_MAX];
    int n = waiting(cond, threads);
    if (n == 0) {
        cond->u.cond.lost++;
        cond->u.cond.lost_pc = call_pc(frame);
        cond->u.cond.lost_by = engine.self->id;
    }
    if (op == OP_BROADCAST)
        for (int i = 0; i < n; i++)
            wake(cond, threads[i]);
    else if (n > 0)
        wake(cond, threads[engine_choose(CHOICE_WAITER, n)]);
    trace_op_value(op, cond, n, frame);
    return 0;
}

int __wrap_pthread_cond_signal(pthread_cond_t *cond)
{
    return cond_notify(cond, OP_SIGNAL, HERE);
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *cond)
{
    return cond_notify(cond, OP_BROADCAST, HERE);
}

void cond_init(pthread_cond_t *cond, clockid_t clock, const void *frame)
{
    sync_init(cond, &cond_type, frame)->u.cond.clock_id = clock;
}

int __wrap_pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr)
{
    clockid_t clock = CLOCK_REALTIME;
    if (attr) {
        memory_read(attr, sizeof *attr, HERE);
        pthread_condattr_getclock(attr, &clock);
    }
    cond_init(cond, clock, HERE);
    return 0;
}

int cond_destroy(pthread_cond_t *cond, const void *frame)
{
    sync_destroy(cond, &cond_type, cond_get(cond, OP_DESTROY, frame), frame);
    return 0;
}

int __wrap_pthread_cond_destroy(pthread_cond_t *cond)
{
    return cond_destroy(cond, HERE);
}

int __wrap_pthread_condattr_init(pthread_condattr_t *attr)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_condattr_init(attr);
}

int __wrap_pthread_condattr_destroy(pthread_condattr_t *attr)
{
    memory_write(attr, sizeof *attr, HERE);
    return 0;
}

int __wrap_pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_condattr_setclock(attr, clock);
}

int __wrap_pthread_condattr_getclock(const pthread_condattr_t *attr, clockid_t *clock)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(clock, sizeof *clock, HERE);
    return pthread_condattr_getclock(attr, clock);
}

int __wrap_pthread_condattr_setpshared(pthread_condattr_t *attr, int value)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_condattr_setpshared(attr, value);
}

int __wrap_pthread_condattr_getpshared(const pthread_condattr_t *attr, int *value)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(value, sizeof *value, HERE);
    return pthread_condattr_getpshared(attr, value);
}
