/*
 * search.c - which executions are made of a scenario. See search.h.
 *
 *   measure      the tame execution, with room: does it end, how long is it?
 *   exhaust      partial-order reduction: proves, where it comes to its end in time
 *   sample       else the random strategies
 *   sample       where a race was found, again with its memory as scheduling points
 *   compare      where the student's code sleeps, on a punctual clock
 *
 * How many executions are made is a matter of counts, never of time, so that a
 * slow machine finds what a fast one does.
 */
#include "harness/explore/search.h"

#include <string.h>

#include "harness/explore/arena.h"
#include "harness/explore/dpor.h"
#include "harness/explore/findings.h"
#include "harness/explore/outcomes.h"
#include "harness/explore/program.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/thread.h"
#include "harness/loader.h"

/* Once something is wrong, so many more executions without anything new are enough. */
enum { ENOUGH = 500 };

/* Partial-order reduction may take half as many executions again as sampling is given. When they
 * did not suffice they were samples too, and half as many of the others are enough. */
static long exhaust_limit(long executions)
{
    return executions + executions / 2;
}

/* Events times threads that partial-order reduction may spend for each execution allowed to it:
 * many threads cannot be exhausted, and must not take the time from sampling. */
enum { WORK_SHARE = 400 };

/* Executions on a punctual clock, to compare with. */
enum { COMPARE = 300 };

/* The second round, with points at racy memory, is this much shorter than the first. */
enum { RACY_SHARE = 4 };

static uint64_t seed_of(const struct job *job, const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ job->seed; /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
    return hash;
}

void search_prepare(const struct job_scenario *scenario, bool unlock_points)
{
    engine.scenario = scenario;
    engine.body = program_active() ? program_body : loader_scenario(scenario->name);
    engine.steps_max = scenario->steps;
    engine.punctual = scenario->punctual;
    engine.unlock_points = unlock_points;
    engine.saw_try = false;
    engine.endless = false;
    engine.hung = false;
    engine.n_racy = 0;
    engine.slept = false;
    findings_clear();
    outcomes_clear();
    scenario_begin();
}

/* One execution and what comes right after it. */
void search_execute(void)
{
    engine_execute();
    if (engine.ending != END_COMPLETE)
        return;
    thread_check_leaks();
    arena_check_leaks();
}

void search_collect(struct tally *tally)
{
    tally->executions++;
    tally->steps += engine.steps;
    tally->truncated += engine.ending == END_TRUNCATED;
    if (tally->executions == 1)
        tally->no_choice = engine.n_choices == 0 && engine.ending == END_COMPLETE;
    if (engine.ending == END_COMPLETE && scenario_answers()->complete)
        outcomes_add(scenario_answers());
}

/* The first execution, the tame one, with room to end. One that does not end within
 * many times the bound never does; one that does tells how much room others need. */
static void measure(const struct job *job, const struct job_scenario *scenario)
{
    engine.steps_max = scenario->steps * SEARCH_LONG_FACTOR;
    engine.endless = true;
    findings_explore();
    engine.strategy = strategy_random(seed_of(job, scenario->name));
    search_execute();
    engine.endless = engine.ending == END_TRUNCATED || engine.hung;
    if (engine.endless)
        return;
    engine.steps_max = scenario->steps;
    if (engine.steps * 2 > scenario->steps)
        engine.steps_max = engine.steps * 2;
    findings_clear();
}

/* Whether the exploration of this scenario is over, or must begin anew (see explore_scenario). */
static bool must_stop(void)
{
    return engine.hung || (engine.saw_try && !engine.unlock_points);
}

static struct strategy *sampler_of(const struct job_scenario *scenario, uint64_t seed)
{
    const char *name = scenario->strategy ? scenario->strategy : "portfolio";
    if (!strcmp(name, "random"))
        return strategy_random(seed);
    if (!strcmp(name, "pos"))
        return strategy_pos(seed);
    if (!strcmp(name, "dfs"))
        return strategy_dfs();
    return !strcmp(name, "pct") ? strategy_pct(seed) : strategy_portfolio(seed);
}

/* Whether something was found that more executions would only find again. That a thread waits by
 * looking hides nothing else. */
static bool found_fault(void)
{
    for (int i = 0; i < findings_count(); i++)
        if (strcmp(findings_get(i)->kind, "busy-wait") != 0)
            return true;
    return false;
}

/* Until `limit` executions are made, or it is known that more would tell nothing new. */
static void sample(struct strategy *sampler, long limit, struct tally *tally)
{
    engine.strategy = sampler;
    long last_new = tally->executions;
    int known = findings_count();
    while (tally->executions < limit) {
        search_execute();
        search_collect(tally);
        if (must_stop() || tally->no_choice)
            return;
        if (!engine.strategy->end(engine.strategy))
            return;
        if (known != findings_count())
            last_new = tally->executions;
        known = findings_count();
        if (found_fault() && tally->executions - last_new > ENOUGH)
            return;
    }
}

static bool found_race(void)
{
    for (int i = 0; i < findings_count(); i++)
        if (!strcmp(findings_get(i)->kind, "data-race"))
            return true;
    return false;
}

/* Try everything there is, by partial-order reduction. Given up where it would prove nothing: plain
 * memory that races, and time, decide what partial orders do not show. */
static void exhaust(long limit, struct tally *tally)
{
    engine.strategy = strategy_dpor();
    engine.inexact = false;
    long work = 0; /* what an event costs grows with the threads */
    for (long made = 0; made < limit && work < limit * WORK_SHARE; made++) {
        search_execute();
        work += engine.steps * engine.n_threads;
        if (engine.ending != END_PRUNED)
            search_collect(tally);
        if (must_stop() || engine.inexact)
            return;
        bool more = engine.strategy->end(engine.strategy);
        tally->proved = dpor_result()->exhausted && !tally->truncated && !found_race() &&
                        !program_was_cut_short();
        if (!more || found_race() || tally->no_choice)
            return;
    }
}

/* The memory that races, so far: of each race the first byte, in the order of finding. */
static void take_racy(void)
{
    for (int i = 0; i < findings_count() && engine.n_racy < RACY_MAX; i++)
        if (!strcmp(findings_get(i)->kind, "data-race"))
            engine.racy[engine.n_racy++] = findings_get(i)->address;
}

/* Plain accesses are no points as long as they do not race. Where they do, a second round
 * with points there shows what comes of it. */
static void explore(const struct job *job, const struct job_scenario *scenario, struct tally *tally)
{
    uint64_t seed = seed_of(job, scenario->name);
    findings_explore();
    if (!scenario->strategy || !strcmp(scenario->strategy, "dpor"))
        exhaust(exhaust_limit(scenario->executions), tally);
    if (scenario->strategy && !strcmp(scenario->strategy, "dpor"))
        return;
    if (tally->proved || tally->no_choice || must_stop())
        return;
    long samples = scenario->executions;
    if (tally->executions >= samples)
        samples /= 2;
    sample(sampler_of(scenario, seed), tally->executions + samples, tally);
    take_racy();
    if (engine.n_racy && !must_stop())
        sample(sampler_of(scenario, seed), tally->executions + scenario->executions / RACY_SHARE,
               tally);
}

/* On a punctual clock a sleep is as long as it says. What is wrong only when it may be
 * overtaken leans on it: `sleep-as-synchronisation`. */
void search_compare(const struct job *job, const struct job_scenario *scenario)
{
    struct tally unused = {0};
    if (!engine.slept || engine.punctual || engine.hung)
        return;
    int n_racy = engine.n_racy;
    engine.n_racy = 0;
    engine.comparing = engine.punctual = true;
    findings_explore();
    sample(strategy_random(seed_of(job, scenario->name)), COMPARE, &unused);
    engine.comparing = engine.punctual = false;
    engine.n_racy = n_racy;
}

static void search_round(const struct job *job, const struct job_scenario *scenario,
                         bool unlock_points, struct tally *tally)
{
    *tally = (struct tally){0};
    search_prepare(scenario, unlock_points);
    measure(job, scenario);
    if (engine.endless)
        search_collect(tally);
    else
        explore(job, scenario, tally);
    search_compare(job, scenario);
}

void search(const struct job *job, const struct job_scenario *scenario, struct tally *tally)
{
    search_round(job, scenario, false, tally);
    /* When somebody looks whether a lock is free, giving one up is a scheduling point too. */
    if (engine.saw_try)
        search_round(job, scenario, true, tally);
}
