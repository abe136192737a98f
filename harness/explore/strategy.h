/*
 * strategy.h - who decides. The engine knows no strategy and a strategy is three functions.
 *
 * choose() is called for every choice with at least two options; 0 is always the tame one (the
 * running thread goes on, no spurious wakeup, the longest waiter is woken), so an all-zero
 * schedule is the one without preemptions. It must depend on nothing but the
 * strategy's own state and what the engine shows: then it can be replayed.
 *
 * Threads: one. Ownership: a strategy embeds `struct strategy` first and is its maker's.
 */
#ifndef HILO_EXPLORE_STRATEGY_H
#define HILO_EXPLORE_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum choice_kind {
    CHOICE_THREAD,   /* option i is engine candidate i; 0 is the running one where it can go on */
    CHOICE_WAITER,   /* whom a signal wakes; 0 waits longest */
    CHOICE_TIMEOUT,  /* 0: the operation is done; 1: its timeout fires instead */
    CHOICE_SPURIOUS, /* 1: this wait will wake by itself */
    CHOICE_FAIL,     /* 1: fail where failing is allowed */
    CHOICE_END,      /* a program ends. 0: at once; 1: when nobody else can go on any more */
};

struct choice {
    enum choice_kind kind;
    int n;
    bool running; /* CHOICE_THREAD: option 0 is the running thread */
    bool yields; /* CHOICE_THREAD: the last option is the running thread, which lets others go first
                  */
    const int *threads; /* CHOICE_THREAD: thread ids of the options */
};

struct strategy {
    const char *name;
    void (*begin)(struct strategy *); /* of an execution */
    int (*choose)(struct strategy *, const struct choice *);
    bool (*end)(struct strategy *); /* of an execution; false: nothing is left to explore */
    bool sees_forced;               /* also asked whose turn it is when there is only one option */
};

/* Random walk: uniform among the options (strategy_random.c). */
struct strategy *strategy_random(uint64_t seed);

/* Partial order sampling: a random priority for each pending operation, drawn again when something
 * conflicts with it (strategy_pos.c). */
struct strategy *strategy_pos(uint64_t seed);

/* Probabilistic concurrency testing: threads have random priorities, which fall at a few random
 * moments (strategy_pct.c). */
struct strategy *strategy_pct(uint64_t seed);

/* All of the random ones in turn, an execution each (strategy_portfolio.c). */
struct strategy *strategy_portfolio(uint64_t seed);

/* All schedules in order, without reduction; for comparison (strategy_dfs.c). */
struct strategy *strategy_dfs(void);

/* Give back a recorded schedule; beyond its end, 0 (strategy_replay.c). The
 * array stays the caller's. */
struct strategy *strategy_replay(const uint8_t *choices, size_t n);

#endif
