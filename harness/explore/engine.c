/* engine.c - threads, scheduling points and one execution from start to end. See engine.h. */
#include "harness/explore/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/explore/arena.h"
#include "harness/explore/deadlock.h"
#include "harness/explore/finding.h"
#include "harness/explore/key.h"
#include "harness/explore/random.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/shadow.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/spin.h"
#include "harness/explore/story.h"
#include "harness/explore/thread.h"
#include "harness/explore/trace.h"

struct engine engine;

enum {
    ACCESSES_MAX = 200000000, /* of one execution: beyond it, it never returns */
    PATIENCE = 1000,          /* points after which others have their turn, and time passes */
};

static void *reserve(size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
    if (at == MAP_FAILED) {
        perror("hilo-explore: no memory");
        exit(3);
    }
    return at;
}

void engine_init(void)
{
    fiber_region_map();
    engine.choices = reserve(CHOICES_MAX);
    engine.objects = reserve(sizeof(struct object) * OBJECTS_MAX);
    engine.base = 1;
    engine.top = 1;
    shadow_init();
    arena_init();
}

/* Clocks go on from one execution to the next until they would not fit an epoch any more. */
static void begin_clocks(void)
{
    engine.base = engine.top + 1;
    if (engine.base > CLOCK_MAX / 2) {
        shadow_wipe();
        engine.base = 1;
    }
    engine.top = engine.base;
}

static void begin(void)
{
    engine.execution++;
    begin_clocks();
    engine.n_threads = 0;
    engine.n_live = 0;
    engine.n_objects = 0;
    engine.n_choices = 0;
    engine.n_preemptions = 0;
    engine.steps = engine.turn_began = engine.time_passed = 0;
    engine.accesses_left = ACCESSES_MAX;
    engine.now_ns = START_NS;
    engine.main_done = false;
    engine.spurious_left = engine.punctual ? 0 : 1;
    engine.ending = END_RUNNING;
    engine.event = 0;
    snapshot_restore();
    arena_reset();
    key_reset();
    random_reset();
    scenario_reset();
}

static void main_body(void *unused)
{
    (void)unused;
    engine.body();
}

void engine_execute(void)
{
    begin();
    engine.strategy->begin(engine.strategy);
    struct thread *first = engine_spawn(OWNER_SCENARIO, "main", NULL);
    first->body = main_body;
    engine.self = first;
    fiber_switch(&engine.host, &first->fiber);
    engine.self = NULL;
}

void engine_main_returned(void)
{
    engine.main_done = true;
}

void engine_stop(enum ending ending)
{
    if (engine.ending == END_RUNNING)
        engine.ending = ending;
    struct fiber abandoned;
    fiber_switch(&abandoned, &engine.host);
    abort(); /* an abandoned fiber is never entered again */
}

/*
 * Choices.
 */

int engine_choose(enum choice_kind kind, int n)
{
    struct choice choice = {.kind = kind, .n = n};
    if (n <= 1 || engine.n_choices >= CHOICES_MAX)
        return 0;
    int taken = engine.strategy->choose(engine.strategy, &choice);
    engine.choices[engine.n_choices++] = (uint8_t)taken;
    return taken;
}

static int choose_thread(const int *threads, int n, bool running)
{
    struct choice choice = {.kind = CHOICE_THREAD,
                            .n = n,
                            .running = running,
                            .yields = !running && n > 1 && threads[n - 1] == engine.self->id,
                            .threads = threads};
    if (n == 1) {
        if (engine.strategy->sees_forced)
            engine.strategy->choose(engine.strategy, &choice);
        return 0;
    }
    if (engine.n_choices >= CHOICES_MAX)
        return 0;
    int taken = engine.strategy->choose(engine.strategy, &choice);
    engine.choices[engine.n_choices++] = (uint8_t)taken;
    if (running && taken)
        engine.n_preemptions++;
    return taken;
}

/*
 * Scheduling.
 */

static inline bool is_ready(const struct thread *thread)
{
    return !thread->op.ready || thread->op.ready(thread);
}

/* Whether the timeout of its pending operation may fire now. On a loaded machine any deadline may
 * have passed by the time a thread runs again; a punctual clock moves only when nothing else can.
 */
static inline bool may_time_out(const struct thread *thread)
{
    if (thread->op.deadline_ns == NEVER)
        return false;
    return !engine.punctual || thread->op.deadline_ns <= engine.now_ns;
}

static inline bool may_go_on(const struct thread *thread)
{
    return is_ready(thread) || may_time_out(thread);
}

/* Where the turn of others begins: with the first, or after a thread that lets others go first, so
 * that several who do that do not pass the turn among themselves for ever. */
static int first_turn(const struct thread *self, bool yields)
{
    for (int i = 0; yields && i < engine.n_live; i++)
        if (engine.live[i] == self->id)
            return i + 1;
    return 0;
}

/* Who may go on; the running thread comes first, unless it yields, sleeps or has just tried in
 * vain: what it then waits for is for others to do; or unless it has had many turns in a row. */
static int candidates(struct thread *self, int *out)
{
    bool itself = !self->finished && may_go_on(self);
    bool yields = self->op.kind == OP_YIELD || self->op.kind == OP_SLEEP || self->in_vain ||
                  engine.steps - engine.turn_began > PATIENCE;
    int n = 0, next = first_turn(self, yields);
    if (itself && !yields)
        out[n++] = self->id;
    for (int i = 0; i < engine.n_live; i++) {
        if (next == engine.n_live)
            next = 0;
        struct thread *thread = &engine.threads[engine.live[next++]];
        if (thread != self && may_go_on(thread))
            out[n++] = thread->id;
    }
    if (itself && yields)
        out[n++] = self->id;
    return n;
}

/* Nothing can run: let the clock pass to the next deadline. False when there is none. */
static bool advance_clock(void)
{
    int64_t next = NEVER;
    for (int i = 0; i < engine.n_live; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        if (thread->op.deadline_ns < next)
            next = thread->op.deadline_ns;
    }
    if (next == NEVER)
        return false;
    if (next > engine.now_ns)
        engine.now_ns = next;
    engine.time_passed = engine.steps;
    return true;
}

static _Noreturn void nothing_can_run(void)
{
    if (!engine.main_done)
        deadlock_raise();
    engine_stop(engine.main_done ? END_COMPLETE : END_DEADLOCK);
}

static struct thread *pick(struct thread *self)
{
    int threads[FIBERS_MAX];
    /* Threads that never rest take their time, so a sleep beside them ends at last. */
    if (engine.steps - engine.time_passed > PATIENCE) {
        engine.time_passed = engine.steps;
        advance_clock();
    }
    int n = candidates(self, threads);
    while (n == 0) {
        if (!advance_clock() && !spin_unpark())
            nothing_can_run();
        n = candidates(self, threads);
    }
    bool running = threads[0] == self->id;
    return &engine.threads[threads[choose_thread(threads, n, running)]];
}

/* The chosen thread goes on: by its operation, or because its deadline passed. */
static inline void settle(struct thread *self)
{
    self->timed_out = false;
    self->in_vain = false;
    if (self->op.deadline_ns != NEVER && may_time_out(self) &&
        (!is_ready(self) || engine_choose(CHOICE_TIMEOUT, 2))) {
        self->timed_out = true;
        self->in_vain = self->op.kind != OP_SLEEP;
        if (engine.now_ns < self->op.deadline_ns)
            engine.now_ns = self->op.deadline_ns;
    }
}

/* The bound on steps is reached. Whether that is a long program or an endless one is for the
 * driver to say, who has tried a larger bound. */
static _Noreturn void truncate(enum op_kind kind, const void *frame)
{
    if (engine.endless && finding_raise("hang", "no-end", 0, 0, 0))
        story_access(0, engine.self->id, kind, 0, 1, frame);
    engine_stop(END_TRUNCATED);
}

/* Operations that can tell whether they would have blocked. */
#define TRIES                                                                                      \
    (UINT64_C(1) << OP_TRYLOCK | UINT64_C(1) << OP_TIMEDLOCK | UINT64_C(1) << OP_SEM_TRYWAIT)

void engine_point(enum op_kind kind, struct object *object, bool (*ready)(const struct thread *),
                  int64_t deadline_ns, const void *frame)
{
    struct thread *self = engine.self;
    if (kind <= OP_SLEEP)
        self->spin.address = 0;
    if (TRIES >> kind & 1)
        engine_tries();
    if (deadline_ns != NEVER)
        engine.inexact = true;
    self->op = (struct op){kind, object, ready, deadline_ns, frame};
    engine.progress++;
    if (++engine.steps > engine.steps_max)
        truncate(kind, frame);
    struct thread *next = pick(self);
    if (next != self) {
        engine.turn_began = engine.steps;
        engine.self = next;
        fiber_switch(&self->fiber, &next->fiber);
    }
    engine.fuel = SPIN_FUEL;
    settle(self);
}

/*
 * Threads.
 */

static void thread_entry(void)
{
    struct thread *self = engine.self;
    engine.fuel = SPIN_FUEL;
    trace_op(OP_START, NULL, NULL);
    if (self->body)
        self->body(self->arg);
    else
        self->result = self->routine(self->arg);
    thread_finish();
}

struct thread *engine_spawn(enum thread_owner owner, const char *name, const void *frame)
{
    if (engine.n_threads == FIBERS_MAX)
        finding_unsupported("more than 128 threads", frame);
    struct thread *thread = &engine.threads[engine.n_threads];
    struct thread *creator = engine.self;
    memset(thread, 0, offsetof(struct thread, clock));
    memset(&thread->time, 0, offsetof(struct thread, held) - offsetof(struct thread, time));
    key_begin_thread(thread);
    thread->id = engine.n_threads++;
    thread->owner = owner;
    thread->name = name;
    thread->joiner = -1;
    thread->creator = creator ? creator->id : -1;
    thread->created_at = engine.event;
    thread->create_pc = call_pc(frame);
    thread->op = (struct op){OP_START, NULL, NULL, NEVER, NULL};
    vclock_clear(&thread->clock);
    vclock_clear(&thread->acquirable);
    vclock_clear(&thread->releasable);
    thread->time = engine.base;
    if (creator) {
        vclock_copy(&thread->clock, &creator->clock);
        engine_tick(creator);
    }
    engine_tick(thread);
    engine.live[engine.n_live++] = thread->id;
    fiber_prepare(&thread->fiber, thread->id, snapshot_tls(thread),
                  engine.replaying ? FIBER_POISON_ALL : FIBER_POISON, thread_entry);
    return thread;
}

static void remove_live(int id)
{
    int i = 0;
    while (engine.live[i] != id)
        i++;
    memmove(&engine.live[i], &engine.live[i + 1],
            (size_t)(engine.n_live - i - 1) * sizeof engine.live[0]);
    engine.n_live--;
}

void engine_thread_end(void)
{
    struct thread *self = engine.self;
    self->finished = true;
    remove_live(self->id);
    if (engine.n_live == 0)
        engine_stop(END_COMPLETE);
    struct thread *next = pick(self);
    engine.self = next;
    fiber_switch(&self->fiber, &next->fiber);
    abort(); /* a finished thread is never entered again */
}

/*
 * Happens-before.
 */

void engine_tick(struct thread *thread)
{
    thread->time++;
    if (engine.top < thread->time)
        engine.top = thread->time;
    vclock_set(&thread->clock, thread->id, thread->time, engine.base);
}

void engine_acquire(struct object *object)
{
    vclock_join(&engine.self->clock, &object->clock);
}

void engine_release(struct object *object)
{
    vclock_copy(&object->clock, &engine.self->clock);
    object->released_at = engine.event;
    engine_tick(engine.self);
}

void engine_release_join(struct object *object)
{
    vclock_join(&object->clock, &engine.self->clock);
    object->released_at = engine.event;
    engine_tick(engine.self);
}

void held_add(struct object *object, const void *frame)
{
    struct thread *self = engine.self;
    if (self->n_held < HELD_MAX)
        self->held[self->n_held++] = (struct held){object, call_pc(frame)};
}

void held_remove(struct thread *thread, struct object *object)
{
    for (int i = thread->n_held - 1; i >= 0; i--)
        if (thread->held[i].object == object) {
            thread->held[i] = thread->held[--thread->n_held];
            return;
        }
}
