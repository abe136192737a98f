/*
 * strategy_dpor.c - every interleaving that matters, each once: dynamic partial-order
 * reduction with source sets and sleep sets (Flanagan and Godefroid, POPL 2005; Abdulla,
 * Aronis, Jonsson and Sagonas, POPL 2014).
 *
 * An *event* is what a thread does from one scheduling point to the next. The choices of an
 * execution are a stack of nodes; the next execution repeats the stack up to its last node that
 * has something left to try, and goes on from there.
 *
 *      node 0       node 1       node 2 ...
 *      ran A        ran B        ran A
 *      try {B}      try {}       try {}          <- a race between events 0 and 2 adds B to node 0
 *
 * When an event is about to happen, the earlier events that it conflicts with, and that
 * nothing orders before it, are races: the other order must be tried too. Whom to run first
 * for that is one of the *initials* of what lies between them and does not depend on the
 * earlier event; if one of these is going to be tried there anyway, nothing needs adding. A thread
 * *sleeps* in a node when what it would do was explored before, and until something conflicts with
 * it.
 *
 * Order is told by vector clocks over events: program order, creation and join, release to
 * acquire, and the order of conflicting events. Per object the last use of each thread is kept, so
 * that an event costs the number of threads and not the length of the execution.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/explore/conflict.h"
#include "harness/explore/dpor.h"
#include "harness/explore/engine.h"

enum { EVENTS_MAX = 4096, NODES_MAX = 8192, TABLES_MAX = 1024 };

struct threads { /* a set */
    uint64_t word[FIBERS_MAX / 64];
};

struct node {
    bool is_data;   /* a choice that is not whose turn it is: all options are tried */
    uint8_t n;      /* data: how many options */
    uint8_t chosen; /* data: the option; else the thread */
    int event;      /* the event that begins here */
    struct threads enabled, backtrack, done, sleep;
};

struct event {
    int thread;
    int node; /* where it was chosen, or -1 for the first of all */
    int nth;  /* of its thread, from 1 */
    int n_uses;
    struct object_use uses[USES_MAX];
};

/* The last events of each thread on one object; 0 is none, else the event + 1. */
struct table {
    const struct object *object;
    uint64_t execution;
    int n_threads;
    int change[FIBERS_MAX], look[FIBERS_MAX], release[FIBERS_MAX];
};

typedef uint16_t event_clock[FIBERS_MAX]; /* for each thread, how many of its events are before */

static struct {
    struct strategy strategy;
    struct dpor_result result;
    struct node *nodes;
    int n_nodes, depth;
    struct event *events;
    event_clock *clocks;
    int n_events;
    int last_event[FIBERS_MAX]; /* of each thread, event + 1 */
    struct table *tables;
    int n_tables;
    bool gave_up;
} dpor;

static bool has(const struct threads *set, int thread)
{
    return set->word[thread / 64] >> thread % 64 & 1;
}

static void add(struct threads *set, int thread)
{
    set->word[thread / 64] |= UINT64_C(1) << thread % 64;
}

/* The lowest thread of a & ~b & ~c, or -1. */
static int first_of(const struct threads *a, const struct threads *b, const struct threads *c)
{
    for (int i = 0; i < FIBERS_MAX / 64; i++) {
        uint64_t left = a->word[i] & ~b->word[i] & ~c->word[i];
        if (left)
            return i * 64 + __builtin_ctzll(left);
    }
    return -1;
}

/*
 * Order.
 */

static bool is_before(int event, const uint16_t *clock)
{
    return clock[dpor.events[event].thread] >= dpor.events[event].nth;
}

static void join_clock(uint16_t *clock, int event)
{
    for (int i = 0; i < engine.n_threads; i++)
        if (clock[i] < dpor.clocks[event][i])
            clock[i] = dpor.clocks[event][i];
}

static struct table *table_of(const struct object *object)
{
    for (int i = 0; i < dpor.n_tables; i++)
        if (dpor.tables[i].object == object)
            return &dpor.tables[i];
    if (dpor.n_tables == TABLES_MAX)
        return NULL;
    struct table *table = &dpor.tables[dpor.n_tables++];
    table->object = object;
    table->n_threads = 0;
    return table;
}

static void widen(struct table *table, int threads)
{
    for (; table->n_threads < threads; table->n_threads++) {
        int i = table->n_threads;
        table->change[i] = table->look[i] = table->release[i] = 0;
    }
}

/* The latest event on the object, of another thread and before `limit`, with which `use` conflicts.
 */
static int latest_conflict(const struct table *table, int thread, enum use use, int limit)
{
    int latest = 0;
    for (int i = 0; i < table->n_threads; i++) {
        if (i == thread)
            continue;
        int change = table->change[i], look = table->look[i], release = table->release[i];
        if (change < limit && change > latest && use != USE_RELEASE)
            latest = change;
        if (use == USE_RELEASE && change < limit && change > latest &&
            dpor.events[change - 1].uses[0].use == USE_CHANGE)
            latest = change;
        if (use != USE_LOOK && look < limit && look > latest)
            latest = look;
        if ((use == USE_CHANGE || use == USE_LOOK) && release < limit && release > latest)
            latest = release;
    }
    return latest;
}

/*
 * Races.
 */

/* Whether an event of clock `clock` by `thread` comes after one of the threads' first events in
 * the part that is looked at. */
static bool has_predecessor(const uint16_t *clock, int thread, const int *first)
{
    for (int i = 0; i < engine.n_threads; i++)
        if (i != thread && first[i] && clock[i] >= first[i])
            return true;
    return false;
}

/* The initials of the events after `from` that do not come after it, and of the one to come. */
static void find_initials(int from, int thread, const uint16_t *clock, struct threads *initials)
{
    int first[FIBERS_MAX] = {0}; /* the number of each thread's first event in there */
    for (int i = from + 1; i < dpor.n_events; i++) {
        const struct event *event = &dpor.events[i];
        if (is_before(from, dpor.clocks[i]) || first[event->thread])
            continue;
        if (!has_predecessor(dpor.clocks[i], event->thread, first))
            add(initials, event->thread);
        first[event->thread] = event->nth;
    }
    if (!first[thread] && !has_predecessor(clock, thread, first))
        add(initials, thread);
}

/* The event to come, of `thread`, races with `with`: see to it that the other order is tried. */
static void reverse(int with, int thread, const uint16_t *clock)
{
    int at = dpor.events[with].node;
    if (at < 0)
        return;
    struct node *node = &dpor.nodes[at];
    struct threads initials = {{0}};
    find_initials(with, thread, clock, &initials);
    struct threads none = {{0}};
    for (int i = 0; i < FIBERS_MAX / 64; i++)
        if (initials.word[i] & node->backtrack.word[i])
            return;
    int chosen = has(&initials, thread) && has(&node->enabled, thread) ? thread : -1;
    if (chosen < 0) {
        for (int i = 0; i < FIBERS_MAX / 64; i++)
            initials.word[i] &= node->enabled.word[i];
        chosen = first_of(&initials, &none, &none);
    }
    if (chosen >= 0)
        add(&node->backtrack, chosen);
    else
        for (int i = 0; i < FIBERS_MAX / 64; i++) /* cannot happen; all of them is always right */
            node->backtrack.word[i] |= node->enabled.word[i];
}

/* Find the races of one use, latest first, and order the event after all that it conflicts with. */
static void order_use(int thread, const struct object_use *use, uint16_t *clock)
{
    struct table *table = table_of(use->object);
    if (!table) {
        dpor.gave_up = true;
        return;
    }
    widen(table, engine.n_threads);
    int limit = EVENTS_MAX + 2;
    for (int latest; (latest = latest_conflict(table, thread, use->use, limit)) > 0;
         limit = latest) {
        if (!is_before(latest - 1, clock))
            reverse(latest - 1, thread, clock);
        join_clock(clock, latest - 1);
    }
    for (int i = 0; use->use == USE_WAIT_CHANGE && i < table->n_threads; i++)
        if (table->release[i])
            join_clock(clock, table->release[i] - 1);
    if (use->object->released_at)
        join_clock(clock, use->object->released_at - 1);
}

static void note_use(int thread, int event, const struct object_use *use)
{
    struct table *table = table_of(use->object);
    if (!table)
        return;
    widen(table, engine.n_threads);
    if (use->use == USE_LOOK)
        table->look[thread] = event + 1;
    else if (use->use == USE_RELEASE)
        table->release[thread] = event + 1;
    else
        table->change[thread] = event + 1;
}

/* The next event: `thread` does what it is about to. */
static void begin_event(const struct thread *thread, int node)
{
    if (dpor.n_events >= EVENTS_MAX) {
        dpor.gave_up = true;
        return;
    }
    int index = dpor.n_events;
    struct event *event = &dpor.events[index];
    uint16_t *clock = dpor.clocks[index];
    int before = dpor.last_event[thread->id];
    event->thread = thread->id;
    event->node = node;
    event->nth = before ? dpor.events[before - 1].nth + 1 : 1;
    event->n_uses = uses_of(thread, event->uses);
    memset(clock, 0, sizeof(event_clock));
    if (before)
        join_clock(clock, before - 1);
    else if (thread->created_at)
        join_clock(clock, thread->created_at - 1);
    if (thread->op.kind == OP_JOIN && dpor.last_event[thread->target->id])
        join_clock(clock, dpor.last_event[thread->target->id] - 1);
    for (int i = 0; i < event->n_uses; i++)
        order_use(thread->id, &event->uses[i], clock);
    clock[thread->id] = (uint16_t)event->nth;
    for (int i = 0; i < event->n_uses; i++)
        note_use(thread->id, index, &event->uses[i]);
    dpor.last_event[thread->id] = index + 1;
    engine.event = ++dpor.n_events;
}

/*
 * The stack.
 */

static void begin(struct strategy *strategy)
{
    (void)strategy;
    dpor.depth = 0;
    dpor.n_events = 0;
    dpor.n_tables = 0;
    memset(dpor.last_event, 0, sizeof dpor.last_event);
    engine.event = 0;
}

static struct node *push(void)
{
    if (dpor.n_nodes == NODES_MAX) {
        dpor.gave_up = true;
        return NULL;
    }
    struct node *node = &dpor.nodes[dpor.n_nodes++];
    memset(node, 0, sizeof *node);
    return node;
}

static int choose_data(const struct choice *choice)
{
    if (dpor.depth == dpor.n_nodes) {
        struct node *node = push();
        if (!node)
            return 0;
        node->is_data = true;
        node->n = (uint8_t)choice->n;
    }
    return dpor.nodes[dpor.depth++].chosen;
}

/* Who sleeps after the event that the node at `above` chose: those who slept or were done there,
 * and do not conflict with it. */
static void inherit_sleep(struct node *node, int above)
{
    while (above >= 0 && dpor.nodes[above].is_data)
        above--;
    if (above < 0)
        return;
    const struct node *parent = &dpor.nodes[above];
    const struct event *event = &dpor.events[parent->event];
    for (int thread = 0; thread < engine.n_threads; thread++) {
        bool asleep = has(&parent->sleep, thread) || has(&parent->done, thread);
        if (asleep && thread != parent->chosen &&
            !threads_conflict(event->uses, event->n_uses, &engine.threads[thread]))
            add(&node->sleep, thread);
    }
}

static struct node *new_node(const struct choice *choice)
{
    int above = dpor.n_nodes - 1;
    struct node *node = push();
    if (!node)
        return NULL;
    inherit_sleep(node, above);
    int chosen = -1;
    for (int i = choice->n - 1; i >= 0; i--) {
        add(&node->enabled, choice->threads[i]);
        if (!has(&node->sleep, choice->threads[i]))
            chosen = choice->threads[i];
    }
    if (chosen < 0) {
        /* Everything that could be done here was done elsewhere. */
        dpor.n_nodes--;
        dpor.result.blocked++;
        engine_stop(END_PRUNED);
    }
    node->chosen = (uint8_t)chosen;
    add(&node->backtrack, chosen);
    return node;
}

static int choose_thread(const struct choice *choice)
{
    struct node *node = dpor.depth < dpor.n_nodes ? &dpor.nodes[dpor.depth] : new_node(choice);
    if (!node)
        return 0;
    int at = dpor.depth++;
    node->event = dpor.n_events;
    begin_event(&engine.threads[node->chosen], at);
    for (int i = 0; i < choice->n; i++)
        if (choice->threads[i] == node->chosen)
            return i;
    dpor.gave_up = true; /* the program did not do again what it did before */
    return 0;
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    (void)strategy;
    if (dpor.gave_up)
        return 0;
    return choice->kind == CHOICE_THREAD ? choose_thread(choice) : choose_data(choice);
}

/* What threads were about to do when the execution ended, for ever blocked or not: had they done it
 * earlier, somebody else might be blocked now. */
static void reverse_pending(void)
{
    for (int i = 0; i < engine.n_live && !dpor.gave_up; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        struct object_use uses[USES_MAX];
        event_clock clock = {0};
        int n = uses_of(thread, uses), before = dpor.last_event[thread->id];
        if (before)
            join_clock(clock, before - 1);
        else if (thread->created_at)
            join_clock(clock, thread->created_at - 1);
        for (int use = 0; use < n; use++)
            order_use(thread->id, &uses[use], clock);
    }
}

/* Step back to the last node that has something left to try. */
static bool end(struct strategy *strategy)
{
    (void)strategy;
    if (dpor.gave_up) {
        dpor.result.gave_up = true;
        return false;
    }
    if (engine.ending != END_PRUNED) {
        dpor.result.traces++;
        reverse_pending();
    }
    for (; dpor.n_nodes > 0; dpor.n_nodes--) {
        struct node *node = &dpor.nodes[dpor.n_nodes - 1];
        if (node->is_data) {
            if (++node->chosen < node->n)
                return true;
            continue;
        }
        add(&node->done, node->chosen);
        int next = first_of(&node->backtrack, &node->done, &node->sleep);
        if (next >= 0) {
            node->chosen = (uint8_t)next;
            return true;
        }
    }
    dpor.result.exhausted = true;
    return false;
}

static void *reserve(size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
    if (at == MAP_FAILED) {
        perror("hilo-explore: no memory for partial-order reduction");
        exit(3);
    }
    return at;
}

struct strategy *strategy_dpor(void)
{
    if (!dpor.nodes) {
        dpor.nodes = reserve(sizeof(struct node) * NODES_MAX);
        dpor.events = reserve(sizeof(struct event) * EVENTS_MAX);
        dpor.clocks = reserve(sizeof(event_clock) * EVENTS_MAX);
        dpor.tables = reserve(sizeof(struct table) * TABLES_MAX);
    }
    dpor.strategy = (struct strategy){
        .name = "dpor", .begin = begin, .choose = choose, .end = end, .sees_forced = true};
    dpor.result = (struct dpor_result){0};
    dpor.n_nodes = 0;
    dpor.gave_up = false;
    return &dpor.strategy;
}

const struct dpor_result *dpor_result(void)
{
    return &dpor.result;
}
