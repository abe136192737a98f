/*
 * strategy_pos.c - partial order sampling (Yuan, Yang and Gu, CAV 2018).
 *
 * A random walk tends to sample the same few partial orders, since many interleavings are
 * equivalent. Here each pending operation has a random priority and the highest goes first; after
 * it, those that conflict with it draw again. So what decides is the order of conflicting
 * operations, and a thread that does many unimportant things is not favoured for it.
 */
#include <string.h>

#include "harness/explore/conflict.h"
#include "harness/explore/engine.h"
#include "harness/explore/random64.h"
#include "harness/explore/strategy.h"

struct pos {
    struct strategy strategy;
    uint64_t seed, index, state;
    uint64_t priority[FIBERS_MAX]; /* of each thread's pending operation; 0: not drawn yet */
};

enum { SPURIOUS_ONE_IN = 8, TIMEOUT_ONE_IN = 4 };

static void begin(struct strategy *strategy)
{
    struct pos *pos = (struct pos *)strategy;
    pos->state = random_start(pos->seed, pos->index);
    memset(pos->priority, 0, sizeof pos->priority);
}

static int choose_thread(struct pos *pos, const struct choice *choice)
{
    int best = 0, n_first = choice->n - choice->yields;
    for (int i = 0; i < n_first; i++) {
        uint64_t *priority = &pos->priority[choice->threads[i]];
        if (!*priority)
            *priority = random64(&pos->state) | 1;
        if (*priority > pos->priority[choice->threads[best]])
            best = i;
    }
    struct object_use uses[USES_MAX];
    int n = uses_of(&engine.threads[choice->threads[best]], uses);
    for (int i = 0; i < choice->n; i++)
        if (i == best || i >= n_first ||
            threads_conflict(uses, n, &engine.threads[choice->threads[i]]))
            pos->priority[choice->threads[i]] = 0;
    return best;
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    struct pos *pos = (struct pos *)strategy;
    if (choice->kind == CHOICE_THREAD)
        return choose_thread(pos, choice);
    if (choice->kind == CHOICE_SPURIOUS)
        return random_below(&pos->state, SPURIOUS_ONE_IN) == 0;
    if (choice->kind == CHOICE_TIMEOUT)
        return random_below(&pos->state, TIMEOUT_ONE_IN) == 0;
    return random_below(&pos->state, choice->n);
}

static bool end(struct strategy *strategy)
{
    ((struct pos *)strategy)->index++;
    return true;
}

struct strategy *strategy_pos(uint64_t seed)
{
    static struct pos pos;
    pos = (struct pos){
        .strategy = {.name = "pos", .begin = begin, .choose = choose, .end = end},
        .seed = seed,
    };
    return &pos.strategy;
}
