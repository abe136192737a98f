/*
 * explore.c - drive the engine through a scenario. See explore.h.
 *
 *   search                       executions: findings counted, outcomes collected
 *     │
 *     ▼  for each finding
 *   shorten ─► tell              its schedule minimised, run again, its story written
 */
#include "harness/explore/explore.h"

#include <stdlib.h>
#include <string.h>

#include "harness/explore/minimise.h"
#include "harness/explore/outcomes.h"
#include "harness/explore/output.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/search.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/tell.h"
#include "harness/explore/token.h"

void explore_scenario(const struct job *job, const struct job_scenario *scenario)
{
    struct tally tally = {0};
    tell_begin(scenario);
    search(job, scenario, &tally);
    tell_outcomes();
    tell_overlaps();
    int told = 0;
    for (int i = 0; i < findings_count(); i++) {
        bool last = i == findings_count() - 1;
        if (!engine.hung)
            tell_shorten(findings_get(i));
        told += tell_finding(i, findings_get(i), last && !told);
    }
    tell_done(scenario, &tally);
}

static bool still_answers(void *data, uint8_t *choices, size_t *n)
{
    const struct answers *wanted = data;
    engine.strategy = strategy_replay(choices, *n);
    findings_mute();
    search_execute();
    const struct answers *got = scenario_answers();
    if (engine.ending != END_COMPLETE || !got->complete || !answers_equal(wanted, got) ||
        engine.n_choices > *n)
        return false;
    memcpy(choices, engine.choices, engine.n_choices);
    *n = engine.n_choices;
    return true;
}

static void replay_schedule(const struct job *job, const struct job_scenario *scenario,
                            struct schedule *schedule)
{
    struct tally tally = {0};
    schedule_replay(schedule);
    findings_explore();
    engine.replaying = true;
    search_execute();
    search_collect(&tally);
    search_compare(job, scenario);
    /* A replay of answers may be told shorter, as long as the answers stay the same. */
    if (scenario->budget_ms && !findings_count() && outcomes_count()) {
        struct answers answers = *scenario_answers();
        minimise(schedule->choices, &schedule->n_choices, still_answers, &answers);
    }
    tell_outcomes();
    tell_everything(schedule);
    for (int i = 0; i < findings_count(); i++)
        tell_finding(i + 1, findings_get(i), false);
    tell_done(scenario, &tally);
}

void explore_replay(const struct job *job, const struct job_scenario *scenario)
{
    tell_begin(scenario);
    search_prepare(scenario, false);
    engine.steps_max = scenario->steps * SEARCH_LONG_FACTOR;
    engine.endless = true;
    struct token token = {.room = CHOICES_MAX, .schedule.choices = malloc(CHOICES_MAX)};
    struct tally none = {0};
    if (!token.schedule.choices || !token_read(scenario->token, &token)) {
        output_note("the replay token is malformed");
        tell_done(scenario, &none);
    } else if (!scenario->debug && token.hash != snapshot_hash()) {
        output_note("the replay token belongs to another version of the program");
        tell_done(scenario, &none);
    } else {
        engine.punctual = token.punctual;
        engine.unlock_points = token.unlock_points;
        replay_schedule(job, scenario, &token.schedule);
    }
    schedule_free(&token.schedule);
}
