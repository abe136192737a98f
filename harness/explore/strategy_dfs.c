/*
 * strategy_dfs.c - every schedule there is, one after the other, without any reduction.
 *
 * Only for programs so small that nobody needs it: it is what the reduction of strategy_dpor.c is
 * measured against.
 */
#include "harness/explore/strategy.h"

enum { NODES_MAX = 4096 };

struct dfs {
    struct strategy strategy;
    int n, depth;
    uint8_t taken[NODES_MAX];
    uint8_t options[NODES_MAX];
};

static void begin(struct strategy *strategy)
{
    ((struct dfs *)strategy)->depth = 0;
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    struct dfs *dfs = (struct dfs *)strategy;
    if (dfs->depth == NODES_MAX)
        return 0;
    if (dfs->depth == dfs->n) {
        dfs->taken[dfs->n] = 0;
        dfs->options[dfs->n++] = (uint8_t)choice->n;
    }
    return dfs->taken[dfs->depth++];
}

static bool end(struct strategy *strategy)
{
    struct dfs *dfs = (struct dfs *)strategy;
    for (; dfs->n > 0; dfs->n--)
        if (++dfs->taken[dfs->n - 1] < dfs->options[dfs->n - 1])
            return true;
    return false;
}

struct strategy *strategy_dfs(void)
{
    static struct dfs dfs;
    dfs.strategy = (struct strategy){.name = "dfs", .begin = begin, .choose = choose, .end = end};
    dfs.n = 0;
    return &dfs.strategy;
}
