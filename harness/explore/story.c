/* story.c - gather and write. See story.h and harness/protocol.h for the records. */
#include "harness/explore/story.h"

#include <string.h>

#include "harness/explore/arch.h"
#include "harness/explore/shadow.h"
#include "harness/explore/story_data.h"
#include "harness/explore/trace.h"

bool trace_on;
struct story story;

void story_begin(uintptr_t address, size_t size)
{
    trace_on = true;
    story.focus = address;
    story.focus_size = size;
    story.all = false;
    story.last_thread = -1;
    story.n_steps = story.n_log = story.n_waits = 0;
    story.n_objects = story.n_locals = 0;
    story.accesses[0].present = story.accesses[1].present = false;
    memset(story.remembered, 0, sizeof story.remembered);
}

void story_tell_all(void)
{
    story.all = true;
}

/*
 * Gathering.
 */

static void take_stack(struct stack *stack, const struct thread *thread, const void *frame)
{
    stack->n = frame ? arch_walk(frame, fiber_stack_low(thread->id), fiber_stack_high(thread->id),
                                 stack->pcs, FRAMES)
                     : 0;
    for (int i = 0; i < stack->n; i++)
        stack->pcs[i]--; /* from the return address into the call */
}

static void add_step(enum op_kind op, uintptr_t address, bool has_value, int64_t value,
                     uintptr_t pc)
{
    int thread = engine.self->id;
    if (story.n_steps == STEPS_MAX)
        return;
    struct told_step *step = &story.steps[story.n_steps++];
    *step = (struct told_step){thread, op, address, has_value, value, pc, SWITCH_NONE};
    if (story.last_thread >= 0 && story.last_thread != thread) {
        const struct thread *before = &engine.threads[story.last_thread];
        bool could = !before->finished && (!before->op.ready || before->op.ready(before));
        step->switched = could ? SWITCH_PREEMPTED : SWITCH_BLOCKED;
    }
    story.last_thread = thread;
}

void trace_op_slow(enum op_kind op, uintptr_t address, const struct object *object, int64_t value,
                   bool has_value, const void *frame)
{
    (void)object;
    story_note_local(address, frame, false);
    add_step(op, address, has_value, value, call_pc(frame));
}

static uint64_t value_of(uintptr_t address, int size)
{
    uint64_t value = 0;
    if (size <= 8)
        memcpy(&value, (const void *)address, (size_t)size);
    return value;
}

static void fill_access(struct told_access *access, int thread, enum op_kind op, uintptr_t address,
                        int size, const void *frame)
{
    const struct thread *t = &engine.threads[thread];
    access->present = true;
    access->thread = thread;
    access->op = op;
    access->address = address;
    access->size = size;
    access->has_value = false;
    take_stack(&access->stack, t, frame);
    access->n_held = t->n_held;
    memcpy(access->held, t->held, sizeof access->held);
}

void trace_access(uintptr_t address, size_t size, bool write, const void *frame)
{
    bool focused = address < story.focus + story.focus_size && address + size > story.focus;
    bool shared = story.all && address - REGION_BASE >= STACKS_SIZE;
    focused |= engine_is_racy(address, size);
    if ((!focused && !shared) || !shadow_covers(address))
        return;
    uint64_t value = value_of(address, (int)size);
    add_step(write ? OP_WRITE : OP_READ, address, !write && size <= 8, (int64_t)value,
             call_pc(frame));
    struct told_access *access = &story.log[story.n_log++ % LOG_MAX];
    fill_access(access, engine.self->id, write ? OP_WRITE : OP_READ, address, (int)size, frame);
    story_note_local(address, frame, false);
}

/* The finding is about this, and about the locks held there. */
static void settle_locals(const struct told_access *access, const void *frame)
{
    story_note_local(access->address, frame, true);
    for (int i = 0; i < access->n_held; i++)
        story_note_local(access->held[i].object->address, frame, true);
}

void story_access(int n, int thread, enum op_kind op, uintptr_t address, int size,
                  const void *frame)
{
    fill_access(&story.accesses[n], thread, op, address, size, frame);
    settle_locals(&story.accesses[n], frame);
    if (op == OP_READ || op == OP_WRITE)
        add_step(op, address, false, 0, call_pc(frame));
}

void story_access_before(int n, int thread, bool write, uintptr_t address, int size)
{
    int oldest = story.n_log > LOG_MAX ? story.n_log - LOG_MAX : 0;
    for (int i = story.n_log - 1; i >= oldest; i--) {
        const struct told_access *access = &story.log[i % LOG_MAX];
        if (access->thread == thread && (access->op == OP_WRITE) == write &&
            access->address < address + (uintptr_t)size &&
            address < access->address + (uintptr_t)access->size) {
            story.accesses[n] = *access;
            return;
        }
    }
    fill_access(&story.accesses[n], thread, write ? OP_WRITE : OP_READ, address, size, NULL);
    story.accesses[n].n_held = 0;
}

void story_remember(const void *frame)
{
    if (trace_on)
        take_stack(&story.remembered[engine.self->id], engine.self, frame);
}

void story_access_remembered(int n, int thread, enum op_kind op, uintptr_t address, int size)
{
    fill_access(&story.accesses[n], thread, op, address, size, NULL);
    settle_locals(&story.accesses[n], NULL);
    story.accesses[n].stack = story.remembered[thread];
}

void story_wait(const struct thread *thread, const struct thread *owner, bool in_cycle)
{
    if (story.n_waits == WAITS_MAX)
        return;
    struct told_wait *wait = &story.waits[story.n_waits++];
    wait->thread = thread->id;
    wait->owner = owner ? owner->id : -1;
    wait->op = thread->op.kind;
    wait->address = thread->op.object ? thread->op.object->address : 0;
    wait->in_cycle = in_cycle;
    take_stack(&wait->stack, thread, thread->op.frame);
    story_note_local(wait->address, engine.self ? engine.self->op.frame : NULL, true);
}

void story_lost_signal(const struct object *cond)
{
    struct told_access *access = &story.accesses[0];
    fill_access(access, cond->u.cond.lost_by, OP_SIGNAL, cond->address, 1, NULL);
    access->stack.n = 1;
    access->stack.pcs[0] = cond->u.cond.lost_pc;
}

void story_lock_leaked(const struct held *held)
{
    struct told_access *access = &story.accesses[0];
    fill_access(access, engine.self->id, OP_LOCK, held->object->address, 1, NULL);
    access->stack.n = 1;
    access->stack.pcs[0] = held->pc;
}

void story_thread_leak(const struct thread *thread)
{
    struct told_access *access = &story.accesses[0];
    fill_access(access, thread->creator < 0 ? 0 : thread->creator, OP_CREATE, 0, 1, NULL);
    access->has_value = true;
    access->value = (uint64_t)thread->id;
    access->stack.n = 1;
    access->stack.pcs[0] = thread->create_pc;
}

void story_block(const struct block *block)
{
    struct told_access *access = &story.accesses[0];
    fill_access(access, block->thread, OP_MALLOC, block->start, (int)block->size, NULL);
    access->stack.n = 1;
    access->stack.pcs[0] = block->pc;
}

void story_fault(uintptr_t pc, uintptr_t frame, uintptr_t address)
{
    struct told_access *access = &story.accesses[0];
    const struct thread *self = engine.self;
    fill_access(access, self->id, OP_EXIT, address, 1, NULL);
    access->stack.pcs[0] = pc;
    access->stack.n = 1;
    uintptr_t callers[FRAMES - 1];
    int n = arch_walk((const void *)frame, fiber_stack_low(self->id), fiber_stack_high(self->id),
                      callers, FRAMES - 1);
    for (int i = 0; i < n; i++)
        access->stack.pcs[access->stack.n++] = callers[i] - 1;
}
