#include "grader/outcomes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/judge.h"
#include "grader/memory.h"

static size_t inputs_of(const struct run *run, struct input_value *inputs)
{
    for (size_t i = 0; i < run->scenario->n_inputs; i++) {
        inputs[i].name = run->scenario->inputs[i].name;
        inputs[i].value = run->inputs[i];
    }
    return run->scenario->n_inputs;
}

static bool judgement_holds(const struct run *run, const struct judgement *judgement,
                            const struct record_outcome *outcome)
{
    struct input_value inputs[MANIFEST_INPUTS_MAX];
    size_t n_inputs = inputs_of(run, inputs);
    return judge_holds(judgement->that, outcome->answers, outcome->n_answers, inputs, n_inputs) ==
           JUDGE_TRUE;
}

struct mention {
    const char *name;
    bool found;
};

static void see_mention(const char *name, void *data)
{
    struct mention *mention = data;
    mention->found |= strcmp(name, mention->name) == 0;
}

/* A check() that an expression speaks of is judged there, with the kind and words given there. */
static bool judged_by_name(const struct run *run, const char *name)
{
    struct mention mention = {.name = name};
    for (size_t i = 0; i < run->scenario->n_judgements; i++)
        judge_names(run->scenario->judgements[i].that, see_mention, &mention);
    return mention.found;
}

static bool check_broken(const struct run *run, const struct record_outcome *outcome, size_t i)
{
    return outcome->checked[i] && outcome->answers[i].value != 1 &&
           !judged_by_name(run, outcome->answers[i].name);
}

bool outcome_right(const struct run *run, const struct record_outcome *outcome)
{
    for (size_t i = 0; i < run->scenario->n_judgements; i++)
        if (!judgement_holds(run, &run->scenario->judgements[i], outcome))
            return false;
    for (size_t i = 0; i < outcome->n_answers; i++)
        if (check_broken(run, outcome, i))
            return false;
    return true;
}

/* The shorter schedule tells the shorter story; the text of the token settles ties. */
static bool better_witness(const struct record_outcome *a, const struct record_outcome *b)
{
    size_t length_a = strlen(a->token), length_b = strlen(b->token);
    return length_a != length_b ? length_a < length_b : strcmp(a->token, b->token) < 0;
}

struct values {
    const struct run *run;
    const struct record_outcome *outcome;
    bool spanish;
    FILE *answers, *inputs;
    size_t n_answers, n_inputs;
};

/* An answer is "total was 3"; an input "n=2"; what is neither was never answered. */
static void see_value(const char *name, void *data)
{
    struct values *values = data;
    const struct record_outcome *outcome = values->outcome;
    for (size_t i = 0; i < outcome->n_answers; i++) {
        if (strcmp(outcome->answers[i].name, name) != 0)
            continue;
        fprintf(values->answers, "%s%s %s %lld", values->n_answers++ ? ", " : "", name,
                values->spanish ? "fue" : "was", outcome->answers[i].value);
        return;
    }
    for (size_t i = 0; i < values->run->scenario->n_inputs; i++) {
        if (strcmp(values->run->scenario->inputs[i].name, name) != 0)
            continue;
        fprintf(values->inputs, "%s%s=%ld", values->n_inputs++ ? ", " : "", name,
                values->run->inputs[i]);
        return;
    }
    fprintf(values->answers, "%s%s %s", values->n_answers++ ? ", " : "", name,
            values->spanish ? "no tuvo respuesta" : "was not answered");
}

static FILE *must_open(char **text, size_t *size)
{
    FILE *file = open_memstream(text, size);
    if (!file) {
        fputs("hilo: out of memory\n", stderr);
        exit(3);
    }
    return file;
}

/* "total was 3, expected total == n + m (n=2, m=2)". */
static const char *values_text(struct report *report, const struct run *run,
                               const struct judgement *judgement,
                               const struct record_outcome *outcome)
{
    char *answers, *inputs;
    size_t answers_size, inputs_size;
    struct values values = {
        .run = run,
        .outcome = outcome,
        .spanish = strcmp(report->language, "es") == 0,
        .answers = must_open(&answers, &answers_size),
        .inputs = must_open(&inputs, &inputs_size),
    };
    judge_names(judgement->that, see_value, &values);
    fclose(values.answers);
    fclose(values.inputs);
    const char *text = report_format(report, "%s%s%s %s", answers, *answers ? ", " : "",
                                     values.spanish ? "se esperaba" : "expected", judgement->text);
    if (*inputs)
        text = report_format(report, "%s (%s)", text, inputs);
    free(answers);
    free(inputs);
    return text;
}

static struct draft *add_wrong(const struct run *run, enum lane lane, enum kind kind,
                               const struct record_outcome *outcome, struct report *report,
                               struct drafts *drafts)
{
    struct draft *draft = drafts_add(drafts, kind, lane, run->index, run->scenario->name);
    draft->outcome = true;
    draft->finding.replay = report_text(report, outcome->token);
    draft->finding.seen = outcome->count;
    return draft;
}

/* Without its full stop, for something follows. */
static size_t sentence_length(const char *words)
{
    size_t length = strlen(words);
    return length > 0 && words[length - 1] == '.' ? length - 1 : length;
}

static void judge_one(const struct run *run, enum lane lane, size_t index, struct report *report,
                      struct drafts *drafts)
{
    const struct judgement *judgement = &run->scenario->judgements[index];
    const struct record_scenario *records = run->records;
    const struct record_outcome *witness = NULL;
    long long seen = 0;
    bool late = true;
    for (size_t i = 0; i < records->n_outcomes; i++) {
        const struct record_outcome *outcome = &records->outcomes[i];
        if (judgement_holds(run, judgement, outcome))
            continue;
        seen += outcome->count;
        late &= outcome->late;
        if (!witness || better_witness(outcome, witness))
            witness = outcome;
    }
    if (!witness)
        return;
    enum kind kind = late ? KIND_SLEEP_AS_SYNCHRONISATION : judgement->kind;
    struct draft *draft = add_wrong(run, lane, kind, witness, report, drafts);
    const char *words = bilingual_get(&judgement->message, report->language);
    const char *values = values_text(report, run, judgement, witness);
    draft->finding.seen = seen;
    draft->finding.detail =
        *words ? report_format(report, "%.*s (%s)", (int)sentence_length(words), words, values)
               : values;
    draft->key = report_format(report, "judge %zu", index);
}

static bool has_key(const struct drafts *drafts, size_t first, const char *key)
{
    for (size_t i = first; i < drafts->n; i++)
        if (strcmp(drafts->items[i].key, key) == 0)
            return true;
    return false;
}

static void judge_checks(const struct run *run, enum lane lane,
                         const struct record_outcome *outcome, size_t first, struct report *report,
                         struct drafts *drafts)
{
    bool spanish = strcmp(report->language, "es") == 0;
    for (size_t i = 0; i < outcome->n_answers; i++) {
        const char *name = outcome->answers[i].name;
        if (!check_broken(run, outcome, i))
            continue;
        const char *key = report_format(report, "check %s", name);
        if (has_key(drafts, first, key))
            continue;
        struct draft *draft = add_wrong(run, lane, KIND_WRONG_RESULT, outcome, report, drafts);
        draft->key = key;
        draft->finding.detail =
            report_format(report, spanish ? "no se cumplió: %s" : "this did not hold: %s", name);
    }
}

static int by_witness(const void *a, const void *b)
{
    const struct record_outcome *const *x = a, *const *y = b;
    return better_witness(*x, *y) ? -1 : better_witness(*y, *x) ? 1 : 0;
}

void outcomes_judge(const struct run *run, enum lane lane, struct report *report,
                    struct drafts *drafts)
{
    const struct record_scenario *records = run->records;
    const struct record_outcome *sorted[RECORDS_OUTCOMES_MAX];
    size_t first = drafts->n;
    for (size_t i = 0; i < run->scenario->n_judgements; i++)
        judge_one(run, lane, i, report, drafts);
    for (size_t i = 0; i < records->n_outcomes; i++)
        sorted[i] = &records->outcomes[i];
    qsort(sorted, records->n_outcomes, sizeof *sorted, by_witness);
    for (size_t i = 0; i < records->n_outcomes; i++)
        judge_checks(run, lane, sorted[i], first, report, drafts);
}
