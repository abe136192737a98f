/*
 * strategy_random.c - random walk: every option is as likely as any other.
 *
 * The simplest strategy, and on small programs the best one tried. The first execution takes
 * only tame choices: it is what a student expects to happen. Execution i depends
 * on the seed and i alone, so a longer exploration begins like a shorter one.
 */
#include "harness/explore/random64.h"
#include "harness/explore/strategy.h"

struct random_walk {
    struct strategy strategy;
    uint64_t seed;
    uint64_t index; /* of the execution; 0 is the tame one */
    uint64_t state;
};

enum { SPURIOUS_ONE_IN = 8, TIMEOUT_ONE_IN = 4 };

static void begin(struct strategy *strategy)
{
    struct random_walk *walk = (struct random_walk *)strategy;
    walk->state = random_start(walk->seed, walk->index);
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    struct random_walk *walk = (struct random_walk *)strategy;
    if (walk->index == 0)
        return 0;
    if (choice->kind == CHOICE_SPURIOUS)
        return random_below(&walk->state, SPURIOUS_ONE_IN) == 0;
    if (choice->kind == CHOICE_TIMEOUT)
        return random_below(&walk->state, TIMEOUT_ONE_IN) == 0;
    return random_below(&walk->state, choice->n);
}

static bool end(struct strategy *strategy)
{
    ((struct random_walk *)strategy)->index++;
    return true;
}

struct strategy *strategy_random(uint64_t seed)
{
    static struct random_walk walk;
    walk = (struct random_walk){
        .strategy = {.name = "random", .begin = begin, .choose = choose, .end = end},
        .seed = seed,
    };
    return &walk.strategy;
}
