/*
 * settle.c - the end of a repetition, or of a program: who is still there, and who was forgotten.
 */
#include <pthread.h>
#include <time.h>

#include "harness/native/clock.h"
#include "harness/native/findings.h"
#include "harness/native/threads.h"

/* libtsan's, where it is there. */
void __tsan_acquire(void *token) __attribute__((weak));

struct census {
    int alive;    /* threads that have not ended */
    int detached; /* of these */
    int waiting;  /* of these, in a call that nothing but another thread ends */
    unsigned long moves;
};

static struct census count_threads(void)
{
    struct census census = {0};
    for (int i = 1; i < THREADS_MAX; i++) {
        const struct thread *slot = thread_at(i);
        if (!thread_alive(slot))
            continue;
        census.alive++;
        census.detached += atomic_load(&slot->state) == THREAD_DETACHED;
        census.waiting += thread_call_untimed((enum thread_call)atomic_load(&slot->call));
        census.moves += atomic_load(&slot->moves);
    }
    return census;
}

/* Wait until all threads ended, or two seconds, or until those left wait only for each other. */
static struct census wait_for_endings(void)
{
    const int64_t start = clock_ns(), settled = 200 * CLOCK_MS, limit = 2000 * CLOCK_MS;
    int64_t moved = start;
    unsigned long moves = 0;
    for (;;) {
        unsigned seen = threads_endings();
        struct census census = count_threads();
        int64_t now = clock_ns();
        if (census.moves != moves || census.waiting < census.alive)
            moved = now;
        moves = census.moves;
        if (census.alive == 0 || now - start > limit || now - moved > settled)
            return census;
        const struct timespec nap = {0, 20 * CLOCK_MS};
        threads_await_ending(seen, &nap);
    }
}

static void tell_leak(const struct thread *slot)
{
    if (slot->task)
        return;
    if (!finding_open("thread-leak", slot->created.n ? slot->created.pc[0] : 0, slot->start))
        return;
    finding_thread(slot);
    finding_frames("thread", thread_id(slot), &slot->created);
    finding_close();
}

void threads_wait_all(void)
{
    for (;;) {
        unsigned seen = threads_endings();
        if (atomic_load(&thread_at(0)->ended) && threads_alive() == 0)
            return;
        threads_await_ending(seen, NULL);
    }
}

void threads_tell_leaks(void)
{
    for (int i = 1; i < THREADS_MAX; i++)
        if (atomic_load(&thread_at(i)->state) == THREAD_JOINABLE)
            tell_leak(thread_at(i));
}

bool threads_settle(void)
{
    struct census left = wait_for_endings();
    for (int i = 1; i < THREADS_MAX; i++) {
        struct thread *slot = thread_at(i);
        if (atomic_load(&slot->state) != THREAD_JOINABLE)
            continue;
        /* A detached thread that lives on might still join it: then we do not know. */
        if (left.detached == 0)
            tell_leak(slot);
        if (!atomic_load(&slot->ended))
            continue;
        pthread_join((pthread_t)atomic_load(&slot->handle), NULL);
        atomic_store(&slot->state, THREAD_REAPED);
    }
    if (__tsan_acquire)
        __tsan_acquire(thread_at(0));
    return left.alive == 0;
}
