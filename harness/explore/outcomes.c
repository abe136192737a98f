/* outcomes.c - see outcomes.h. */
#include "harness/explore/outcomes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/engine.h"

static struct {
    int n;
    struct outcome at[OUTCOMES_MAX];
} outcomes;

void outcomes_clear(void)
{
    for (int i = 0; i < outcomes.n; i++)
        free(outcomes.at[i].choices);
    outcomes.n = 0;
}

/* Threads answer in any order: a name is looked for, not a place. */
static bool has_answer(const struct answers *answers, const struct answer *wanted)
{
    for (int i = 0; i < answers->n; i++)
        if (!strcmp(answers->at[i].name, wanted->name))
            return answers->at[i].value == wanted->value;
    return false;
}

bool answers_equal(const struct answers *a, const struct answers *b)
{
    if (a->n != b->n)
        return false;
    for (int i = 0; i < a->n; i++)
        if (!has_answer(b, &a->at[i]))
            return false;
    return true;
}

static void keep_schedule(struct outcome *outcome)
{
    uint8_t *copy = realloc(outcome->choices, engine.n_choices + 1);
    if (!copy) {
        fprintf(stderr, "hilo-explore: no memory for a schedule\n");
        exit(3);
    }
    memcpy(copy, engine.choices, engine.n_choices);
    outcome->choices = copy;
    outcome->n_choices = engine.n_choices;
    outcome->n_preemptions = engine.n_preemptions;
}

static bool is_better(const struct outcome *outcome)
{
    if (engine.n_preemptions != outcome->n_preemptions)
        return engine.n_preemptions < outcome->n_preemptions;
    return engine.n_choices < outcome->n_choices;
}

void outcomes_add(const struct answers *answers)
{
    for (int i = 0; i < outcomes.n; i++) {
        struct outcome *outcome = &outcomes.at[i];
        if (!answers_equal(&outcome->answers, answers))
            continue;
        outcome->count++;
        if (is_better(outcome))
            keep_schedule(outcome);
        return;
    }
    if (outcomes.n == OUTCOMES_MAX)
        return;
    struct outcome *outcome = &outcomes.at[outcomes.n++];
    *outcome = (struct outcome){.answers = *answers, .count = 1};
    keep_schedule(outcome);
}

int outcomes_count(void)
{
    return outcomes.n;
}

const struct outcome *outcomes_get(int i)
{
    return &outcomes.at[i];
}
