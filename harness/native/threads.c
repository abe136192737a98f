/*
 * threads.c - the table of threads, and the calls that fill it.
 *
 * Theory of operation. `pthread_create` claims a slot and starts a trampoline in it, so a thread
 * knows its slot from its first instruction and leaves it by a cleanup handler, whichever way it
 * ends. A handle is looked up among the slots: glibc gives a handle away again only when its thread
 * was joined or ended detached, and both are seen here before. So a second join, a join of a
 * detached thread and a join of oneself are recognised before the undefined behaviour happens, and
 * the real function is then not called.
 *
 * Waiting for threads to end (settle.c) is done with a bare futex, which libtsan does not know:
 * what orders the repetitions of a scenario must not order the student's threads within one. For
 * the same reason each thread releases, and the end of a repetition acquires, a token of libtsan's,
 * so that accesses of two repetitions are never taken for a race.
 */
#include "harness/native/threads.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/native/clock.h"
#include "harness/native/ends.h"
#include "harness/native/findings.h"
#include "harness/native/stream.h"
#include "harness/native/wrap.h"

enum { ALTERNATE_STACK = 16 * 1024 };

static struct {
    struct thread slots[THREADS_MAX];
    atomic_size_t next;
    atomic_uint endings; /* counts threads that ended; a futex */
    atomic_ulong serials;
    atomic_ulong moments; /* counts births and deaths */
    atomic_int alive;
    char alternate[THREADS_MAX][ALTERNATE_STACK] __attribute__((aligned(64)));
} table;

static __thread struct thread *self;

/* libtsan's, where it is there. */
void __tsan_release(void *token) __attribute__((weak));

static void futex_wake(atomic_uint *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1 << 30, NULL, NULL, 0);
}

unsigned threads_endings(void)
{
    return atomic_load(&table.endings);
}

void threads_await_ending(unsigned seen, const struct timespec *limit)
{
    syscall(SYS_futex, &table.endings, FUTEX_WAIT_PRIVATE, seen, limit, NULL, 0);
}

struct thread *thread_self(void)
{
    return self;
}

struct thread *thread_at(int id)
{
    return &table.slots[id];
}

int thread_id(const struct thread *thread)
{
    return (int)(thread - table.slots);
}

struct thread *thread_at_address(uintptr_t address)
{
    uintptr_t offset = address - (uintptr_t)table.slots;
    bool is_slot = offset < sizeof table.slots && offset % sizeof *table.slots == 0;
    return is_slot ? &table.slots[offset / sizeof *table.slots] : NULL;
}

int threads_alive(void)
{
    return atomic_load(&table.alive);
}

bool threads_overlap(const struct thread *a, const struct thread *b)
{
    unsigned long a_died = atomic_load(&a->died), b_died = atomic_load(&b->died);
    return (a_died == 0 || a_died > atomic_load(&b->born)) &&
           (b_died == 0 || b_died > atomic_load(&a->born));
}

bool thread_alive(const struct thread *thread)
{
    int state = atomic_load(&thread->state);
    return state != THREAD_FREE && state != THREAD_REAPED && !atomic_load(&thread->ended);
}

const char *thread_call_name(enum thread_call call)
{
    static const char *const names[] = {
#define CALL(identifier, name, untimed) name,
        THREAD_CALLS(CALL)
#undef CALL
    };
    return names[call];
}

bool thread_call_untimed(enum thread_call call)
{
    static const bool untimed[] = {
#define CALL(identifier, name, is_untimed) is_untimed,
        THREAD_CALLS(CALL)
#undef CALL
    };
    return untimed[call];
}

void thread_enter(enum thread_call call, uintptr_t object, struct site site)
{
    struct thread *thread = self;
    if (!thread)
        return;
    atomic_store_explicit(&thread->object, object, memory_order_relaxed);
    atomic_store_explicit(&thread->site_pc, site.pc, memory_order_relaxed);
    atomic_store_explicit(&thread->site_frame, site.frame, memory_order_relaxed);
    atomic_fetch_add_explicit(&thread->moves, 1, memory_order_relaxed);
    atomic_store_explicit(&thread->call, (int)call, memory_order_release);
}

void thread_leave(void)
{
    if (!self)
        return;
    atomic_store_explicit(&self->call, CALL_NONE, memory_order_release);
    atomic_fetch_add_explicit(&self->moves, 1, memory_order_relaxed);
}

void thread_call_stack(const struct thread *thread, struct stack *stack)
{
    struct site site = {atomic_load(&thread->site_pc), atomic_load(&thread->site_frame)};
    stack_of_call(stack, site, thread->top);
}

static void install_alternate_stack(const struct thread *thread)
{
    stack_t stack = {.ss_sp = table.alternate[thread_id(thread)], .ss_size = ALTERNATE_STACK};
    sigaltstack(&stack, NULL);
}

void threads_start(void)
{
    struct thread *main_thread = &table.slots[0];
    main_thread->name = "main";
    atomic_store(&main_thread->state, THREAD_DETACHED);
    atomic_store(&main_thread->running, true);
    atomic_store(&main_thread->handle, (uintptr_t)pthread_self());
    atomic_store(&main_thread->tid, (pid_t)syscall(SYS_gettid));
    main_thread->top = (uintptr_t)__builtin_frame_address(0);
    self = main_thread;
    install_alternate_stack(main_thread);
}

void threads_give_main(void)
{
    const stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    self = NULL;
}

void threads_take_main(void)
{
    struct thread *main_thread = &table.slots[0];
    threads_start();
    atomic_store(&main_thread->born, atomic_fetch_add(&table.moments, 1) + 1);
}

void threads_leave_main(void *unused)
{
    struct thread *main_thread = &table.slots[0];
    (void)unused;
    atomic_store(&main_thread->call, CALL_NONE);
    atomic_store(&main_thread->running, false);
    atomic_store(&main_thread->ended, true);
    atomic_fetch_add(&table.endings, 1);
    futex_wake(&table.endings);
}

struct thread *thread_of(pthread_t handle)
{
    struct thread *reaped = NULL;
    for (int i = 0; i < THREADS_MAX; i++) {
        struct thread *slot = &table.slots[i];
        int state = atomic_load(&slot->state);
        if (state == THREAD_FREE || atomic_load(&slot->handle) != (uintptr_t)handle)
            continue;
        if (state == THREAD_REAPED || (state == THREAD_DETACHED && atomic_load(&slot->ended))) {
            if (!reaped || atomic_load(&slot->serial) > atomic_load(&reaped->serial))
                reaped = slot;
            continue;
        }
        return slot;
    }
    return reaped;
}

static void clear_slot(struct thread *slot)
{
    slot->name = NULL;
    slot->start = 0;
    slot->task = false;
    atomic_store(&slot->running, false);
    atomic_store(&slot->ended, false);
    atomic_store(&slot->handle, 0);
    atomic_store(&slot->tid, 0);
    atomic_store(&slot->call, CALL_NONE);
    slot->random = 0;
    slot->calls = 0;
    slot->accesses = 0;
    for (int i = 0; i < THREAD_HELD_MAX; i++)
        atomic_store_explicit(&slot->held[i].lock, 0, memory_order_relaxed);
    atomic_store(&slot->serial, atomic_fetch_add(&table.serials, 1) + 1);
}

static struct thread *claim_slot(void)
{
    for (int tries = 0; tries < THREADS_MAX; tries++) {
        size_t at = atomic_fetch_add(&table.next, 1) % (THREADS_MAX - 1) + 1;
        struct thread *slot = &table.slots[at];
        int state = atomic_load(&slot->state);
        bool over = state == THREAD_REAPED || state == THREAD_DETACHED;
        if (state != THREAD_FREE && !(over && atomic_load(&slot->ended)))
            continue;
        if (!atomic_compare_exchange_strong(&slot->state, &state, THREAD_NEW))
            continue;
        clear_slot(slot);
        return slot;
    }
    return NULL;
}

/* The last that a thread does under our eyes. */
static void leave_slot(void *argument)
{
    struct thread *slot = argument;
    if (__tsan_release)
        __tsan_release(thread_at(0));
    atomic_store(&slot->call, CALL_NONE);
    atomic_fetch_add(&slot->moves, 1);
    atomic_store(&slot->running, false);
    atomic_store(&slot->died, atomic_fetch_add(&table.moments, 1) + 1);
    atomic_fetch_sub(&table.alive, 1);
    atomic_store(&slot->ended, true);
    atomic_fetch_add(&table.endings, 1);
    futex_wake(&table.endings);
}

static void *trampoline(void *argument)
{
    struct thread *slot = argument;
    void *result;
    self = slot;
    slot->top = (uintptr_t)__builtin_frame_address(0);
    install_alternate_stack(slot);
    atomic_store(&slot->handle, (uintptr_t)pthread_self());
    atomic_store(&slot->tid, (pid_t)syscall(SYS_gettid));
    atomic_store(&slot->running, true);
    pthread_cleanup_push(leave_slot, slot);
    lane_perturb();
    result = slot->routine(slot->argument);
    pthread_cleanup_pop(1);
    return result;
}

/* Start the slot's thread. The slot is given back when that fails. */
static int launch(struct thread *slot, pthread_t *handle, const pthread_attr_t *attributes,
                  struct site site)
{
    int detached = PTHREAD_CREATE_JOINABLE;
    if (attributes)
        pthread_attr_getdetachstate(attributes, &detached);
    stack_of_call(&slot->created, site, self ? self->top : 0);
    bool joinable = detached == PTHREAD_CREATE_JOINABLE;
    unsigned long serial = atomic_load(&slot->serial);
    atomic_store(&slot->state, joinable ? THREAD_JOINABLE : THREAD_DETACHED);
    atomic_store(&slot->died, 0);
    atomic_store(&slot->born, atomic_fetch_add(&table.moments, 1) + 1);
    atomic_fetch_add(&table.alive, 1);
    int error = pthread_create(handle, attributes, trampoline, slot);
    if (error) {
        atomic_fetch_sub(&table.alive, 1);
        atomic_store(&slot->state, THREAD_FREE);
        return error;
    }
    /* The new thread may not have said its handle yet, or may be over and its slot another's. */
    uintptr_t none = 0;
    if (atomic_load(&slot->serial) == serial)
        atomic_compare_exchange_strong(&slot->handle, &none, (uintptr_t)*handle);
    return 0;
}

WRAP(int, pthread_create, pthread_t *handle, const pthread_attr_t *attributes,
     void *(*routine)(void *), void *argument)
{
    struct thread *slot = claim_slot();
    if (!slot)
        return EAGAIN;
    slot->routine = routine;
    memcpy(&slot->start, &routine, sizeof slot->start);
    slot->argument = argument;
    lane_perturb();
    int error = launch(slot, handle, attributes, SITE_HERE);
    lane_perturb();
    return error;
}

/* A join or detach that must not happen: tell it once for each place. */
static int refuse(const char *kind, const char *op, struct thread *target, struct site site)
{
    struct stack stack;
    stack_of_call(&stack, site, self ? self->top : 0);
    if (finding_open(kind, stack.pc[0], target->created.n ? target->created.pc[0] : 0)) {
        if (self)
            finding_thread(self);
        if (target != self)
            finding_thread(target);
        finding_frames("thread", thread_id(target), &target->created);
        struct record *line = finding_line("object");
        record_int(line, "object", 1);
        record_text(line, "kind", "thread");
        record_int(line, "thread", thread_id(target));
        finding_push();
        line = finding_line("access");
        record_int(line, "n", 0);
        record_int(line, "thread", self ? thread_id(self) : 0);
        record_text(line, "op", op);
        record_int(line, "object", 1);
        finding_push();
        finding_frames("access", 0, &stack);
        finding_close();
    }
    return target == self ? EDEADLK : EINVAL;
}

int thread_join_begin(pthread_t handle, struct thread **found, struct site site)
{
    struct thread *target = thread_of(handle);
    int state = THREAD_JOINABLE;
    lane_perturb();
    if (target && target == self)
        return refuse("self-join", "join", target, site);
    if (target == thread_at(0))
        target = NULL;
    *found = target;
    if (!target || atomic_compare_exchange_strong(&target->state, &state, THREAD_JOINING))
        return 0;
    return refuse(state == THREAD_DETACHED ? "join-detached" : "double-join", "join", target, site);
}

void thread_join_end(struct thread *target, int error)
{
    if (target)
        atomic_store(&target->state, error ? THREAD_JOINABLE : THREAD_REAPED);
}

WRAP(int, pthread_detach, pthread_t handle)
{
    lane_perturb();
    struct thread *target = thread_of(handle);
    if (!target || target == thread_at(0))
        return pthread_detach(handle);
    int state = THREAD_JOINABLE;
    if (!atomic_compare_exchange_strong(&target->state, &state, THREAD_DETACHED))
        return refuse(state == THREAD_REAPED ? "double-join" : "api-misuse", "detach", target,
                      SITE_HERE);
    return pthread_detach(handle);
}

WRAP(_Noreturn void, pthread_exit, void *result)
{
    if (self == thread_at(0))
        end_of_main_thread(SITE_HERE);
    pthread_exit(result);
}

static void *run_task(void *argument)
{
    struct thread *slot = argument;
    slot->body(slot->body_argument);
    return NULL;
}

struct thread *thread_spawn(const char *name, void (*body)(void *), void *argument,
                            struct site site)
{
    struct thread *slot = claim_slot();
    if (!slot)
        end_for_us("a scenario spawns more tasks than there are places");
    slot->name = name;
    slot->task = true;
    slot->body = body;
    slot->body_argument = argument;
    memcpy(&slot->start, &body, sizeof slot->start);
    slot->routine = run_task;
    slot->argument = slot;
    pthread_t handle;
    if (launch(slot, &handle, NULL, site))
        end_for_us("this machine cannot start a thread");
    return slot;
}

void thread_await(struct thread *thread, struct site site)
{
    int state = THREAD_JOINABLE;
    if (!atomic_compare_exchange_strong(&thread->state, &state, THREAD_JOINING))
        end_for_us("a scenario awaits a task twice");
    /* The handle is there: it was set before thread_spawn() returned. */
    thread_enter(CALL_JOIN, (uintptr_t)thread, site);
    int error = pthread_join((pthread_t)atomic_load(&thread->handle), NULL);
    thread_leave();
    thread_join_end(thread, error);
}

void threads_begin_run(void)
{
    for (int i = 1; i < THREADS_MAX; i++) {
        int state = atomic_load(&table.slots[i].state);
        if ((state == THREAD_REAPED || state == THREAD_DETACHED) &&
            atomic_load(&table.slots[i].ended))
            atomic_store(&table.slots[i].state, THREAD_FREE);
    }
    atomic_store(&table.next, 0);
}
