/*
 * story_locals.c - whose local variables the addresses on stacks are.
 *
 * That is to be had only while the function runs: when the story is written its frame is gone, and
 * long before that another call may have put its own variables there. So each address is looked up
 * whenever the story speaks of it, and what was found when the finding itself spoke of it stays.
 * A thread that does not run stands in the call of its next operation, whose frame it told.
 */
#include "harness/explore/arch.h"
#include "harness/explore/story_data.h"

static struct told_local *find(uintptr_t address)
{
    for (int i = 0; i < story.n_locals; i++)
        if (story.locals[i].address == address)
            return &story.locals[i];
    return NULL;
}

void story_note_local(uintptr_t address, const void *frame, bool settle)
{
    if (address - REGION_BASE >= STACKS_SIZE)
        return;
    int owner = (int)((address - REGION_BASE) / FIBER_SLOT);
    struct told_local *known = find(address);
    if (owner >= engine.n_threads || (known && known->settled))
        return;
    const struct thread *thread = &engine.threads[owner];
    struct told_local found = {.address = address};
    bool live = !thread->finished &&
                arch_local(thread == engine.self ? frame : thread->op.frame, fiber_stack_low(owner),
                           fiber_stack_high(owner), address, &found.pc, &found.local);
    if (!known && (live || settle) && story.n_locals < LOCALS_MAX)
        known = &story.locals[story.n_locals++];
    else if (known && !live)
        found = *known; /* its frame is gone: it stays what it was */
    if (!known)
        return;
    *known = found;
    known->settled = settle;
}

const struct told_local *story_local(uintptr_t address)
{
    return find(address);
}
