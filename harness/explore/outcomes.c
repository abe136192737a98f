/* outcomes.c - see outcomes.h. */
#include "harness/explore/outcomes.h"

#include <string.h>

static struct {
    int n;
    struct outcome at[OUTCOMES_MAX];
} outcomes;

void outcomes_clear(void)
{
    for (int i = 0; i < outcomes.n; i++)
        schedule_free(&outcomes.at[i].schedule);
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

void outcomes_add(const struct answers *answers)
{
    for (int i = 0; i < outcomes.n; i++) {
        struct outcome *outcome = &outcomes.at[i];
        if (!answers_equal(&outcome->answers, answers))
            continue;
        if (engine.comparing) {
            outcome->punctual = true;
            return;
        }
        outcome->count++;
        schedule_keep_better(&outcome->schedule);
        return;
    }
    if (outcomes.n == OUTCOMES_MAX || engine.comparing)
        return;
    struct outcome *outcome = &outcomes.at[outcomes.n++];
    *outcome = (struct outcome){.answers = *answers, .count = 1};
    schedule_keep(&outcome->schedule);
}

int outcomes_count(void)
{
    return outcomes.n;
}

const struct outcome *outcomes_get(int i)
{
    return &outcomes.at[i];
}
