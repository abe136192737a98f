/*
 * strategy_portfolio.c - the random strategies in turn, since each is blind where another sees.
 *
 * A random walk finds shallow bugs of small programs at once; partial order sampling those that
 * hide behind many equivalent interleavings; PCT those that need one thread to be very late.
 */
#include "harness/explore/strategy.h"

enum { MEMBERS = 3 };

struct portfolio {
    struct strategy strategy;
    struct strategy *members[MEMBERS];
    uint64_t index;
};

static struct strategy *member(const struct strategy *strategy)
{
    const struct portfolio *portfolio = (const struct portfolio *)strategy;
    return portfolio->members[portfolio->index % MEMBERS];
}

static void begin(struct strategy *strategy)
{
    member(strategy)->begin(member(strategy));
}

static int choose(struct strategy *strategy, const struct choice *choice)
{
    return member(strategy)->choose(member(strategy), choice);
}

static bool end(struct strategy *strategy)
{
    bool more = member(strategy)->end(member(strategy));
    ((struct portfolio *)strategy)->index++;
    return more;
}

struct strategy *strategy_portfolio(uint64_t seed)
{
    static struct portfolio portfolio;
    portfolio = (struct portfolio){
        .strategy = {.name = "portfolio", .begin = begin, .choose = choose, .end = end},
        .members = {strategy_random(seed), strategy_pos(seed), strategy_pct(seed)},
    };
    return &portfolio.strategy;
}
