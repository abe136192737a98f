/* schedule.c - see schedule.h. */
#include "harness/explore/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void schedule_keep(struct schedule *schedule)
{
    uint8_t *copy = realloc(schedule->choices, engine.n_choices + 1);
    if (!copy) {
        fprintf(stderr, "hilo-explore: no memory for a schedule\n");
        exit(3);
    }
    memcpy(copy, engine.choices, engine.n_choices);
    schedule->choices = copy;
    schedule->n_choices = engine.n_choices;
    schedule->n_preemptions = engine.n_preemptions;
    schedule->n_racy = engine.n_racy;
    memcpy(schedule->racy, engine.racy, sizeof schedule->racy);
}

static bool is_better(const struct schedule *schedule)
{
    if (!schedule->choices)
        return true;
    if (engine.n_racy != schedule->n_racy)
        return engine.n_racy < schedule->n_racy;
    if (engine.n_preemptions != schedule->n_preemptions)
        return engine.n_preemptions < schedule->n_preemptions;
    return engine.n_choices < schedule->n_choices;
}

bool schedule_keep_better(struct schedule *schedule)
{
    if (!is_better(schedule))
        return false;
    schedule_keep(schedule);
    return true;
}

void schedule_replay(const struct schedule *schedule)
{
    engine.n_racy = schedule->n_racy;
    memcpy(engine.racy, schedule->racy, sizeof engine.racy);
    engine.strategy = strategy_replay(schedule->choices, schedule->n_choices);
}

void schedule_free(struct schedule *schedule)
{
    free(schedule->choices);
    *schedule = (struct schedule){0};
}
