/*
 * deadlock.c - the end of all progress, exactly.
 *
 * A deadlock needs no cycle: a thread that waits for a signal which nobody is left to
 * send is one too. Where there is a cycle of owners the finding is about that
 * cycle; the threads that merely wait for one of its members are left out of its
 * name, so that one fault in the student's code is one finding.
 */
#include "harness/explore/deadlock.h"

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/spin.h"
#include "harness/explore/story.h"

/* One of those who hold a readers-writer lock for reading, or NULL. */
static struct thread *reader_of(const struct object *rwlock)
{
    for (int i = 0; i < engine.n_live; i++) {
        struct thread *thread = &engine.threads[engine.live[i]];
        for (int h = 0; h < thread->n_held; h++)
            if (thread->held[h].object == rwlock)
                return thread;
    }
    return NULL;
}

/* Whom a thread waits for, or NULL when it is nobody in particular. */
static struct thread *awaited(const struct thread *thread)
{
    if (thread->op.kind == OP_JOIN)
        return thread->target;
    const struct object *object = thread->op.object;
    if (!object || object->owner || object->kind != OBJECT_RWLOCK)
        return object ? object->owner : NULL;
    return reader_of(object);
}

/* Mark the threads of one cycle. Returns how many there are. */
static int find_cycle(bool *in_cycle)
{
    for (int i = 0; i < engine.n_live; i++) {
        struct thread *start = &engine.threads[engine.live[i]];
        struct thread *at = start;
        for (int n = 0; n <= engine.n_live && at; n++) {
            at = awaited(at);
            if (at != start)
                continue;
            int members = 0;
            do {
                in_cycle[at->id] = true;
                members++;
                at = awaited(at);
            } while (at != start);
            return members;
        }
    }
    return 0;
}

static bool heard_nothing(const struct thread *thread)
{
    return thread->op.kind == OP_WAKE && !thread->woken && thread->op.object->u.cond.lost > 0;
}

/* A key that does not depend on the order of the threads: the places where they wait. */
static uintptr_t key_of(const bool *in_cycle, bool cycle, bool joins)
{
    uintptr_t key = 0;
    for (int i = 0; i < engine.n_live; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        bool is_join = thread->op.kind == OP_JOIN;
        if (cycle ? !in_cycle[thread->id] : (is_join && !joins))
            continue;
        uintptr_t pc = call_pc(thread->op.frame);
        key = key > pc ? key : pc;
    }
    return key;
}

void deadlock_raise(void)
{
    bool in_cycle[FIBERS_MAX] = {false};
    bool cycle = find_cycle(in_cycle) > 0;
    bool parked = false, only_joins = true;
    const struct thread *unheard = NULL;
    for (int i = 0; i < engine.n_live; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        parked |= spin_is_parked(thread);
        only_joins &= thread->op.kind == OP_JOIN;
        if (heard_nothing(thread))
            unheard = thread;
    }
    const char *kind = "deadlock";
    if (!cycle && parked)
        kind = "livelock";
    else if (!cycle && unheard)
        kind = "lost-wakeup";
    uintptr_t key = key_of(in_cycle, cycle, only_joins);
    if (!finding_raise(kind, cycle ? "cycle" : "", 0, 0, key))
        return;
    for (int i = 0; i < engine.n_live; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        story_wait(thread, awaited(thread), in_cycle[thread->id]);
    }
    if (unheard)
        story_lost_signal(unheard->op.object);
}
