#include "harness/native/held.h"

static atomic_bool doubtful;

static struct held *find(struct thread *thread, uintptr_t lock)
{
    for (int i = 0; i < THREAD_HELD_MAX; i++)
        if (atomic_load_explicit(&thread->held[i].lock, memory_order_relaxed) == lock)
            return &thread->held[i];
    return NULL;
}

void held_restore(const volatile void *lock, int count)
{
    struct thread *self = thread_self();
    if (!self || count == 0)
        return;
    struct held *held = find(self, (uintptr_t)lock);
    if (held) {
        held->count += count;
        return;
    }
    held = find(self, 0);
    if (!held) {
        atomic_store(&doubtful, true);
        return;
    }
    held->count = count;
    atomic_store(&held->lock, (uintptr_t)lock);
}

void held_add(const volatile void *lock, enum held_mode mode)
{
    struct thread *self = thread_self();
    held_restore(lock, 1);
    struct held *held = self ? find(self, (uintptr_t)lock) : NULL;
    if (held)
        held->shared = mode == HELD_SHARED;
}

bool held_by_self(const volatile void *lock)
{
    return thread_self() && find(thread_self(), (uintptr_t)lock);
}

int held_forget(const volatile void *lock)
{
    struct thread *self = thread_self();
    struct held *held = self ? find(self, (uintptr_t)lock) : NULL;
    if (!held)
        return 0;
    atomic_store(&held->lock, 0);
    return held->count;
}

void held_drop(const volatile void *lock)
{
    struct thread *self = thread_self();
    struct held *held = self ? find(self, (uintptr_t)lock) : NULL;
    if (!held)
        atomic_store(&doubtful, true);
    else if (--held->count <= 0)
        atomic_store(&held->lock, 0);
}

struct thread *held_owner(uintptr_t lock)
{
    struct thread *owner = NULL;
    if (lock == 0)
        return NULL;
    for (int i = 0; i < THREADS_MAX; i++) {
        struct thread *thread = thread_at(i);
        if (atomic_load(&thread->state) == THREAD_FREE || !find(thread, lock))
            continue;
        if (owner)
            return NULL;
        owner = thread;
    }
    return owner;
}

bool held_doubtful(void)
{
    return atomic_load(&doubtful);
}

void held_begin_run(void)
{
    for (int i = 0; i < THREAD_HELD_MAX; i++)
        atomic_store(&thread_self()->held[i].lock, 0);
    atomic_store(&doubtful, false);
}
