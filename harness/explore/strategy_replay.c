/*
 * strategy_replay.c - give back a recorded schedule.
 *
 * A choice that does not exist any more (a shortened schedule is being tried) becomes the tame
 * one; so every sequence of numbers is a schedule.
 */
#include "harness/explore/strategy.h"

struct replay {
    struct strategy strategy;
    const uint8_t *choices;
    size_t n, at;
};

static void begin(struct strategy *strategy)
{
    ((struct replay *)strategy)->at = 0;
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    struct replay *replay = (struct replay *)strategy;
    int taken = replay->at < replay->n ? replay->choices[replay->at] : 0;
    replay->at++;
    return taken < choice->n ? taken : 0;
}

static bool end(struct strategy *strategy)
{
    (void)strategy;
    return false;
}

struct strategy *strategy_replay(const uint8_t *choices, size_t n)
{
    static struct replay replay;
    replay = (struct replay){
        .strategy = {.name = "replay", .begin = begin, .choose = choose, .end = end},
        .choices = choices,
        .n = n,
    };
    return &replay.strategy;
}
