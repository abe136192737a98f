/*
 * thread.c - pthread_create, join, detach, exit, self, equal.
 *
 * A pthread_t is a number that names a thread of this execution and that no
 * forgotten initialisation gives by chance.
 */
#include "harness/explore/thread.h"

#include <errno.h>
#include <pthread.h>

#include "harness/explore/finding.h"
#include "harness/explore/key.h"
#include "harness/explore/memory.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/spin.h"
#include "harness/explore/story.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

#define HANDLE_BASE ((pthread_t)0x7468726561640000)

static pthread_t handle_of(const struct thread *thread)
{
    return HANDLE_BASE + (pthread_t)thread->id + 1;
}

/* The thread that a handle names, or NULL (and then `api-misuse`). */
static struct thread *thread_of(pthread_t handle, enum op_kind op, const void *frame)
{
    pthread_t id = handle - HANDLE_BASE - 1;
    if (id < (pthread_t)engine.n_threads)
        return &engine.threads[id];
    finding_at("api-misuse", "not-a-thread", op, NULL, frame);
    return NULL;
}

int __wrap_pthread_create(pthread_t *handle, const pthread_attr_t *attr, void *(*routine)(void *),
                          void *arg)
{
    int detached = PTHREAD_CREATE_JOINABLE;
    if (attr) {
        memory_read(attr, sizeof *attr, HERE);
        pthread_attr_getdetachstate(attr, &detached);
    }
    memory_check(handle, sizeof *handle, true, HERE);
    struct thread *thread = engine_spawn(OWNER_STUDENT, NULL, HERE);
    thread->routine = routine;
    thread->arg = arg;
    thread->detached = detached == PTHREAD_CREATE_DETACHED;
    memory_write(handle, sizeof *handle, HERE);
    *handle = handle_of(thread);
    trace_op_value(OP_CREATE, NULL, thread->id, HERE);
    return 0;
}

static bool has_finished(const struct thread *thread)
{
    return thread->target->finished;
}

void thread_wait_end(struct thread *target, const void *frame)
{
    struct thread *self = engine.self;
    self->target = target;
    target->joiner = self->id;
    engine_point(OP_JOIN, NULL, has_finished, NEVER, frame);
    vclock_join(&self->clock, &target->clock);
    trace_op_value(OP_JOIN, NULL, target->id, frame);
    self->target = NULL;
}

int __wrap_pthread_join(pthread_t handle, void **result)
{
    struct thread *target = thread_of(handle, OP_JOIN, HERE);
    if (!target)
        return ESRCH;
    if (target == engine.self) {
        finding_at("self-join", "", OP_JOIN, NULL, HERE);
        return EDEADLK;
    }
    if (target->detached) {
        finding_at("join-detached", "", OP_JOIN, NULL, HERE);
        return EINVAL;
    }
    if (target->joined || target->joiner >= 0) {
        finding_at("double-join", target->joined ? "" : "at-once", OP_JOIN, NULL, HERE);
        return EINVAL;
    }
    thread_wait_end(target, HERE);
    target->joined = true;
    if (result) {
        memory_write(result, sizeof *result, HERE);
        *result = target->result;
    }
    return 0;
}

int __wrap_pthread_detach(pthread_t handle)
{
    struct thread *target = thread_of(handle, OP_DETACH, HERE);
    if (!target)
        return ESRCH;
    if (target->detached || target->joined) {
        finding_at("join-detached", target->joined ? "detach-joined" : "detach-twice", OP_DETACH,
                   NULL, HERE);
        return EINVAL;
    }
    target->detached = true;
    trace_op_value(OP_DETACH, NULL, target->id, HERE);
    return 0;
}

pthread_t __wrap_pthread_self(void)
{
    return handle_of(engine.self);
}

int __wrap_pthread_equal(pthread_t a, pthread_t b)
{
    return a == b;
}

void __wrap_pthread_exit(void *result)
{
    engine.self->result = result;
    thread_finish();
}

static void check_held(struct thread *self)
{
    for (int i = 0; i < self->n_held; i++)
        if (finding_raise("lock-leaked", "", self->held[i].object->address, 1, self->held[i].pc))
            story_lock_leaked(&self->held[i]);
}

void thread_check_leaks(void)
{
    for (int i = 0; i < engine.n_threads; i++) {
        const struct thread *thread = &engine.threads[i];
        if (thread->owner == OWNER_STUDENT && !thread->joined && !thread->detached &&
            finding_raise("thread-leak", thread->joiner >= 0 ? "join-unfinished" : "", 0, 0,
                          thread->create_pc))
            story_thread_leak(thread);
    }
}

void thread_finish(void)
{
    struct thread *self = engine.self;
    if (self->spin.watched)
        spin_left(OP_EXIT);
    if (self->id != 0)
        key_run_destructors(self);
    check_held(self);
    trace_op(OP_EXIT, NULL, NULL);
    engine_tick(self);
    if (self->id == 0) {
        engine_main_returned();
        scenario_complete();
    }
    engine_thread_end();
}
