/*
 * hang.c - the watchdog.
 *
 * Theory of operation. Three things look alike from outside: a deadlock, an endless loop and
 * a slow machine. They are told apart by what threads do, never by how long it takes.
 *
 * Stuck: a thread in a call without time limit goes on only if another thread makes it. Some wait
 * in a circle for locks and joins, whose owners are known exactly: they are stuck for ever,
 * whatever others do. Or all threads are in such calls. But a thread that was woken and has not run
 * yet looks just like one that waits, so each is then sent a signal several times and must answer:
 * a thread that answers is running, and one that was woken would have gone on. On a loaded machine
 * the answers come late and the watchdog waits for them; nobody is judged by the clock. Not asked
 * is who waits for a lock of another of the set: under libtsan it could not answer.
 *
 * Endless: threads that compute instead are given some seconds of processor time for one repetition
 * that takes milliseconds. Time in which the machine did other things does not count. The
 * tsan lane, which slows a program down by an unknown factor, does not judge that.
 *
 * Neither: it may be slow, or asleep. After WALL_S the scenario ends with a note and no verdict.
 */
#include "harness/native/hang.h"

#include <linux/futex.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/native/clock.h"
#include "harness/native/ends.h"
#include "harness/native/findings.h"
#include "harness/native/held.h"
#include "harness/native/run.h"

enum { HANG_MS = 300, WALL_S = 30, PROBES = 5, OBJECTS_MAX = 64, TOLD_MAX = 16 };

/* Stuck threads, by slot. */
struct stuck {
    int n;
    bool exact; /* some of them wait in a circle, which needs no further proof */
    bool in[THREADS_MAX];
    unsigned long moves; /* of all of them: the same set that moved is another set */
};

static struct {
    struct stuck now;
    unsigned long moves; /* of the set that is being timed; 0: none */
    int n;
    int64_t since;
    atomic_ulong probe;
    atomic_uint answers; /* a futex */
    uintptr_t objects[OBJECTS_MAX];
    int n_objects;
} hang;

static enum thread_call call_of(const struct thread *thread)
{
    return (enum thread_call)atomic_load(&thread->call);
}

/* Whom a thread waits for, when that is one thread and certain; else NULL. */
static struct thread *blocker(const struct thread *thread)
{
    enum thread_call call = call_of(thread);
    uintptr_t object = atomic_load(&thread->object);
    switch (call) {
    case CALL_JOIN:
        return thread_at_address(object);
    case CALL_LOCK:
    case CALL_SPIN:
        return held_doubtful() ? NULL : held_owner(object);
    default:
        return NULL;
    }
}

static bool waits(const struct thread *thread)
{
    if (!atomic_load(&thread->running) || !thread_call_untimed(call_of(thread)))
        return false;
    /* A join of a thread that is over is about to return. */
    const struct thread *target = call_of(thread) == CALL_JOIN ? blocker(thread) : NULL;
    return !target || !atomic_load(&target->ended);
}

/* Whether nobody outside of the set can let this thread go on. */
static bool doomed(const struct stuck *stuck, const struct thread *thread)
{
    const struct thread *target = blocker(thread);
    if (!target)
        return false;
    /* A lock whose owner is over stays locked. */
    return atomic_load(&target->ended) || stuck->in[thread_id(target)];
}

/* Take from the waiting threads those that somebody may still help, until none is left to take. */
static void keep_doomed(struct stuck *stuck)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < THREADS_MAX; i++) {
            if (!stuck->in[i] || doomed(stuck, thread_at(i)))
                continue;
            stuck->in[i] = false;
            stuck->n--;
            changed = true;
        }
    }
}

static void find_stuck(struct stuck *stuck)
{
    static struct stuck circle;
    int alive = 0;
    stuck->n = 0;
    for (int i = 0; i < THREADS_MAX; i++) {
        const struct thread *thread = thread_at(i);
        alive += thread_alive(thread);
        stuck->in[i] = thread_alive(thread) && waits(thread);
        stuck->n += stuck->in[i];
    }
    circle = *stuck;
    keep_doomed(&circle);
    if (stuck->n < alive)
        *stuck = circle;
    stuck->exact = circle.n > 0;
    stuck->moves = 0;
    for (int i = 0; i < THREADS_MAX; i++)
        if (stuck->in[i])
            stuck->moves += atomic_load(&thread_at(i)->moves) * (unsigned long)(2 * i + 1);
}

/* ---- signals ----------------------------------------------------------------------------------
 */

static void on_probe(int number, siginfo_t *info, void *context)
{
    struct thread *self = thread_self();
    (void)number;
    (void)info;
    if (!self)
        return;
    stack_of_signal(&self->probed, context, self->top);
    atomic_store(&self->probe, atomic_load(&hang.probe));
    atomic_fetch_add(&hang.answers, 1);
    syscall(SYS_futex, &hang.answers, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void hang_install(void)
{
    /* Restarted, a wait without time limit goes on as if nothing had happened. */
    struct sigaction action = {.sa_sigaction = on_probe,
                               .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    sigaction(SIGURG, &action, NULL);
}

static bool answered(const struct thread *thread)
{
    return atomic_load(&thread->probe) == atomic_load(&hang.probe);
}

static void send_probe(const struct thread *thread)
{
    syscall(SYS_tgkill, getpid(), atomic_load(&thread->tid), SIGURG);
}

/* Whether all answered in time. */
static bool wait_for_answers(const bool *asked, int64_t limit_ns)
{
    const struct timespec nap = {0, 20 * CLOCK_MS};
    for (int64_t end = clock_ns() + limit_ns;;) {
        unsigned seen = atomic_load(&hang.answers);
        bool all = true;
        for (int i = 0; i < THREADS_MAX && all; i++)
            all = !asked[i] || answered(thread_at(i)) || !thread_alive(thread_at(i));
        if (all || clock_ns() > end)
            return all;
        syscall(SYS_futex, &hang.answers, FUTEX_WAIT_PRIVATE, seen, &nap, NULL, 0);
    }
}

static bool probe(const bool *asked)
{
    atomic_fetch_add(&hang.probe, 1);
    for (int i = 0; i < THREADS_MAX; i++)
        if (asked[i] && thread_alive(thread_at(i)))
            send_probe(thread_at(i));
    return wait_for_answers(asked, 10 * CLOCK_S);
}

/* ---- the story --------------------------------------------------------------------------------
 */

/* The number of an object in the finding. */
static int number_of(uintptr_t address)
{
    for (int i = 0; i < hang.n_objects; i++)
        if (hang.objects[i] == address)
            return i + 1;
    if (hang.n_objects == OBJECTS_MAX)
        return 0;
    hang.objects[hang.n_objects++] = address;
    return hang.n_objects;
}

static const char *object_kind(enum thread_call call)
{
    switch (call) {
    case CALL_LOCK:
        return "mutex";
    case CALL_COND_WAIT:
        return "cond";
    case CALL_SEM_WAIT:
        return "semaphore";
    case CALL_BARRIER:
        return "barrier";
    case CALL_SPIN:
        return "spinlock";
    case CALL_RDLOCK:
    case CALL_WRLOCK:
        return "rwlock";
    default:
        return NULL;
    }
}

/* What an object is, once; of a lock that is only held we know no more than that. */
static int tell_object(uintptr_t address, const char *kind)
{
    int known = hang.n_objects, number = number_of(address);
    if (number > known)
        finding_object(number, kind, address);
    return number;
}

static void tell_wait(const struct thread *thread)
{
    enum thread_call call = call_of(thread);
    const char *kind = object_kind(call);
    const struct thread *owner = blocker(thread);
    int object = kind ? tell_object(atomic_load(&thread->object), kind) : 0;
    struct record *line = finding_line("wait");
    record_int(line, "thread", thread_id(thread));
    record_text(line, "op", thread_call_name(call));
    if (object)
        record_int(line, "object", object);
    if (owner)
        record_int(line, "owner", thread_id(owner));
    finding_push();
    struct stack stack;
    thread_call_stack(thread, &stack);
    finding_frames("wait", thread_id(thread), &stack);
}

static void tell_held(const struct thread *thread)
{
    for (int i = 0; i < THREAD_HELD_MAX; i++) {
        uintptr_t lock = atomic_load(&thread->held[i].lock);
        if (lock)
            finding_held("wait", thread_id(thread), tell_object(lock, "mutex"));
    }
}

/* Who the threads are: those in the story and those that they wait for. */
static void tell_threads(const bool *told)
{
    for (int i = 0; i < THREADS_MAX; i++) {
        bool owner = false;
        for (int j = 0; j < THREADS_MAX && !told[i] && !owner; j++)
            owner = told[j] && blocker(thread_at(j)) == thread_at(i);
        if (told[i] || owner)
            finding_thread(thread_at(i));
    }
}

static _Noreturn void tell_stuck(struct stuck *stuck)
{
    int left = TOLD_MAX;
    for (int i = 0; i < THREADS_MAX; i++)
        if (stuck->in[i] && left-- <= 0)
            stuck->in[i] = false;
    if (finding_open("hang", 0, 0)) {
        tell_threads(stuck->in);
        /* The kinds of objects first: what one thread merely holds another may wait for. */
        for (int i = 0; i < THREADS_MAX; i++)
            if (stuck->in[i])
                tell_wait(thread_at(i));
        for (int i = 0; i < THREADS_MAX; i++)
            if (stuck->in[i])
                tell_held(thread_at(i));
        finding_close();
    }
    end_early(NULL);
}

/* Where the threads of an endless repetition are. */
static _Noreturn void tell_endless(void)
{
    static bool asked[THREADS_MAX];
    int left = TOLD_MAX;
    for (int i = 0; i < THREADS_MAX; i++)
        asked[i] = thread_alive(thread_at(i)) && atomic_load(&thread_at(i)->running) && left-- > 0;
    (void)probe(asked);
    if (finding_open("hang", 0, 0)) {
        tell_threads(asked);
        for (int i = 0; i < THREADS_MAX; i++) {
            struct thread *thread = thread_at(i);
            if (!asked[i] || !thread_alive(thread))
                continue;
            if (waits(thread)) {
                tell_wait(thread);
            } else if (answered(thread)) {
                struct record *line = finding_line("wait");
                record_int(line, "thread", i);
                record_text(line, "op", thread_call_name(call_of(thread)));
                finding_push();
                finding_frames("wait", i, &thread->probed);
            }
        }
        finding_close();
    }
    end_early(NULL);
}

/* ---- the watch --------------------------------------------------------------------------------
 */

/* Whether the set still is what it was when the timing began. */
static bool unchanged(void)
{
    find_stuck(&hang.now);
    return hang.now.n > 0 && hang.now.n == hang.n && hang.now.moves == hang.moves;
}

static bool probe_stuck(void)
{
    static bool asked[THREADS_MAX];
    for (int i = 0; i < THREADS_MAX; i++) {
        const struct thread *thread = thread_at(i), *owner = blocker(thread);
        bool behind = call_of(thread) == CALL_LOCK && owner && hang.now.in[thread_id(owner)];
        asked[i] = hang.now.in[i] && !behind;
    }
    return probe(asked);
}

static void watch_stuck(void)
{
    const struct timespec nap = {0, 30 * CLOCK_MS};
    if (!unchanged()) {
        hang.n = hang.now.n;
        hang.moves = hang.now.moves;
        hang.since = clock_ns();
        return;
    }
    if (clock_ns() - hang.since < HANG_MS * CLOCK_MS)
        return;
    for (int i = 0; i < PROBES && !hang.now.exact; i++) {
        if (!probe_stuck() || !unchanged())
            return;
        nanosleep(&nap, NULL);
        if (!unchanged())
            return;
    }
    tell_stuck(&hang.now);
}

void hang_watch(void)
{
    int64_t start = atomic_load(&run_state.body_start);
    if (start == 0)
        return;
    bool busy =
        clock_cpu_ns() - atomic_load(&run_state.body_cpu) > run_state.hooks->busy_s * CLOCK_S;
    if (atomic_load(&run_state.body_start) != start)
        return;
    if (busy && run_state.hooks->judges_busy)
        tell_endless();
    if (busy || clock_ns() - start > WALL_S * CLOCK_S)
        end_early("a scenario took too long in this lane, and was left without a verdict");
    watch_stuck();
}
