/*
 * strategy_pct.c - probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and
 * Nagarakatte, ASPLOS 2010).
 *
 * Threads get random priorities and the highest that can run does; at d - 1 random moments the
 * running thread falls below all others. A bug that needs d particular orders is then found with a
 * probability of at least 1 / (n k^(d-1)) in one execution of n threads and k steps. It is
 * what finds the thread among a hundred that must run very late. d goes round from 1 to 5; k is
 * learned.
 */
#include <string.h>

#include "harness/explore/engine.h"
#include "harness/explore/random64.h"
#include "harness/explore/strategy.h"

enum { DEPTH_MAX = 5, SPURIOUS_ONE_IN = 8, TIMEOUT_ONE_IN = 4 };

struct pct {
    struct strategy strategy;
    uint64_t seed, index, state;
    int length; /* of the longest execution so far, in choices of threads */
    int step;
    int n_falls;
    int falls[DEPTH_MAX];         /* at which step the running thread falls */
    int64_t lowest;               /* the priority of the next that falls */
    int64_t priority[FIBERS_MAX]; /* 0: not drawn yet */
};

static void begin(struct strategy *strategy)
{
    struct pct *pct = (struct pct *)strategy;
    pct->state = random_start(pct->seed, pct->index);
    pct->step = 0;
    pct->lowest = 0;
    pct->n_falls = (int)(pct->index % DEPTH_MAX);
    for (int i = 0; i < pct->n_falls; i++)
        pct->falls[i] = random_below(&pct->state, pct->length + 1);
    memset(pct->priority, 0, sizeof pct->priority);
}

static int highest(const struct pct *pct, const struct choice *choice)
{
    int best = 0;
    for (int i = 1; i < choice->n; i++)
        if (pct->priority[choice->threads[i]] > pct->priority[choice->threads[best]])
            best = i;
    return best;
}

static int choose_thread(struct pct *pct, const struct choice *choice)
{
    for (int i = 0; i < choice->n; i++)
        if (!pct->priority[choice->threads[i]])
            pct->priority[choice->threads[i]] = (int64_t)(random64(&pct->state) >> 2) + 1;
    if (choice->yields) /* else it would go on polling before all others */
        pct->priority[choice->threads[choice->n - 1]] = --pct->lowest;
    int best = highest(pct, choice);
    for (int i = 0; i < pct->n_falls; i++)
        if (pct->falls[i] == pct->step) {
            pct->priority[choice->threads[best]] = --pct->lowest;
            best = highest(pct, choice);
        }
    pct->step++;
    return best;
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    struct pct *pct = (struct pct *)strategy;
    if (choice->kind == CHOICE_THREAD)
        return choose_thread(pct, choice);
    if (choice->kind == CHOICE_SPURIOUS)
        return random_below(&pct->state, SPURIOUS_ONE_IN) == 0;
    if (choice->kind == CHOICE_TIMEOUT)
        return random_below(&pct->state, TIMEOUT_ONE_IN) == 0;
    return random_below(&pct->state, choice->n);
}

static bool end(struct strategy *strategy)
{
    struct pct *pct = (struct pct *)strategy;
    if (pct->length < pct->step)
        pct->length = pct->step;
    pct->index++;
    return true;
}

struct strategy *strategy_pct(uint64_t seed)
{
    static struct pct pct;
    pct = (struct pct){
        .strategy = {.name = "pct", .begin = begin, .choose = choose, .end = end},
        .seed = seed,
    };
    return &pct.strategy;
}
