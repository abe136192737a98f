/*
 * thread.c - pthread_create, detach, exit, self, equal, names of threads.
 *
 * A pthread_t is a number that names a thread of this execution and that no
 * forgotten initialisation gives by chance.
 */
#include "harness/explore/thread.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "harness/explore/cancel.h"
#include "harness/explore/fail.h"
#include "harness/explore/finding.h"
#include "harness/explore/key.h"
#include "harness/explore/memory.h"
#include "harness/explore/program.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/spin.h"
#include "harness/explore/story.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

#define HANDLE_BASE ((pthread_t)0x7468726561640000)

pthread_t thread_handle(const struct thread *thread)
{
    return HANDLE_BASE + (pthread_t)thread->id + 1;
}

struct object *thread_object(const struct thread *thread)
{
    return object_get(thread, OBJECT_THREAD, NULL);
}

struct thread *thread_of(pthread_t handle, enum op_kind op, const void *frame)
{
    pthread_t id = handle - HANDLE_BASE - 1;
    if (id < (pthread_t)engine.n_threads)
        return &engine.threads[id];
    finding_at("api-misuse", "not-a-thread", op, NULL, frame);
    return NULL;
}

int thread_create(pthread_t *handle, bool detached, void *(*routine)(void *), void *arg,
                  const void *frame)
{
    memory_check(handle, sizeof *handle, true, frame);
    if (fail_now(frame))
        return EAGAIN;
    struct thread *thread = engine_spawn(OWNER_STUDENT, NULL, frame);
    thread->routine = routine;
    thread->arg = arg;
    thread->detached = detached;
    memory_write(handle, sizeof *handle, frame);
    *handle = thread_handle(thread);
    trace_op_value(OP_CREATE, NULL, thread->id, frame);
    return 0;
}

int __wrap_pthread_create(pthread_t *handle, const pthread_attr_t *attr, void *(*routine)(void *),
                          void *arg)
{
    int detached = PTHREAD_CREATE_JOINABLE;
    if (attr) {
        memory_read(attr, sizeof *attr, HERE);
        pthread_attr_getdetachstate(attr, &detached);
    }
    return thread_create(handle, detached == PTHREAD_CREATE_DETACHED, routine, arg, HERE);
}

int thread_detach(pthread_t handle, const void *frame)
{
    struct thread *target = thread_of(handle, OP_DETACH, frame);
    if (!target)
        return ESRCH;
    if (target->detached || target->joined) {
        finding_at("join-detached", target->joined ? "detach-joined" : "detach-twice", OP_DETACH,
                   NULL, frame);
        return EINVAL;
    }
    target->detached = true;
    trace_op_value(OP_DETACH, NULL, target->id, frame);
    return 0;
}

int __wrap_pthread_detach(pthread_t handle)
{
    return thread_detach(handle, HERE);
}

pthread_t __wrap_pthread_self(void)
{
    return thread_handle(engine.self);
}

int __wrap_pthread_equal(pthread_t a, pthread_t b)
{
    return a == b;
}

/*
 * Names. Setting and asking are points, since any thread may name any other.
 */

enum { THREAD_NAME_SIZE = 16 }; /* as Linux has it */

static char thread_names[FIBERS_MAX][THREAD_NAME_SIZE];

int __wrap_pthread_setname_np(pthread_t handle, const char *name)
{
    size_t length = memory_read_string(name, SIZE_MAX, HERE);
    struct thread *thread = thread_of(handle, OP_NAME, HERE);
    if (!thread)
        return ESRCH;
    if (length >= THREAD_NAME_SIZE)
        return ERANGE;
    engine_point(OP_NAME, thread_object(thread), NULL, NEVER, HERE);
    memcpy(thread_names[thread->id], name, length);
    thread_names[thread->id][length] = '\0';
    thread->name = thread_names[thread->id];
    trace_op_value(OP_NAME, NULL, thread->id, HERE);
    return 0;
}

/* One without a name of its own has that of the thread that made it. */
static const char *name_of(const struct thread *thread)
{
    while (!thread->name && thread->creator >= 0)
        thread = &engine.threads[thread->creator];
    return thread->name ? thread->name : "main";
}

int __wrap_pthread_getname_np(pthread_t handle, char *name, size_t size)
{
    const struct thread *thread = thread_of(handle, OP_NAME, HERE);
    if (!thread)
        return ESRCH;
    if (size < THREAD_NAME_SIZE)
        return ERANGE;
    engine_point(OP_NAME, thread_object(thread), NULL, NEVER, HERE);
    size_t length = strnlen(name_of(thread), THREAD_NAME_SIZE - 1);
    memory_write(name, length + 1, HERE);
    memcpy(name, name_of(thread), length);
    name[length] = '\0';
    return 0;
}

void thread_exit(void *result, const void *frame)
{
    engine.self->result = result;
    cancel_unwind(frame);
}

void __wrap_pthread_exit(void *result)
{
    thread_exit(result, HERE);
}

static void check_held(struct thread *self)
{
    for (int i = 0; i < self->n_held; i++)
        if (finding_raise("lock-leaked", "", self->held[i].object->address, 1, self->held[i].pc))
            story_lock_leaked(&self->held[i]);
}

void thread_check_leaks(void)
{
    if (!program_judges_threads())
        return;
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
    spin_thread_ends(self);
    cancel_end();
    if (self->id != 0)
        key_run_destructors(self);
    check_held(self);
    /* Whoever asks whether it has ended may ask between its last deed and its end. */
    if (engine.unlock_points)
        engine_point(OP_EXIT, thread_object(self), NULL, NEVER, NULL);
    trace_op(OP_EXIT, NULL, NULL);
    engine_tick(self);
    program_thread_ends();
    if (self->id == 0 && !program_active()) {
        engine_main_returned();
        scenario_complete();
    }
    engine_thread_end();
}
