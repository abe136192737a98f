/*
 * threads.h - every thread that the student or a scenario made, and what became of it.
 *
 * A table of slots, each owned by its thread while that runs. Others read it at any time (the
 * watchdog does), so what they read is atomic. Nothing here locks: in the tsan lane a lock of ours
 * would order the student's threads and hide their races.
 *
 * Slot 0 is the thread that runs the scenarios. A slot is used again once its thread was joined or
 * ended detached, the oldest first, so that a second join is still recognised for a while.
 */
#ifndef HILO_HARNESS_NATIVE_THREADS_H
#define HILO_HARNESS_NATIVE_THREADS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "harness/native/stack.h"

enum { THREADS_MAX = 1024, THREAD_HELD_MAX = 32 };

enum thread_state {
    THREAD_FREE,
    THREAD_NEW, /* claimed; pthread_create has not returned */
    THREAD_JOINABLE,
    THREAD_JOINING,
    THREAD_REAPED,
    THREAD_DETACHED,
};

/* What a thread is doing. CALL(identifier, name in the records, untimed). */
#define THREAD_CALLS(CALL)                                                                         \
    CALL(NONE, "spin", false)                                                                      \
    CALL(LOCK, "lock", true)                                                                       \
    CALL(COND_WAIT, "cond-wait", true)                                                             \
    CALL(JOIN, "join", true)                                                                       \
    CALL(SEM_WAIT, "sem-wait", true)                                                               \
    CALL(BARRIER, "barrier", true)                                                                 \
    CALL(RDLOCK, "rdlock", true)                                                                   \
    CALL(WRLOCK, "wrlock", true)                                                                   \
    CALL(SPIN, "spin-lock", true)                                                                  \
    CALL(TIMED, "timed-wait", false)                                                               \
    CALL(SLEEP, "sleep", false)                                                                    \
    CALL(OTHER, "call", false)

enum thread_call {
#define CALL(identifier, name, untimed) CALL_##identifier,
    THREAD_CALLS(CALL)
#undef CALL
};

/* A lock that a thread holds. */
struct held {
    _Atomic uintptr_t lock;
    int count;
    bool shared; /* others may hold it too: a read lock */
};

struct thread {
    /* Written once before the thread starts. */
    const char *name;
    uintptr_t start; /* of its start routine, for the records */
    void *(*routine)(void *);
    void *argument;
    struct stack created;
    bool task; /* the scenario's own */
    void (*body)(void *);
    void *body_argument;

    _Atomic int state;
    atomic_bool running; /* started and not ended */
    atomic_bool ended;
    _Atomic uintptr_t handle;
    atomic_ulong serial;
    _Atomic pid_t tid;
    uintptr_t top;           /* its frames lie below */
    atomic_ulong born, died; /* moments on the table's clock; died: 0 while it lives */

    /* What it does now. `moves` counts each change. */
    _Atomic int call;
    _Atomic uintptr_t object, mutex; /* mutex: that of a condition wait */
    _Atomic uintptr_t site_pc, site_frame;
    atomic_ulong moves;
    struct held held[THREAD_HELD_MAX];
    atomic_ulong probe; /* the last probe that it answered, and where it was */
    struct stack probed;

    uint64_t random; /* the lane's: its own thread only */
    unsigned long calls, accesses;
};

/* Register the calling thread as slot 0. */
void threads_start(void);

/* The calling thread's slot; NULL in a thread of the harness. Async-signal-safe. */
struct thread *thread_self(void);
struct thread *thread_at(int id);
int thread_id(const struct thread *thread);

/* The slot at an address that may be anything, or NULL. */
struct thread *thread_at_address(uintptr_t address);

/* Whether the slot's thread is there: created, and not yet at its end. */
bool thread_alive(const struct thread *thread);

/* How many threads but slot 0 are there. */
int threads_alive(void);

/* Whether there was a time at which both of two threads were there. */
bool threads_overlap(const struct thread *a, const struct thread *b);

/* The slot of a handle, or NULL. */
struct thread *thread_of(pthread_t handle);

/* Say what the calling thread is about to do, and that it is done. */
void thread_enter(enum thread_call call, uintptr_t object, struct site site);
void thread_leave(void);

/* The stack of the call that a thread is in; only while it cannot leave it. */
void thread_call_stack(const struct thread *thread, struct stack *stack);

const char *thread_call_name(enum thread_call call);
bool thread_call_untimed(enum thread_call call);

/* Start a thread of the scenario's own, and join it. */
struct thread *thread_spawn(const char *name, void (*body)(void *), void *argument,
                            struct site site);
void thread_await(struct thread *thread, struct site site);

/* A join of `handle` is about to happen. Non-zero: it must not, the finding is told, return this.
 * Otherwise thread_join_end() follows with what came of it. */
int thread_join_begin(pthread_t handle, struct thread **found, struct site site);
void thread_join_end(struct thread *target, int error);

/* A repetition begins: thread numbers count from 1 again. */
void threads_begin_run(void);

/* A repetition's body is over: tell leaked threads, wait for those that are still on their way out.
 * False when some will not end: then nothing may run in this process any more. */
bool threads_settle(void);

/* How many threads ended so far, and waiting until there are more than were seen. No limit: NULL.
 */
unsigned threads_endings(void);
void threads_await_ending(unsigned seen, const struct timespec *limit);

/*
 * For a program (program.h), whose main thread is not the harness's own.
 */

/* The harness's thread gives slot 0 up; the program's takes it, and leaves it when it ends. */
void threads_give_main(void);
void threads_take_main(void);
void threads_leave_main(void *unused);

/* Wait until main and all others ended, however long that takes: the watchdog sees to it. */
void threads_wait_all(void);

/* The process ends: tell every thread that was neither joined nor detached. */
void threads_tell_leaks(void);

/* What a lane does before each call that it perturbs; may do nothing. */
void lane_perturb(void);

/* What a lane does when the calling thread, in the call of `site`, took a lock for which it could
 * have had to wait; the lock does not count as held yet. */
void lane_took(uintptr_t lock, struct site site);

#endif
