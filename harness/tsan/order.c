/*
 * order.c - see order.h.
 *
 * Theory of operation. libtsan reports a cycle as soon as each of its edges was seen once, whenever
 * and by whomever. Many of these can never deadlock: all edges are taken under one common lock (a
 * gate), or by one thread, or by threads of which one ended before the other began, or while there
 * was no other thread at all. A false alarm is worse than a miss, so a cycle counts only if within
 * one repetition each edge was taken while other threads lived, by at least two threads whose lives
 * overlap, and no lock was held at every taking of every edge.
 *
 * The table is guarded by a spin lock that libtsan does not see.
 */
#include "harness/tsan/order.h"

#include <sched.h>
#include <stdatomic.h>

#include "harness/native/threads.h"

enum { EDGES_MAX = 256, TAKERS_MAX = 8, GATES_MAX = 8, CYCLE_MAX = 8 };

struct edge {
    uintptr_t held, taken;
    size_t n_gates; /* locks that were held at every taking of this edge */
    uintptr_t gates[GATES_MAX];
    size_t n_takers;
    int takers[TAKERS_MAX];
};

static struct {
    atomic_flag taken;
    size_t n;
    struct edge edges[EDGES_MAX];
} order = {.taken = ATOMIC_FLAG_INIT};

static void take(void)
{
    while (atomic_flag_test_and_set_explicit(&order.taken, memory_order_acquire))
        sched_yield();
}

static void give(void)
{
    atomic_flag_clear_explicit(&order.taken, memory_order_release);
}

void order_begin_run(void)
{
    take();
    order.n = 0;
    give();
}

static uintptr_t held_at(const struct thread *thread, int i)
{
    return atomic_load_explicit(&thread->held[i].lock, memory_order_relaxed);
}

static bool holds(const struct thread *thread, uintptr_t lock)
{
    for (int i = 0; i < THREAD_HELD_MAX; i++)
        if (held_at(thread, i) == lock)
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
static struct edge *add(const struct thread *self, uintptr_t held, uintptr_t taken)
{
    if (order.n == EDGES_MAX)
        return NULL;
    struct edge *edge = &order.edges[order.n++];
    edge->held = held;
    edge->taken = taken;
    edge->n_gates = edge->n_takers = 0;
    for (int i = 0; i < THREAD_HELD_MAX; i++) {
        uintptr_t lock = held_at(self, i);
        if (lock && lock != held && edge->n_gates < GATES_MAX)
            edge->gates[edge->n_gates++] = lock;
    }
    return edge;
}

static void note(const struct thread *self, uintptr_t held, uintptr_t taken)
{
    struct edge *edge = find(held, taken);
    if (!edge)
        edge = add(self, held, taken);
    if (!edge)
        return;
    size_t kept = 0;
    for (size_t i = 0; i < edge->n_gates; i++)
        if (holds(self, edge->gates[i]))
            edge->gates[kept++] = edge->gates[i];
    edge->n_gates = kept;
    int id = thread_id(self);
    for (size_t i = 0; i < edge->n_takers; i++)
        if (edge->takers[i] == id)
            return;
    if (edge->n_takers < TAKERS_MAX)
        edge->takers[edge->n_takers++] = id;
}

void lane_took(uintptr_t lock)
{
    const struct thread *self = thread_self();
    if (!self || threads_alive() == 0)
        return;
    take();
    for (int i = 0; i < THREAD_HELD_MAX; i++)
        if (held_at(self, i) && held_at(self, i) != lock)
            note(self, held_at(self, i), lock);
    give();
}

static bool guarded_by(const struct edge *edge, uintptr_t gate)
{
    for (size_t i = 0; i < edge->n_gates; i++)
        if (edge->gates[i] == gate)
            return true;
    return false;
}

static bool have_a_gate(struct edge *const *edges, size_t n)
{
    for (size_t g = 0; g < edges[0]->n_gates; g++) {
        bool all = true;
        for (size_t i = 1; i < n && all; i++)
            all = guarded_by(edges[i], edges[0]->gates[g]);
        if (all)
            return true;
    }
    return false;
}

/* Whether some taker of one edge and some of another were there at the same time. */
static bool meet(const struct edge *a, const struct edge *b)
{
    for (size_t i = 0; i < a->n_takers; i++)
        for (size_t j = 0; j < b->n_takers; j++)
            if (a->takers[i] != b->takers[j] &&
                threads_overlap(thread_at(a->takers[i]), thread_at(b->takers[j])))
                return true;
    return false;
}

bool order_possible(const uintptr_t *locks, size_t n)
{
    struct edge *edges[CYCLE_MAX];
    if (n < 2 || n > CYCLE_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        edges[i] = find(locks[i], locks[(i + 1) % n]);
        if (!edges[i])
            return false;
    }
    if (have_a_gate(edges, n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!meet(edges[i], edges[(i + 1) % n]))
            return false;
    return true;
}
