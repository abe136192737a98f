#include "grader/verdict.h"

#include <stdio.h>
#include <string.h>

#include "grader/findings.h"
#include "grader/memory.h"
#include "grader/merge.h"
#include "grader/outcomes.h"

static bool spanish(const struct report *report)
{
    return strcmp(report->language, "es") == 0;
}

static void draft_records(const struct run *run, enum lane lane, struct resolver *resolver,
                          struct drafts *drafts)
{
    for (size_t i = 0; run->records && i < run->records->n_findings; i++) {
        const struct record_finding *record = &run->records->findings[i];
        if (record->trace)
            continue;
        struct draft *draft =
            drafts_add(drafts, record->kind, lane, run->index, run->scenario->name);
        struct finding_key key = resolver_finding(resolver, record, &draft->finding);
        draft->key = key.exact;
        draft->loose = key.loose;
    }
}

/* How a scenario that the process did not survive is told. What the harness itself could still
 * say, with a stack and a story, is better than what is known from outside. */
static void draft_end(const struct run *run, enum lane lane, struct report *report,
                      struct drafts *drafts)
{
    enum kind kind = run->end == RUN_HUNG      ? KIND_HANG
                     : run->end == RUN_REFUSED ? KIND_FORBIDDEN
                                               : KIND_CRASH;
    if (run->end == RUN_DONE || run->end == RUN_SPARED || run->end == RUN_NOT_TRIED ||
        run->end == RUN_FAILED || run->end == RUN_FLOODED ||
        (run->records && run->records->n_findings > 0))
        return;
    struct draft *draft = drafts_add(drafts, kind, lane, run->index, run->scenario->name);
    if (run->end == RUN_CRASHED)
        draft->finding.detail = report_text(report, strsignal(run->status));
    if (run->end == RUN_EXITED)
        draft->finding.detail = report_format(
            report,
            spanish(report) ? "el programa terminó por su cuenta (estado de salida %d)"
                            : "the program ended by itself (exit status %d)",
            run->status);
    if (run->end == RUN_REFUSED)
        draft->finding.detail = *run->why         ? report_text(report, run->why)
                                : spanish(report) ? "una llamada al sistema que no está permitida"
                                                  : "a system call that is not allowed";
}

/* An exploration of which no execution came to its end within the steps allowed. */
static void draft_endless(const struct run *run, enum lane lane, struct report *report,
                          struct drafts *drafts)
{
    const struct record_scenario *records = run->records;
    if (run->end != RUN_DONE || lane != LANE_EXPLORE || records->n_findings > 0 ||
        records->n_outcomes > 0 || records->truncated == 0)
        return;
    struct draft *draft = drafts_add(drafts, KIND_HANG, lane, run->index, run->scenario->name);
    draft->finding.detail = report_format(report,
                                          spanish(report) ? "ninguna ejecución terminó en %ld pasos"
                                                          : "no execution ended within %ld steps",
                                          run->scenario->steps);
}

static bool overlaps(const struct record_scenario *records, const char *a, const char *b)
{
    char one[RECORD_NAME_MAX * 2 + 16], other[sizeof one];
    snprintf(one, sizeof one, "overlap:%s:%s", a, b);
    snprintf(other, sizeof other, "overlap:%s:%s", b, a);
    for (size_t i = 0; i < records->n_facts; i++) {
        const struct record_fact *fact = &records->facts[i];
        if ((strcmp(fact->name, one) == 0 || strcmp(fact->name, other) == 0) && fact->value == 1)
            return true;
    }
    return false;
}

/* Whether executions came to their end at all: else that nothing overlapped says nothing. */
static bool ran_freely(const struct record_scenario *records)
{
    for (size_t i = 0; i < records->n_findings; i++) {
        enum kind kind = records->findings[i].kind;
        if (kind == KIND_CRASH || kind == KIND_UNSUPPORTED ||
            (kind != KIND_COUNT && kind_category(kind) == CATEGORY_DEADLOCKS))
            return false;
    }
    return records->n_outcomes > 0;
}

static void draft_parallel(const struct run *run, enum lane lane, struct report *report,
                           struct drafts *drafts)
{
    if (run->end != RUN_DONE || lane != LANE_EXPLORE || !ran_freely(run->records))
        return;
    for (size_t i = 0; i < run->scenario->n_parallel; i++) {
        const struct parallel_pair *pair = &run->scenario->parallel[i];
        if (overlaps(run->records, pair->a, pair->b))
            continue;
        struct draft *draft =
            drafts_add(drafts, KIND_OVER_SYNCHRONISED, lane, run->index, run->scenario->name);
        draft->key = report_format(report, "%s:%s", pair->a, pair->b);
        draft->finding.object = report_format(report, "%s, %s", pair->a, pair->b);
        draft->finding.seen = run->records->executions;
    }
}

static void draft_lane(const struct lane_run *lane, struct report *report, struct drafts *drafts)
{
    struct resolver *resolver = resolver_open(report, lane->student, lane->scenarios);
    for (size_t i = 0; i < lane->n_runs; i++) {
        const struct run *run = &lane->runs[i];
        draft_records(run, lane->lane, resolver, drafts);
        draft_end(run, lane->lane, report, drafts);
        draft_endless(run, lane->lane, report, drafts);
        if (!lane->token) /* one schedule says nothing about all */
            draft_parallel(run, lane->lane, report, drafts);
        if (run->records)
            outcomes_judge(run, lane->lane, report, drafts);
    }
    resolver_close(resolver);
}

/* A native lane cut a scenario off without having found anything: it was too slow there, and does
 * not know why. */
static bool given_up(const struct lane_run *lane, const struct run *run)
{
    return lane->lane != LANE_EXPLORE && run->end == RUN_DONE && run->records->truncated > 0 &&
           run->records->n_findings == 0;
}

/* A run that is whole and found nothing, but answered nothing either, showed nothing. That an
 * exploration was cut off is a finding of its own. */
static bool silent(const struct run *run)
{
    return run->end == RUN_DONE && run->records->n_outcomes == 0 && run->records->n_findings == 0 &&
           run->records->truncated == 0;
}

static bool failed(const struct lane_run *lane, const struct run *run)
{
    return run->end == RUN_FAILED || run->end == RUN_FLOODED || run->end == RUN_NOT_TRIED ||
           silent(run) || given_up(lane, run);
}

static const char *why_failed(const struct lane_run *lane, const struct run *run,
                              struct report *report)
{
    if (run->end == RUN_FAILED)
        return report_text(report, run->why);
    const char *what = run->end == RUN_FLOODED     ? "what the harness said has no end"
                       : run->end == RUN_NOT_TRIED ? "it was not tried"
                       : given_up(lane, run)       ? "it took too long"
                                                   : "no answer arrived";
    return report_format(report, "%s, %s: %s", lane_name(lane->lane), run->scenario->name, what);
}

static int coverage_rank(const char *coverage)
{
    return strcmp(coverage, "proved") == 0 ? 2 : strcmp(coverage, "bounded") == 0 ? 1 : 0;
}

/* A lane covers as little as the least covered of its scenarios. */
static void weaken(struct lane_result *result, const struct record_scenario *records, bool first,
                   struct report *report)
{
    int now = coverage_rank(records->coverage), before = coverage_rank(result->coverage);
    if (first || now < before || (now == 1 && before == 1 && records->bound < result->bound)) {
        result->coverage = report_text(report, records->coverage);
        result->bound = now == 1 ? (int)records->bound : -1;
    }
}

static void fill_lane(struct report *report, const struct lane_run *lane)
{
    struct lane_result *result = &report->lanes[lane->lane];
    bool first = true;
    if (!lane->perturb)
        result->ran = lane->n_runs > 0;
    for (size_t i = 0; i < lane->n_runs; i++) {
        const struct run *run = &lane->runs[i];
        if (failed(lane, run)) {
            result->ran = false;
            result->why_not = why_failed(lane, run, report);
        }
        if (!run->records || run->end != RUN_DONE)
            continue;
        result->executions += run->records->executions;
        if (lane->lane == LANE_EXPLORE)
            weaken(result, run->records, first, report);
        first = false;
    }
    result->wall_ms += lane->wall_ms;
    result->cpu_ms += lane->cpu_ms;
}

static const struct run *run_of(const struct lane_run *lane, size_t scenario)
{
    for (size_t i = 0; i < lane->n_runs; i++)
        if (lane->runs[i].index == scenario)
            return &lane->runs[i];
    return NULL;
}

static void fill_outcomes(struct report *report, struct scenario_result *result,
                          const struct run *run)
{
    const struct record_scenario *records = run->records;
    result->coverage = report_text(report, records->coverage);
    result->executions = records->executions;
    result->n_outcomes = records->n_outcomes;
    result->outcomes = report_array(report, records->n_outcomes, sizeof *result->outcomes);
    for (size_t i = 0; i < records->n_outcomes; i++) {
        const struct record_outcome *from = &records->outcomes[i];
        struct outcome *to = &result->outcomes[i];
        to->n_answers = from->n_answers;
        to->answers = report_array(report, from->n_answers, sizeof *to->answers);
        for (size_t j = 0; j < from->n_answers; j++) {
            to->answers[j].name = report_text(report, from->answers[j].name);
            to->answers[j].value = from->answers[j].value;
        }
        to->count = from->count;
        to->right = outcome_right(run, from);
    }
}

/* A finding of a kind that another scenario grades is told, and fails the submission, but leaves
 * this scenario its points. */
static bool found_in(const struct report *report, const struct manifest_scenario *scenario)
{
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct finding *finding = &report->findings[i];
        if (strcmp(finding->scenario, scenario->name) == 0 &&
            !scenario->graded_elsewhere[finding->kind])
            return true;
    }
    return false;
}

/* How the lanes that were asked for went: all well, or badly for the student, or for us. */
static enum scenario_status runs_status(const struct report *report,
                                        const struct evidence *evidence, size_t scenario)
{
    const struct manifest_scenario *wanted = &evidence->manifest->scenarios[scenario];
    bool judged[LANE_COUNT] = {false}, any = false, well = true;
    for (size_t i = 0; i < evidence->n_lanes; i++) {
        const struct lane_run *lane = &evidence->lanes[i];
        for (size_t j = 0; j < lane->n_runs; j++) {
            const struct run *run = &lane->runs[j];
            if (run->index != scenario)
                continue;
            if (failed(lane, run))
                return STATUS_ERROR;
            judged[lane->lane] = any = true;
            well &= run->end == RUN_DONE;
        }
    }
    for (int lane = 0; lane < LANE_COUNT; lane++)
        well &= judged[lane] || !wanted->lanes[lane] || !report->lanes[lane].asked;
    return !any ? STATUS_NOT_RUN : well ? STATUS_PASS : STATUS_FAIL;
}

static void tell_errors(struct report *report, const struct evidence *evidence, size_t scenario)
{
    for (size_t i = 0; i < evidence->n_lanes; i++) {
        const struct lane_run *lane = &evidence->lanes[i];
        for (size_t j = 0; j < lane->n_runs; j++)
            if (lane->runs[j].index == scenario && failed(lane, &lane->runs[j]))
                report_add_error(report, why_failed(lane, &lane->runs[j], report));
    }
}

/* What was found decides, whatever else went wrong: with it the scenario fails in any case. */
static enum scenario_status status_of(struct report *report, const struct evidence *evidence,
                                      size_t scenario)
{
    if (found_in(report, &evidence->manifest->scenarios[scenario]))
        return STATUS_FAIL;
    enum scenario_status status = runs_status(report, evidence, scenario);
    if (status == STATUS_ERROR)
        tell_errors(report, evidence, scenario);
    return status;
}

static struct scenario_result *fill_scenario(struct report *report, const struct manifest *manifest,
                                             size_t index, enum scenario_status status)
{
    const struct manifest_scenario *scenario = &manifest->scenarios[index];
    struct scenario_result *result = &report->scenarios[index];
    result->name = report_text(report, scenario->name);
    result->title = report_text(report, bilingual_get(&scenario->title, report->language));
    result->max = scenario->points;
    result->status = status;
    result->points = status == STATUS_PASS ? scenario->points : 0;
    result->coverage = "";
    report->points += result->points;
    report->max += result->max;
    return result;
}

static void open_scenarios(struct report *report, const struct manifest *manifest)
{
    report->n_scenarios = manifest->n_scenarios;
    report->scenarios = report_array(report, manifest->n_scenarios, sizeof *report->scenarios);
    report->points = report->max = 0;
}

static void fill_scenarios(struct report *report, const struct evidence *evidence)
{
    open_scenarios(report, evidence->manifest);
    for (size_t i = 0; i < report->n_scenarios; i++) {
        struct scenario_result *result =
            fill_scenario(report, evidence->manifest, i, status_of(report, evidence, i));
        for (size_t j = 0; j < evidence->n_lanes; j++) {
            const struct run *run = run_of(&evidence->lanes[j], i);
            if (run && run->records && evidence->lanes[j].lane == LANE_EXPLORE &&
                run->end == RUN_DONE)
                fill_outcomes(report, result, run);
        }
    }
}

/* Findings are numbered as they stand in the report, those of the build first. */
static void number_findings(struct report *report)
{
    for (size_t i = 0; i < report->n_findings; i++)
        report->findings[i].id = report_format(report, "F%zu", i + 1);
}

static void fill_verdict(struct report *report)
{
    number_findings(report);
    bool all = report->n_findings == 0, error = false;
    for (size_t i = 0; i < report->n_scenarios; i++) {
        all &= report->scenarios[i].status == STATUS_PASS;
        error |= report->scenarios[i].status == STATUS_ERROR;
    }
    report->verdict = error ? VERDICT_ERROR : all ? VERDICT_PASS : VERDICT_FAIL;
}

static void explored_of(const struct evidence *evidence, struct explored *explored)
{
    for (size_t i = 0; i < evidence->n_lanes; i++) {
        const struct lane_run *lane = &evidence->lanes[i];
        for (size_t j = 0; lane->lane == LANE_EXPLORE && j < lane->n_runs; j++) {
            const struct run *run = &lane->runs[j];
            explored[run->index].done = run->end == RUN_DONE;
            explored[run->index].proved =
                run->end == RUN_DONE && strcmp(run->records->coverage, "proved") == 0;
        }
    }
}

static void add_findings(struct report *report, const struct evidence *evidence,
                         struct drafts *drafts)
{
    for (size_t i = 0; i < drafts->n; i++) {
        struct draft *draft = &drafts->items[i];
        if (draft->dropped)
            continue;
        if (draft->outcome && draft->finding.lane == LANE_EXPLORE && evidence->trace)
            evidence->trace(evidence, report, draft);
        struct finding *finding = report_add_finding(report);
        draft->finding.id = finding->id;
        *finding = draft->finding;
        finding_explain(report, finding);
    }
}

static void add_notes(struct report *report, const struct lane_run *lane)
{
    for (size_t i = 0; i < lane->n_streams; i++)
        for (size_t j = 0; j < lane->streams[i]->n_notes; j++) {
            const char *note = report_text(report, lane->streams[i]->notes[j]);
            bool known = false;
            for (size_t k = 0; k < report->n_notes; k++)
                known |= strcmp(report->notes[k], note) == 0;
            if (!known)
                report_add_note(report, note);
        }
}

void verdict_reach(struct report *report, const struct evidence *evidence)
{
    struct drafts drafts = {0};
    struct explored explored[MANIFEST_SCENARIOS_MAX] = {0};
    for (size_t i = 0; i < evidence->n_lanes; i++) {
        draft_lane(&evidence->lanes[i], report, &drafts);
        fill_lane(report, &evidence->lanes[i]);
        add_notes(report, &evidence->lanes[i]);
    }
    explored_of(evidence, explored);
    merge_drafts(&drafts, explored);
    merge_sort(&drafts);
    add_findings(report, evidence, &drafts);
    fill_scenarios(report, evidence);
    fill_verdict(report);
    drafts_free(&drafts);
}

void verdict_unrun(struct report *report, const struct manifest *manifest, const char *why)
{
    open_scenarios(report, manifest);
    number_findings(report);
    for (size_t i = 0; i < report->n_scenarios; i++)
        fill_scenario(report, manifest, i, STATUS_NOT_RUN);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        report->lanes[lane].why_not = report_text(report, why);
    report->verdict = report->n_errors > 0 ? VERDICT_ERROR : VERDICT_FAIL;
}
