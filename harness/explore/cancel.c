/*
 * cancel.c - deferred cancellation and cleanup handlers.
 *
 * A request wakes its target where it waits at a cancellation point; elsewhere it stays pending
 * until the target comes to one. When the operation could be done at the same time, both may
 * come first: that is a choice.
 *
 * Without exceptions, pthread_cleanup_push(f, arg) is this:
 *
 *     if (__sigsetjmp(buffer, 0)) {          the second return: the thread is being unwound
 *         f(arg);
 *         __pthread_unwind_next(buffer);     on to the next handler
 *     }
 *     __pthread_register_cancel(buffer);
 *     ...
 *     __pthread_unregister_cancel(buffer);   pthread_cleanup_pop
 *
 * The registers that __sigsetjmp saves stay with us and never reach the student's buffer: where a
 * thread goes when it is unwound is not for stray stores to decide. A frame is known to be gone
 * when the stack has since been cut back beyond it.
 *
 * Whether a request arrives in time is not a matter of which object is used by whom, so
 * executions that cancel are sampled and never called proved.
 *
 * Reference: POSIX.1-2017, XSH 2.9.5 (Thread Cancellation).
 */
#include "harness/explore/cancel.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>

#include "harness/explore/arch.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/story.h"
#include "harness/explore/thread.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

enum { HANDLERS_MAX = 32 };

struct handler {
    const void *buffer; /* the student's, which names it */
    uintptr_t pc;       /* where it was pushed */
    uintptr_t registers[ARCH_REGISTERS];
};

struct canceller {
    uint64_t execution; /* that it was last used in */
    bool requested, disabled, ending;
    bool waiting; /* at a cancellation point */
    int n;
    struct handler saved; /* by __sigsetjmp, until it is registered */
    struct handler handlers[HANDLERS_MAX];
};

static struct canceller cancellers[FIBERS_MAX];

static struct canceller *canceller_of(const struct thread *thread)
{
    struct canceller *canceller = &cancellers[thread->id];
    if (canceller->execution == engine.execution)
        return canceller;
    canceller->execution = engine.execution;
    canceller->requested = canceller->disabled = canceller->ending = canceller->waiting = false;
    canceller->saved.buffer = NULL;
    canceller->n = 0;
    return canceller;
}

static bool is_due(const struct canceller *canceller)
{
    return canceller->requested && !canceller->disabled && !canceller->ending;
}

bool cancel_point(enum op_kind kind, struct object *object, bool (*ready)(const struct thread *),
                  int64_t deadline_ns, const void *frame)
{
    struct thread *self = engine.self;
    struct canceller *canceller = canceller_of(self);
    if (is_due(canceller))
        return true;
    canceller->waiting = true;
    engine_point(kind, object, ready, deadline_ns, frame);
    canceller->waiting = false;
    if (!is_due(canceller))
        return false;
    bool possible = self->timed_out || !ready || ready(self);
    return !possible || engine_choose(CHOICE_TIMEOUT, 2);
}

void cancel_act(const void *frame)
{
    struct thread *self = engine.self;
    engine_acquire(thread_object(self)); /* from whoever asked for it */
    self->result = PTHREAD_CANCELED;
    cancel_unwind(frame);
}

static void left_behind(const struct handler *handler)
{
    if (finding_raise("api-misuse", "cleanup-not-popped", 0, 0, handler->pc))
        story_fault(handler->pc, 0, 0);
}

/* The innermost handler whose function has not returned, or NULL; taken off the list. */
static const struct handler *take(struct canceller *canceller, const void *frame)
{
    while (canceller->n > 0) {
        const struct handler *handler = &canceller->handlers[--canceller->n];
        if (arch_stack_of(handler->registers) > (uintptr_t)frame)
            return handler;
        left_behind(handler);
    }
    return NULL;
}

void cancel_unwind(const void *frame)
{
    struct canceller *canceller = canceller_of(engine.self);
    canceller->ending = true;
    const struct handler *handler = take(canceller, frame);
    if (handler)
        arch_resume(handler->registers);
    thread_finish();
}

void cancel_end(void)
{
    struct canceller *canceller = canceller_of(engine.self);
    canceller->ending = true;
    while (canceller->n > 0)
        left_behind(&canceller->handlers[--canceller->n]);
}

/*
 * What pthread_cleanup_push and pop are made of.
 */

void cancel_saved(const void *buffer, const uintptr_t *registers, const void *frame)
{
    struct handler *saved = &canceller_of(engine.self)->saved;
    saved->buffer = buffer;
    saved->pc = call_pc(frame);
    memcpy(saved->registers, registers, sizeof saved->registers);
}

/* A frame deeper than that of a new handler can only be one that is gone. */
static void drop_gone(struct canceller *canceller, const struct handler *saved)
{
    while (canceller->n > 0) {
        const struct handler *top = &canceller->handlers[canceller->n - 1];
        if (arch_stack_of(top->registers) >= arch_stack_of(saved->registers))
            return;
        left_behind(top);
        canceller->n--;
    }
}

void __wrap___pthread_register_cancel(__pthread_unwind_buf_t *buffer)
{
    struct canceller *canceller = canceller_of(engine.self);
    if (canceller->saved.buffer != buffer)
        finding_unsupported("__pthread_register_cancel outside of pthread_cleanup_push", HERE);
    if (canceller->n == HANDLERS_MAX)
        finding_unsupported("more than 32 cleanup handlers", HERE);
    drop_gone(canceller, &canceller->saved);
    canceller->handlers[canceller->n++] = canceller->saved;
    canceller->saved.buffer = NULL;
}

void __wrap___pthread_unregister_cancel(__pthread_unwind_buf_t *buffer)
{
    struct canceller *canceller = canceller_of(engine.self);
    while (canceller->n > 0) {
        const struct handler *top = &canceller->handlers[--canceller->n];
        if (top->buffer == buffer)
            return;
        left_behind(top);
    }
}

void __wrap___pthread_unwind_next(__pthread_unwind_buf_t *buffer)
{
    (void)buffer;
    cancel_unwind(HERE);
}

/*
 * Asking for it, and for how it is taken.
 */

int __wrap_pthread_cancel(pthread_t handle)
{
    struct thread *target = thread_of(handle, OP_CANCEL, HERE);
    if (!target)
        return ESRCH;
    struct object *object = thread_object(target);
    engine.inexact = true;
    engine_point(OP_CANCEL, object, NULL, NEVER, HERE);
    if (target->joined || (target->detached && target->finished)) {
        finding_at("api-misuse", "not-a-thread", OP_CANCEL, NULL, HERE);
        return ESRCH;
    }
    struct canceller *canceller = canceller_of(target);
    engine_release_join(object);
    trace_op_value(OP_CANCEL, NULL, target->id, HERE);
    canceller->requested = true;
    if (canceller->waiting && is_due(canceller))
        target->op.ready = NULL;
    return 0;
}

void __wrap_pthread_testcancel(void)
{
    if (cancel_point(OP_YIELD, NULL, NULL, NEVER, HERE))
        cancel_act(HERE);
}

static void tell_old(int *old, int value, const void *frame)
{
    if (!old)
        return;
    memory_write(old, sizeof *old, frame);
    *old = value;
}

int __wrap_pthread_setcancelstate(int state, int *old)
{
    struct canceller *canceller = canceller_of(engine.self);
    if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE)
        return EINVAL;
    tell_old(old, canceller->disabled ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE, HERE);
    canceller->disabled = state == PTHREAD_CANCEL_DISABLE;
    return 0;
}

int __wrap_pthread_setcanceltype(int type, int *old)
{
    if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
        finding_unsupported("PTHREAD_CANCEL_ASYNCHRONOUS", HERE);
    if (type != PTHREAD_CANCEL_DEFERRED)
        return EINVAL;
    tell_old(old, PTHREAD_CANCEL_DEFERRED, HERE);
    return 0;
}
