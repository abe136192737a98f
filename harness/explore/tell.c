/* tell.c - from tables to records. See tell.h and harness/protocol.h. */
#include "harness/explore/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/minimise.h"
#include "harness/explore/outcomes.h"
#include "harness/explore/output.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/story.h"
#include "harness/explore/token.h"
#include "harness/explore/trace.h"

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

void tell_outcomes(void)
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
    search_execute();
    if (!findings_matched() || entry->schedule.n_choices > *n)
        return false;
    *n = entry->schedule.n_choices;
    memcpy(choices, entry->schedule.choices, *n);
    return true;
}

void tell_shorten(struct finding_entry *entry)
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
bool tell_finding(int id, struct finding_entry *entry, bool last_resort)
{
    schedule_replay(&entry->schedule);
    findings_tell(entry);
    story_begin(entry->address, entry->size);
    search_execute();
    if (!findings_matched() && !last_resort) {
        /* It hung on bytes that nobody wrote, after a fault that is told. What cannot be shown
         * again is no finding. */
        trace_on = false;
        output_note("what followed from reading memory that nobody wrote is not told");
        return false;
    }
    if (leans_on_sleep(entry))
        write_header(id, "sleep-as-synchronisation", entry->kind, entry->seen, &entry->schedule);
    else
        write_header(id, entry->kind, entry->why, entry->seen, &entry->schedule);
    story_write(id);
    return true;
}

void tell_done(const struct job_scenario *scenario, const struct tally *tally)
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

void tell_begin(const struct job_scenario *scenario)
{
    struct record record;
    record_begin(&record, "begin");
    record_text(&record, "scenario", scenario->name);
    output_send(&record);
}

void tell_everything(const struct schedule *schedule)
{
    schedule_replay(schedule);
    findings_mute();
    story_begin(0, 0);
    story_tell_all();
    search_execute();
    write_header(0, "trace", "", 1, schedule);
    story_write(0);
}

void tell_overlaps(void)
{
    scenario_each_overlap(write_overlap);
}
