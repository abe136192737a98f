/*
 * strategy_random.c - random walk: every option is as likely as any other.
 *
 * The simplest strategy, and on small programs the best one tried. The first execution takes
 * only tame choices: it is what a student expects to happen. Execution i depends
 * on the seed and i alone, so a longer exploration begins like a shorter one.
 */
#include "harness/explore/strategy.h"

struct random_walk {
    struct strategy strategy;
    uint64_t seed;
    uint64_t index; /* of the execution; 0 is the tame one */
    uint64_t state;
};

enum { SPURIOUS_ONE_IN = 8, TIMEOUT_ONE_IN = 4 };

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Uniform in [0, n) (Lemire 2019, without the correction that n below 2^7 never needs to notice).
 */
static int below(uint64_t *state, int n)
{
    return (int)((next(state) >> 32) * (uint64_t)n >> 32);
}

static void begin(struct strategy *strategy)
{
    struct random_walk *walk = (struct random_walk *)strategy;
    walk->state = walk->seed + walk->index * UINT64_C(0xD1342543DE82EF95);
    next(&walk->state);
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    struct random_walk *walk = (struct random_walk *)strategy;
    if (walk->index == 0)
        return 0;
    if (choice->kind == CHOICE_SPURIOUS)
        return below(&walk->state, SPURIOUS_ONE_IN) == 0;
    if (choice->kind == CHOICE_TIMEOUT)
        return below(&walk->state, TIMEOUT_ONE_IN) == 0;
    return below(&walk->state, choice->n);
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
