/*
 * engine.h - one execution of a scenario, under a schedule of our choosing.
 *
 * Theory of operation. The student's threads are fibers; one runs at a time. Before
 * an operation that others can notice (a *visible* operation: locking, waiting, an
 * atomic access...) a thread stops at a *scheduling point*: it says what it is
 * about to do and the engine picks, among the threads whose next operation can
 * be done now, who goes on. Between two points a thread runs undisturbed, which
 * loses nothing as long as the code in between has no data race; and that is
 * checked on every access of every execution (races.h).
 *
 *      thread A            engine                      thread B
 *      engine_point(lock m)
 *        op = lock m   ──► candidates: A (m is free),
 *                          B (unlock n is always ready)
 *                          strategy picks B       ──►  unlock n
 *                                                      engine_point(signal c)
 *                          strategy picks A       ◄──    op = signal c
 *      m.owner = A     ◄──
 *
 * An operation is therefore known before it happens, which deadlock detection (no
 * thread has a ready operation) and partial-order reduction both need.
 *
 * Everything that could differ from run to run is a *choice* taken by a strategy and
 * recorded: who runs, whom a signal wakes, whether a timeout fires. The list of
 * choices is the schedule; giving it back replays the execution exactly.
 *
 * Calling sequence of a primitive (see mutex.c for a model):
 *      object = object_get(address, OBJECT_..., HERE);       find or make its state
 *      engine_point(OP_..., object, ready_function, NEVER, HERE);
 *      ...now it may be done: change the state...
 *      engine_acquire(object) / engine_release(object)       happens-before
 *      trace_op(OP_..., object, value)                       for the story
 *
 * Threads: one OS thread. State: `engine` below is the one mutable global; interposed
 * functions have no argument through which it could come.
 */
#ifndef HILO_EXPLORE_ENGINE_H
#define HILO_EXPLORE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/clock.h"
#include "harness/explore/fiber.h"
#include "harness/explore/strategy.h"
#include "harness/job.h"

/* The frame of an interposed function: its return address lies in the student's code. */
#define HERE __builtin_frame_address(0)

#define NEVER    INT64_MAX
#define NS_PER_S INT64_C(1000000000)
#define START_NS (INT64_C(1000000) * NS_PER_S) /* the clock at the start of an execution */

enum {
    OBJECTS_MAX = 4096,
    CHOICES_MAX = 1 << 20,
    HELD_MAX = 32,  /* locks that one thread holds at once, as far as stories tell */
    RACY_BYTES = 8, /* that a race is about, at most */
    RACY_MAX = 4,   /* racy addresses that become scheduling points */
    KEYS_MAX = 64,  /* thread-specific data keys */
};

enum op_kind {
    OP_NONE,
    OP_START,
    OP_LOCK,
    OP_TRYLOCK,
    OP_TIMEDLOCK,
    OP_UNLOCK,
    OP_WAIT,
    OP_WAKE,
    OP_SIGNAL,
    OP_BROADCAST,
    OP_SEM_WAIT,
    OP_SEM_TRYWAIT,
    OP_SEM_POST,
    OP_RDLOCK,
    OP_WRLOCK,
    OP_RW_UNLOCK,
    OP_SPIN_LOCK,
    OP_BARRIER,
    OP_BARRIER_LEAVE,
    OP_ONCE,
    OP_CREATE,
    OP_JOIN,
    OP_TRYJOIN,
    OP_DETACH,
    OP_CANCEL,
    OP_NAME,
    OP_EXIT,
    OP_SLEEP,
    OP_YIELD,
    OP_ATOMIC_READ,
    OP_ATOMIC_WRITE,
    OP_ATOMIC_RMW,
    OP_VOLATILE_READ,
    OP_VOLATILE_WRITE,
    OP_READ,
    OP_WRITE,
    OP_MALLOC,
    OP_FREE,
    OP_INIT,
    OP_DESTROY,
    OP_SPIN, /* parked: its reads repeat until somebody changes what it reads */
    OP_KIND_COUNT
};

enum object_kind {
    OBJECT_MUTEX,
    OBJECT_COND,
    OBJECT_SEM,
    OBJECT_RWLOCK,
    OBJECT_SPIN,
    OBJECT_BARRIER,
    OBJECT_ONCE,
    OBJECT_ATOMIC, /* an address used atomically; a racy one */
    OBJECT_THREAD, /* what a join waits for */
    OBJECT_KIND_COUNT
};

struct thread;

/* A synchronisation object of the student's, by its address. */
struct object {
    uintptr_t address;
    enum object_kind kind;
    uint64_t execution;    /* the execution it belongs to; older ones are free */
    int id;                /* in the order of first use */
    bool dead;             /* destroyed */
    bool is_static;        /* initialised by its initialiser, not by a call */
    const void *made_pc;   /* where it was initialised */
    struct vclock clock;   /* what the next acquirer inherits */
    struct vclock readers; /* rwlock: what only its next writer inherits */
    struct thread *owner;  /* mutex, spin lock, writer of a rwlock */
    int released_at;       /* engine.event of the last release; 0: none */
    uintptr_t owner_pc;    /* since where it is held */
    union {
        struct {
            int type;  /* PTHREAD_MUTEX_NORMAL, ... */
            int depth; /* of a recursive one */
        } mutex;
        struct {
            int clock_id;
            int waiters;
            long turns;          /* how many waits have begun */
            long lost;           /* signals and broadcasts that found no waiter */
            uintptr_t lost_pc;   /* where the last of them was sent */
            int lost_by;         /* and by whom */
            struct object *with; /* the mutex of the current waiters */
        } cond;
        struct {
            long value;
        } sem;
        struct {
            int readers;
        } rwlock;
        struct {
            unsigned needed, arrived;
            uint64_t round;
        } barrier;
        struct {
            int state; /* 0 not run, 1 running, 2 done */
        } once;
        struct {
            epoch last_write;
        } atomic;
    } u;
};

/* What a thread is about to do. */
struct op {
    enum op_kind kind;
    struct object *object;
    bool (*ready)(const struct thread *); /* NULL: always */
    int64_t deadline_ns;                  /* when a timed operation gives up; NEVER */
    const void *frame;                    /* HERE of the interposed call */
};

enum thread_owner { OWNER_STUDENT, OWNER_SCENARIO };

struct held {
    struct object *object;
    uintptr_t pc;
};

struct thread {
    int id;
    enum thread_owner owner;
    bool finished, detached, joined;
    bool woken;     /* cond: a signal chose it */
    long wait_turn; /* cond: its place in the queue */
    bool spurious;  /* cond: this wait will wake by itself */
    bool timed_out; /* its deadline passed and that is why it runs */
    bool in_vain;   /* it has just tried something in vain: others go first */
    struct op op;
    struct fiber fiber;
    struct vclock clock;
    struct vclock acquirable; /* what a fence may still acquire (atomic.c) */
    struct vclock releasable; /* what relaxed stores release since a fence */
    int created_at;           /* engine.event of its creation; 0: none */
    uint32_t time;            /* its own component */
    struct object *with;      /* cond wait: the mutex to take back */
    void *(*routine)(void *);
    void (*body)(void *);
    void *arg;
    void *result;
    int joiner;            /* thread that waits in join for it, or -1 */
    struct thread *target; /* whom it joins */
    uintptr_t create_pc;
    int creator;
    const char *name;
    int err;          /* errno */
    uintptr_t tls[3]; /* thread-local block of each module */
    int n_held;
    uint64_t barrier_round;
    struct spin { /* reads that repeat without any effect (see spin.h) */
        uintptr_t address;
        uint64_t value;
        uintptr_t pc;
        int size;
        int others;   /* other addresses read since */
        long repeats; /* since its last effect */
        long turns;   /* given in vain while nobody else could run */
    } spin;
    struct waited { /* a loop of looks that ended because somebody changed the value */
        bool on;
        uintptr_t address;
        uintptr_t pc;
        int size;
    } waited;
    /* From here on nothing is cleared when a thread begins. */
    struct held held[HELD_MAX];
    void *specific[KEYS_MAX]; /* see key.c */
};

enum ending {
    END_RUNNING,
    END_COMPLETE, /* the scenario returned and its threads are done */
    END_DEADLOCK,
    END_FAULT,     /* crash, tampering, an exit: the execution cannot go on */
    END_PRUNED,    /* the strategy knows how it would go on */
    END_TRUNCATED, /* the bound on steps was reached */
};

struct engine {
    struct thread *self;
    int n_threads;
    int n_live;
    int live[FIBERS_MAX];
    uint64_t execution; /* counts from 1, over all scenarios */
    uint32_t base;      /* clock below which everything is ordered before this execution */
    uint32_t top;       /* highest clock used in this execution */
    int64_t now_ns;
    long steps, steps_max;
    long turn_began, time_passed; /* at which step: the running thread's turn; the clock moved */
    long accesses_left;           /* of this execution, until it is said never to return */
    long fuel;                    /* accesses of the running thread until spin.c looks closely */
    volatile uint64_t progress;   /* read by the watchdog's signal handler */
    bool punctual;
    bool unlock_points; /* unlocks, posts are points: something tries without blocking */
    bool saw_try;       /* something looked whether an operation would block */
    int n_racy;         /* memory whose plain accesses are scheduling points, because they race */
    uintptr_t racy[RACY_MAX];
    int event;      /* for the strategy: which event is under way */
    bool slept;     /* the student's code slept, in some execution of this scenario */
    bool comparing; /* running punctually what was explored adversarially */
    bool inexact;   /* time or spinning decided something that partial orders do not show */
    bool replaying; /* nothing that another execution left on a stack may be seen */
    bool endless;   /* reaching steps_max means that it never ends: `hang` */
    bool hung;      /* an endless loop cost real time: one is enough */
    bool main_done;
    int spurious_left;
    enum ending ending;
    struct fiber host; /* outside of every execution */
    const struct job_scenario *scenario;
    void (*body)(void);
    struct strategy *strategy;
    uint8_t *choices; /* of this execution, CHOICES_MAX places */
    size_t n_choices;
    size_t n_preemptions;
    int n_objects;
    struct object *objects; /* OBJECTS_MAX */
    struct thread threads[FIBERS_MAX];
};

extern struct engine engine;

/* Once, before the objects are loaded and after. */
void engine_init(void);

/* Run one execution of engine.scenario under engine.strategy. Its ending is in engine.ending. */
void engine_execute(void);

/* A scheduling point. Returns when this thread was chosen; self->timed_out
 * tells whether because of its deadline. */
void engine_point(enum op_kind kind, struct object *object, bool (*ready)(const struct thread *),
                  int64_t deadline_ns, const void *frame);

/* One of n, n >= 1, by the strategy; recorded. */
int engine_choose(enum choice_kind kind, int n);

/* The main thread has returned: what is left may run on, and its end is no deadlock. */
void engine_main_returned(void);

/* Leave the execution for good: never returns. */
_Noreturn void engine_stop(enum ending ending);

/* To be called by every operation that can tell whether it would block: try, timed, value. */
static inline void engine_tries(void)
{
    engine.saw_try = true;
}

/* After a try that found that it would block. */
static inline void engine_tried_in_vain(void)
{
    engine.self->in_vain = true;
}

/* A new thread, ready to start. NULL when there are FIBERS_MAX (then `unsupported` was raised). */
struct thread *engine_spawn(enum thread_owner owner, const char *name, const void *frame);

/* The current thread has ended: never returns. */
_Noreturn void engine_thread_end(void);

/* Happens-before: the current thread inherits from / passes on to an object. */
void engine_acquire(struct object *object);
void engine_release(struct object *object);      /* replaces what the object had */
void engine_release_join(struct object *object); /* adds to it */
void engine_tick(struct thread *thread);         /* a new epoch, after a release */

/* The state of the object at `address`, made on first use (with `fresh` set when
 * given). Raises `api-misuse` for a kind that does not match. */
struct object *object_get(const void *address, enum object_kind kind, bool *fresh);

/* The state, or NULL when there is none. */
struct object *object_find(const void *address);

/* The current thread now holds a lock, since the call at `frame`; or no longer does. */
void held_add(struct object *object, const void *frame);
void held_remove(struct thread *thread, struct object *object);

/* The call site of an interposed function, in the student's code. */
static inline uintptr_t call_pc(const void *frame)
{
    return frame ? ((const uintptr_t *)frame)[1] - 1 : 0;
}

/* Whether an access touches memory whose accesses are scheduling points. */
static inline bool engine_is_racy(uintptr_t address, size_t size)
{
    for (int i = 0; i < engine.n_racy; i++)
        if (engine.racy[i] - address < size || address - engine.racy[i] < RACY_BYTES)
            return true;
    return false;
}

const char *op_name(enum op_kind kind);
const char *object_kind_name(enum object_kind kind);

#endif
