/*
 * order.c - see order.h.
 *
 * Theory of operation. An edge says that some thread took one lock while it held another; a cycle
 * of edges may become a deadlock. libtsan reports every cycle, and many of those cannot deadlock in
 * any schedule. A false alarm is worse than a miss, so a cycle counts only if within one repetition
 * each of its edges was taken by a thread of its own, the lives of these threads overlap, and
 * no two edges were always taken under one common lock (a gate). What the main
 * thread does while it is alone is ordered before all others, and makes no edges. An attempt that
 * cannot wait (trylock, a time limit) makes none either, and a read lock is no gate.
 *
 * The table is guarded by a spin lock that libtsan does not see, so that it orders nobody.
 */
#include "harness/tsan/order.h"

#include <sched.h>

#include "harness/native/findings.h"

enum { EDGES_MAX = 256, TAKERS_MAX = 8, GATES_MAX = 8, CYCLE_MAX = 4 };

struct edge {
    uintptr_t held, taken;
    struct stack stack; /* of the first taking */
    size_t n_gates;     /* locks that were held at every taking of this edge */
    uintptr_t gates[GATES_MAX];
    size_t n_takers;
    const struct thread *takers[TAKERS_MAX];
};

/* A path of edges, each with a thread that took it; a cycle once it closes. */
struct path {
    size_t n;
    const struct edge *edges[CYCLE_MAX];
    const struct thread *threads[CYCLE_MAX];
};

static struct {
    atomic_flag busy;
    size_t n;
    struct edge edges[EDGES_MAX];
} order = {.busy = ATOMIC_FLAG_INIT};

static void take(void)
{
    while (atomic_flag_test_and_set_explicit(&order.busy, memory_order_acquire))
        sched_yield();
}

static void give(void)
{
    atomic_flag_clear_explicit(&order.busy, memory_order_release);
}

void order_begin_run(void)
{
    take();
    order.n = 0;
    give();
}

/* The lock in a place of a thread's list, unless others may hold it too. */
static uintptr_t held_alone(const struct thread *thread, int i)
{
    const struct held *held = &thread->held[i];
    return held->shared ? 0 : atomic_load_explicit(&held->lock, memory_order_relaxed);
}

static bool holds(const struct thread *thread, uintptr_t lock)
{
    for (int i = 0; i < THREAD_HELD_MAX; i++)
        if (held_alone(thread, i) == lock)
            return true;
    return false;
}

static struct edge *find(uintptr_t held, uintptr_t taken)
{
    for (size_t i = 0; i < order.n; i++)
        if (order.edges[i].held == held && order.edges[i].taken == taken)
            return &order.edges[i];
    return NULL;
}

/* The first taking of an edge: its gates are all that is held beside its own two locks. */
static struct edge *add(const struct thread *self, uintptr_t held, uintptr_t taken,
                        struct site site)
{
    if (order.n == EDGES_MAX)
        return NULL;
    struct edge *edge = &order.edges[order.n++];
    edge->held = held;
    edge->taken = taken;
    edge->n_gates = edge->n_takers = 0;
    stack_of_call(&edge->stack, site, self->top);
    for (int i = 0; i < THREAD_HELD_MAX; i++) {
        uintptr_t lock = held_alone(self, i);
        if (lock && lock != held && edge->n_gates < GATES_MAX)
            edge->gates[edge->n_gates++] = lock;
    }
    return edge;
}

static void note(const struct thread *self, uintptr_t held, uintptr_t taken, struct site site)
{
    struct edge *edge = find(held, taken);
    if (!edge)
        edge = add(self, held, taken, site);
    if (!edge)
        return;
    size_t kept = 0;
    for (size_t i = 0; i < edge->n_gates; i++)
        if (holds(self, edge->gates[i]))
            edge->gates[kept++] = edge->gates[i];
    edge->n_gates = kept;
    for (size_t i = 0; i < edge->n_takers; i++)
        if (edge->takers[i] == self)
            return;
    if (edge->n_takers < TAKERS_MAX)
        edge->takers[edge->n_takers++] = self;
}

void lane_took(uintptr_t lock, struct site site)
{
    const struct thread *self = thread_self();
    if (threads_alive() == 0)
        return;
    take();
    for (int i = 0; i < THREAD_HELD_MAX; i++)
        if (held_alone(self, i))
            note(self, held_alone(self, i), lock, site);
    give();
}

static bool share_a_gate(const struct edge *a, const struct edge *b)
{
    for (size_t i = 0; i < a->n_gates; i++)
        for (size_t j = 0; j < b->n_gates; j++)
            if (a->gates[i] == b->gates[j])
                return true;
    return false;
}

/* Whether a thread's taking of an edge may come between those of the path. */
static bool fits(const struct path *path, const struct edge *edge, const struct thread *thread)
{
    for (size_t i = 0; i < path->n; i++)
        if (path->threads[i] == thread || !threads_overlap(path->threads[i], thread) ||
            path->edges[i]->taken == edge->taken || share_a_gate(path->edges[i], edge))
            return false;
    return true;
}

static void tell(const struct path *path)
{
    const struct edge *const *edges = path->edges;
    if (path->n < 2 || !finding_open("lock-order", edges[0]->stack.pc[0], edges[1]->stack.pc[0]))
        return;
    for (size_t i = 0; i < path->n; i++) {
        finding_thread(path->threads[i]);
        finding_frames("thread", thread_id(path->threads[i]), &path->threads[i]->created);
        finding_object((int)i + 1, "mutex", edges[i]->held);
    }
    for (size_t i = 0; i < path->n; i++) {
        int thread = thread_id(path->threads[i]);
        size_t next = (i + 1) % path->n;
        struct record *line = finding_line("wait");
        record_int(line, "thread", thread);
        record_text(line, "op", "lock");
        record_int(line, "object", (long long)next + 1);
        record_int(line, "owner", thread_id(path->threads[next]));
        finding_push();
        finding_frames("wait", thread, &edges[i]->stack);
        finding_held("wait", thread, (int)i + 1);
    }
    finding_close();
}

/* Go on along the edges that follow, each later in the table than the first: so a cycle is found
 * once. */
static void extend(struct path *path, size_t first)
{
    const struct edge *last = path->edges[path->n - 1];
    if (last->taken == path->edges[0]->held) {
        tell(path);
        return;
    }
    for (size_t i = first + 1; i < order.n && path->n < CYCLE_MAX; i++) {
        const struct edge *edge = &order.edges[i];
        if (edge->held != last->taken)
            continue;
        for (size_t t = 0; t < edge->n_takers; t++) {
            if (!fits(path, edge, edge->takers[t]))
                continue;
            path->edges[path->n] = edge;
            path->threads[path->n++] = edge->takers[t];
            extend(path, first);
            path->n--;
        }
    }
}

void order_collect(void)
{
    take();
    for (size_t i = 0; i < order.n; i++)
        for (size_t t = 0; t < order.edges[i].n_takers; t++) {
            struct path path = {1, {&order.edges[i]}, {order.edges[i].takers[t]}};
            extend(&path, i);
        }
    give();
}
