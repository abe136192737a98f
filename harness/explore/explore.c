/*
 * explore.c - drive the engine through a scenario. See explore.h.
 *
 *   execute ... execute          findings counted, outcomes collected
 *        │
 *        ▼  for each finding
 *   minimise ─► tell             its schedule shortened, run again, its story written
 *
 * How many executions are made is a matter of counts, never of time, so that a
 * slow machine finds what a fast one does.
 */
#include "harness/explore/explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/arena.h"
#include "harness/explore/dpor.h"
#include "harness/explore/engine.h"
#include "harness/explore/findings.h"
#include "harness/explore/minimise.h"
#include "harness/explore/outcomes.h"
#include "harness/explore/output.h"
#include "harness/explore/program.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/story.h"
#include "harness/explore/thread.h"
#include "harness/explore/token.h"
#include "harness/loader.h"

/* Once something is wrong, so many more executions without anything new are enough. */
enum { ENOUGH = 500 };

/* Partial-order reduction may take so many times the executions that sampling is given. */
enum { EXHAUST_FACTOR = 5 };

/* Executions on a punctual clock, to compare with. */
enum { COMPARE = 300 };

/* The second round, with points at racy memory, is this much shorter than the first. */
enum { RACY_SHARE = 4 };

/* An execution this many times longer than its bound never ends. */
enum { LONG_FACTOR = 20 };

struct tally {
    long executions, truncated, steps;
    bool no_choice; /* the first execution had no alternative: it is all there is */
    bool proved;    /* all executions there are, but for equivalent ones, were made */
};

static uint64_t seed_of(const struct job *job, const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ job->seed; /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
    return hash;
}

static void prepare(const struct job_scenario *scenario, bool unlock_points)
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
static void execute(void)
{
    engine_execute();
    if (engine.ending != END_COMPLETE)
        return;
    thread_check_leaks();
    arena_check_leaks();
}

static void collect(struct tally *tally)
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
    engine.steps_max = scenario->steps * LONG_FACTOR;
    engine.endless = true;
    findings_explore();
    engine.strategy = strategy_random(seed_of(job, scenario->name));
    execute();
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
    return !strcmp(name, "pct") ? strategy_pct(seed) : strategy_portfolio(seed);
}

/* Until `limit` executions are made, or it is known that more would tell nothing new. */
static void sample(struct strategy *sampler, long limit, struct tally *tally)
{
    engine.strategy = sampler;
    long last_new = tally->executions;
    int known = findings_count();
    while (tally->executions < limit) {
        execute();
        collect(tally);
        if (must_stop() || tally->no_choice)
            return;
        if (!engine.strategy->end(engine.strategy))
            return;
        if (known != findings_count())
            last_new = tally->executions;
        known = findings_count();
        if (known && tally->executions - last_new > ENOUGH)
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
    for (long made = 0; made < limit; made++) {
        execute();
        if (engine.ending != END_PRUNED)
            collect(tally);
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
        exhaust(scenario->executions * EXHAUST_FACTOR, tally);
    if (scenario->strategy && !strcmp(scenario->strategy, "dpor"))
        return;
    if (tally->proved || tally->no_choice || must_stop())
        return;
    sample(sampler_of(scenario, seed), tally->executions + scenario->executions, tally);
    take_racy();
    if (engine.n_racy && !must_stop())
        sample(sampler_of(scenario, seed), tally->executions + scenario->executions / RACY_SHARE,
               tally);
}

/* On a punctual clock a sleep is as long as it says. What is wrong only when it may be
 * overtaken leans on it: `sleep-as-synchronisation`. */
static void compare_punctual(const struct job *job, const struct job_scenario *scenario)
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

static void explore_from_start(const struct job *job, const struct job_scenario *scenario,
                               bool unlock_points, struct tally *tally)
{
    *tally = (struct tally){0};
    prepare(scenario, unlock_points);
    measure(job, scenario);
    if (engine.endless)
        collect(tally);
    else
        explore(job, scenario, tally);
    compare_punctual(job, scenario);
}

/*
 * Records.
 */

static void add_token(struct record *record, const struct schedule *schedule)
{
    char text[TOKEN_MAX];
    struct token token = {.punctual = engine.punctual,
                          .unlock_points = engine.unlock_points,
                          .hash = snapshot_hash(),
                          .schedule = *schedule};
    if (token_write(&token, text))
        record_text(record, "token", text);
}

static void add_answers(struct record *record, const struct answers *answers)
{
    for (int i = 0; i < answers->n; i++) {
        char key[ANSWER_NAME_MAX + 2];
        snprintf(key, sizeof key, "%c.%s", answers->at[i].is_check ? 'c' : 'a',
                 answers->at[i].name);
        record_int(record, key, answers->at[i].value);
    }
}

static void write_outcomes(void)
{
    for (int i = 0; i < outcomes_count(); i++) {
        const struct outcome *outcome = outcomes_get(i);
        struct record record;
        record_begin(&record, "outcome");
        record_int(&record, "id", i);
        record_int(&record, "count", outcome->count);
        if (engine.slept && !engine.punctual && !outcome->punctual)
            record_int(&record, "late", 1);
        add_token(&record, &outcome->schedule);
        add_answers(&record, &outcome->answers);
        output_send(&record);
    }
}

static void write_overlap(const char *a, const char *b, bool overlapped)
{
    char name[2 * ANSWER_NAME_MAX + 16];
    snprintf(name, sizeof name, "overlap:%s:%s", a, b);
    struct record record;
    record_begin(&record, "fact");
    record_text(&record, "name", name);
    record_int(&record, "value", overlapped);
    output_send(&record);
}

static void write_header(int id, const char *kind, const char *why, long seen,
                         const struct schedule *schedule)
{
    struct record record;
    record_begin(&record, "finding");
    record_int(&record, "id", id);
    record_text(&record, "kind", kind);
    if (*why)
        record_text(&record, "why", why);
    record_int(&record, "seen", seen);
    record_text(&record, "clock", engine.punctual ? "punctual" : "adversarial");
    add_token(&record, schedule);
    output_send(&record);
}

static bool still_found(void *data, uint8_t *choices, size_t *n)
{
    struct finding_entry *entry = data;
    engine.strategy = strategy_replay(choices, *n);
    findings_match(entry);
    execute();
    if (!findings_matched() || entry->schedule.n_choices > *n)
        return false;
    *n = entry->schedule.n_choices;
    memcpy(choices, entry->schedule.choices, *n);
    return true;
}

static void shorten(struct finding_entry *entry)
{
    size_t n = entry->schedule.n_choices;
    uint8_t *choices = malloc(n + 1);
    if (!choices)
        return;
    memcpy(choices, entry->schedule.choices, n);
    schedule_replay(&entry->schedule);
    minimise(choices, &n, still_found, entry);
    memcpy(entry->schedule.choices, choices, n);
    entry->schedule.n_choices = n;
    free(choices);
}

/* A race is one whatever the clock says; anything else that a punctual clock never showed comes of
 * a sleep that was too short. */
static bool leans_on_sleep(const struct finding_entry *entry)
{
    return engine.slept && !engine.punctual && !entry->punctual &&
           strcmp(entry->kind, "data-race") != 0;
}

/* Run the finding's schedule once more and write its story. */
static void tell(int id, struct finding_entry *entry)
{
    schedule_replay(&entry->schedule);
    findings_tell(entry);
    story_begin(entry->address, entry->size);
    execute();
    if (leans_on_sleep(entry))
        write_header(id, "sleep-as-synchronisation", entry->kind, entry->seen, &entry->schedule);
    else
        write_header(id, entry->kind, entry->why, entry->seen, &entry->schedule);
    story_write(id);
    if (!findings_matched())
        output_note("a finding was not raised again when its schedule was replayed");
}

static void write_done(const struct job_scenario *scenario, const struct tally *tally)
{
    struct record record;
    record_begin(&record, "done");
    record_text(&record, "scenario", scenario->name);
    record_int(&record, "executions", tally->executions);
    record_int(&record, "steps", tally->steps);
    record_int(&record, "outcomes", outcomes_count());
    record_int(&record, "truncated", tally->truncated);
    record_text(&record, "coverage", tally->no_choice || tally->proved ? "proved" : "sampled");
    output_send(&record);
}

static void write_begin(const struct job_scenario *scenario)
{
    struct record record;
    record_begin(&record, "begin");
    record_text(&record, "scenario", scenario->name);
    output_send(&record);
}

void explore_scenario(const struct job *job, const struct job_scenario *scenario)
{
    struct tally tally = {0};
    write_begin(scenario);
    explore_from_start(job, scenario, false, &tally);
    /* When somebody looks whether a lock is free, giving one up is a scheduling point too. */
    if (engine.saw_try)
        explore_from_start(job, scenario, true, &tally);
    write_outcomes();
    scenario_each_overlap(write_overlap);
    for (int i = 0; i < findings_count(); i++) {
        if (!engine.hung)
            shorten(findings_get(i));
        tell(i, findings_get(i));
    }
    write_done(scenario, &tally);
}

/*
 * Replay.
 */

static bool still_answers(void *data, uint8_t *choices, size_t *n)
{
    const struct answers *wanted = data;
    engine.strategy = strategy_replay(choices, *n);
    findings_mute();
    execute();
    const struct answers *got = scenario_answers();
    if (engine.ending != END_COMPLETE || !got->complete || !answers_equal(wanted, got) ||
        engine.n_choices > *n)
        return false;
    memcpy(choices, engine.choices, engine.n_choices);
    *n = engine.n_choices;
    return true;
}

static void trace_everything(const struct schedule *schedule)
{
    schedule_replay(schedule);
    findings_mute();
    story_begin(0, 0);
    story_tell_all();
    execute();
    write_header(0, "trace", "", 1, schedule);
    story_write(0);
}

static void replay_schedule(const struct job *job, const struct job_scenario *scenario,
                            struct schedule *schedule)
{
    struct tally tally = {0};
    schedule_replay(schedule);
    findings_explore();
    execute();
    collect(&tally);
    compare_punctual(job, scenario);
    /* A replay of answers may be told shorter, as long as the answers stay the same. */
    if (scenario->budget_ms && !findings_count() && outcomes_count()) {
        struct answers answers = *scenario_answers();
        minimise(schedule->choices, &schedule->n_choices, still_answers, &answers);
    }
    write_outcomes();
    trace_everything(schedule);
    for (int i = 0; i < findings_count(); i++)
        tell(i + 1, findings_get(i));
    write_done(scenario, &tally);
}

void explore_replay(const struct job *job, const struct job_scenario *scenario)
{
    write_begin(scenario);
    prepare(scenario, false);
    engine.steps_max = scenario->steps * LONG_FACTOR;
    engine.endless = true;
    struct token token = {.room = CHOICES_MAX, .schedule.choices = malloc(CHOICES_MAX)};
    struct tally none = {0};
    if (!token.schedule.choices || !token_read(scenario->token, &token)) {
        output_note("the replay token is malformed");
        write_done(scenario, &none);
    } else if (token.hash != snapshot_hash()) {
        output_note("the replay token belongs to another version of the program");
        write_done(scenario, &none);
    } else {
        engine.punctual = token.punctual;
        engine.unlock_points = token.unlock_points;
        replay_schedule(job, scenario, &token.schedule);
    }
    schedule_free(&token.schedule);
}
