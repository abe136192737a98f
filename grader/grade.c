/*
 * Theory of operation. A work folder is made, the submission is built in it, each lane runs, the
 * evidence goes to verdict.c, and the folder is removed whatever happened. Lanes run one after the
 * other: explore first, since what it shows to stop need not be tried on real threads, where it
 * costs real time; stress alone, since it looks for what happens when threads really meet and a
 * busy neighbour would take its processors away. Its budget of time is halved: once on the plain
 * build, once on the perturbed one.
 *
 * After the lanes, each wrong answer that explore saw is replayed once more by its token, now with
 * every step traced: so only schedules that are shown to somebody cost a trace.
 */
#include "grader/grade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "grader/build.h"
#include "grader/debug.h"
#include "grader/findings.h"
#include "grader/fsutil.h"
#include "grader/interrupt.h"
#include "grader/lane.h"
#include "grader/process.h"
#include "grader/program.h"
#include "grader/submission.h"
#include "grader/verdict.h"
#include "grader/version.h"
#include "grader/workdir.h"

enum { LANE_RUNS = 4 };

struct grading {
    const struct manifest *manifest;
    const struct grade_options *options;
    const struct submission *submission;
    struct report *report;
    struct build build;
    struct lane_run lanes[LANE_RUNS];
    size_t n_lanes;
};

const char *effort_name(enum effort effort)
{
    static const char *const names[] = {"quick", "normal", "deep"};
    return names[effort];
}

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void tell(const struct grading *grading, const char *what)
{
    if (grading->options->progress)
        grading->options->progress(what, grading->options->progress_data);
}

static bool spanish(const struct report *report)
{
    return strcmp(report->language, "es") == 0;
}

/* ---- the report's head ---- */

static struct report *report_open(const struct manifest *manifest,
                                  const struct grade_options *options, const char *name)
{
    struct report *report = report_new(options->language);
    report->exercise = manifest->program ? NULL : report_text(report, manifest->name);
    report->exercise_version = manifest->version;
    report->exercise_title =
        report_text(report, bilingual_get(&manifest->title, options->language));
    report->submission = report_text(report, name);
    report->seed = options->seed;
    report->effort = effort_name(options->effort);
    report->tool_version = HILO_VERSION;
    report->isolation = *isolation_probe();
    for (int lane = 0; lane < LANE_COUNT; lane++)
        report->lanes[lane].asked = options->lanes[lane];
    return report;
}

static void report_sources(struct report *report, const struct submission *submission)
{
    report->n_files = submission->n_files;
    report->files = report_array(report, submission->n_files, sizeof *report->files);
    for (size_t i = 0; i < submission->n_files; i++) {
        report->files[i].path = report_text(report, submission->files[i].path);
        memcpy(report->files[i].sha256, submission->files[i].sha256,
               sizeof report->files[i].sha256);
    }
    for (size_t i = 0; i < submission->n_ignored; i++)
        report_add_note(report, submission->ignored[i]);
}

/* ---- lanes ---- */

/* Processes until every scenario was tried. */
static void run_lane(struct lane_run *lane)
{
    while (lane_start(lane))
        lane_wait(lane);
}

static bool wanted(const struct grading *grading, enum lane lane)
{
    return grading->options->lanes[lane] && !(lane == LANE_EXPLORE && grading->build.unsupported);
}

static struct lane_run *open_lane(struct grading *grading, enum lane which, bool perturb)
{
    struct lane_run *lane = &grading->lanes[grading->n_lanes++];
    lane_open(lane, which, perturb, grading->manifest, &grading->build, grading->options);
    if (grading->n_lanes > 1 && grading->lanes[0].lane == LANE_EXPLORE)
        lane_spare(lane, &grading->lanes[0]);
    return lane;
}

/* Explore first: what it shows to stop is not tried on real threads. */
static void run_lanes(struct grading *grading)
{
    static const enum lane order[] = {LANE_EXPLORE, LANE_TSAN, LANE_STRESS};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!wanted(grading, order[i]))
            continue;
        tell(grading, lane_name(order[i]));
        run_lane(open_lane(grading, order[i], false));
        if (order[i] == LANE_STRESS)
            run_lane(open_lane(grading, LANE_STRESS, true));
    }
}

/* ---- traces ---- */

/* Take the steps of the replay that `lane` ran into a finding that has none. */
static void take_trace(const struct lane_run *lane, struct resolver *resolver,
                       struct finding *finding)
{
    const struct record_scenario *records = lane->runs[0].records;
    for (size_t i = 0; records && i < records->n_findings; i++) {
        struct finding trace = {0};
        if (!records->findings[i].trace)
            continue;
        resolver_finding(resolver, &records->findings[i], &trace);
        finding->n_trace = trace.n_trace;
        finding->trace = trace.trace;
        finding->n_threads = trace.n_threads;
        finding->threads = trace.threads;
        return;
    }
}

static void trace_outcome(const struct evidence *evidence, struct report *report,
                          struct draft *draft)
{
    const struct grading *grading = evidence->trace_data;
    struct lane_run lane;
    if (*draft->finding.replay == '\0')
        return;
    lane_open(&lane, LANE_EXPLORE, false, grading->manifest, &grading->build, grading->options);
    lane_replay(&lane, draft->scenario, draft->finding.replay);
    run_lane(&lane);
    struct resolver *resolver = resolver_open(report, lane.student, lane.scenarios);
    take_trace(&lane, resolver, &draft->finding);
    resolver_close(resolver);
    report->lanes[LANE_EXPLORE].wall_ms += lane.wall_ms;
    report->lanes[LANE_EXPLORE].cpu_ms += lane.cpu_ms;
    lane_close(&lane);
}

/* ---- the spine ---- */

static void close_lanes(struct grading *grading)
{
    for (size_t i = 0; i < grading->n_lanes; i++) {
        grading->report->cpu_ms += grading->lanes[i].cpu_ms;
        lane_close(&grading->lanes[i]);
    }
}

static void unrun(struct grading *grading, const char *why_en, const char *why_es)
{
    verdict_unrun(grading->report, grading->manifest, spanish(grading->report) ? why_es : why_en);
}

static void fail(struct grading *grading, const char *why)
{
    report_add_error(grading->report, why);
    unrun(grading, "it could not be graded", "no se pudo calificar");
}

/* What a program reads stands in a file, so that each process reads it from its beginning. */
static bool write_input(struct grading *grading, const char *dir, struct error *error)
{
    const struct program *program = grading->options->program;
    if (!program || !program->input)
        return true;
    char *path = grading->build.input;
    int length = snprintf(path, sizeof grading->build.input, "%s/stdin", dir);
    if (length < 0 || (size_t)length >= sizeof grading->build.input)
        return error_set(error, ERROR_MACHINE, "%s: the name of this folder is too long", dir);
    return fs_write_file(path, program->input, program->input_size, error);
}

/* Whether the build left something to run; if not, the report says why. */
static bool build(struct grading *grading, const char *dir)
{
    struct error error = {0};
    tell(grading, spanish(grading->report) ? "compilando" : "compiling");
    const struct manifest *exercise = grading->manifest->program ? NULL : grading->manifest;
    bool built = build_submission(grading->submission, exercise, dir, grading->report,
                                  &grading->build, &error) &&
                 write_input(grading, dir, &error);
    grading->report->cpu_ms += grading->build.cpu_ms;
    if (interrupt_pending())
        fail(grading, spanish(grading->report) ? "interrumpido" : "interrupted");
    else if (!built)
        fail(grading, error.text);
    else if (grading->build.failed)
        unrun(grading, "the build failed", "no se pudo compilar");
    else
        return true;
    return false;
}

static void judge(struct grading *grading)
{
    struct evidence evidence = {
        .manifest = grading->manifest,
        .lanes = grading->lanes,
        .n_lanes = grading->n_lanes,
        .trace = trace_outcome,
        .trace_data = grading,
    };
    if (grading->build.unsupported && grading->options->lanes[LANE_EXPLORE])
        grading->report->lanes[LANE_EXPLORE].why_not =
            spanish(grading->report) ? "la entrega usa algo que explore no conoce"
                                     : "the submission uses something that explore does not know";
    verdict_reach(grading->report, &evidence);
    if (grading->options->program)
        program_notes(grading->options->program, grading->report);
    if (interrupt_pending()) {
        report_add_error(grading->report,
                         spanish(grading->report) ? "interrumpido" : "interrupted");
        grading->report->verdict = VERDICT_ERROR;
    }
}

static void grade_in(struct grading *grading, const char *dir)
{
    if (!build(grading, dir))
        return;
    run_lanes(grading);
    judge(grading);
    close_lanes(grading);
}

static void find_before_build(struct grading *grading, enum kind kind, const char *detail)
{
    struct finding *finding = report_add_finding(grading->report);
    finding->kind = kind;
    finding->detail = report_text(grading->report, detail);
    finding_explain(grading->report, finding);
}

/* What need not be built to be known. */
static bool known_at_once(struct grading *grading)
{
    const struct submission *submission = grading->submission;
    if (submission->refused) {
        find_before_build(grading, KIND_COMPILE_ERROR,
                          spanish(grading->report) ? submission->refused_es : submission->refused);
        unrun(grading, "the build failed", "no se pudo compilar");
        return true;
    }
    if (grading->manifest->program)
        return false;
    char starter[PATH_TEXT_MAX];
    snprintf(starter, sizeof starter, "%s/%s", grading->manifest->dir, grading->manifest->starter);
    if (!submission_is_starter(submission, starter))
        return false;
    find_before_build(grading, KIND_UNCHANGED_STARTER, "");
    unrun(grading, "nothing was written yet", "todavía no hay nada escrito");
    return true;
}

static bool isolated_enough(struct grading *grading)
{
    int tier = grading->report->isolation.tier, least = grading->options->require_isolation;
    if (tier >= least)
        return true;
    char why[400];
    snprintf(why, sizeof why,
             "isolation of tier %d is required, but this machine offers tier %d%s%s", least, tier,
             *grading->report->isolation.missing ? ": " : "", grading->report->isolation.missing);
    fail(grading, why);
    return false;
}

static void grade(struct grading *grading)
{
    struct error error = {0};
    if (!isolated_enough(grading) || known_at_once(grading))
        return;
    char *dir = workdir_make(grading->options->work_dir, &error);
    if (!dir) {
        fail(grading, error.text);
        return;
    }
    grade_in(grading, dir);
    workdir_remove(dir);
}

static struct submission *open_work(const char *path, const struct manifest *manifest,
                                    const struct grade_options *options, struct error *error)
{
    return options->program ? program_submission(options->program, error)
                            : submission_open(path, manifest->header, error);
}

struct report *grade_submission(const char *path, const struct manifest *manifest,
                                const struct grade_options *options, struct error *error)
{
    double began = now_ms();
    struct submission *submission = open_work(path, manifest, options, error);
    if (!submission)
        return NULL;
    struct grading grading = {.manifest = manifest, .options = options, .submission = submission};
    grading.report = report_open(manifest, options, submission->name);
    report_sources(grading.report, submission);
    grade(&grading);
    submission_free(submission);
    grading.report->wall_ms = now_ms() - began;
    return grading.report;
}

struct report *grade_error(const char *path, const struct manifest *manifest,
                           const struct grade_options *options, const char *why)
{
    const char *name = strrchr(path, '/');
    struct report *report = report_open(manifest, options, name ? name + 1 : path);
    report_add_error(report, why);
    verdict_unrun(report, manifest,
                  spanish(report) ? "no se pudo calificar" : "it could not be graded");
    return report;
}

/* ---- replay ---- */

static void debug_in(struct grading *grading, struct lane_run *lane)
{
    struct error error = {0};
    lane->debug = true;
    grading->options->debug(grading->report, grading->options->debug_data);
    if (!debug_replay(lane, grading->build.dir, &error))
        report_add_error(grading->report, error.text);
    close_lanes(grading);
}

static void replay_in(struct grading *grading, const char *dir, size_t scenario, const char *token)
{
    if (!build(grading, dir))
        return;
    struct lane_run *lane = open_lane(grading, LANE_EXPLORE, false);
    lane_replay(lane, scenario, token);
    if (grading->options->debug) {
        debug_in(grading, lane);
        return;
    }
    run_lane(lane);
    struct evidence evidence = {
        .manifest = grading->manifest, .lanes = grading->lanes, .n_lanes = grading->n_lanes};
    verdict_reach(grading->report, &evidence);
    struct resolver *resolver = resolver_open(grading->report, lane->student, lane->scenarios);
    for (size_t i = 0; i < grading->report->n_findings; i++)
        if (grading->report->findings[i].n_trace == 0)
            take_trace(lane, resolver, &grading->report->findings[i]);
    resolver_close(resolver);
    close_lanes(grading);
}

static size_t scenario_index(const struct manifest *manifest, const char *name)
{
    size_t i = 0;
    while (i < manifest->n_scenarios && strcmp(manifest->scenarios[i].name, name) != 0)
        i++;
    return i;
}

struct report *grade_replay(const char *path, const struct manifest *manifest,
                            const struct grade_options *options, const char *scenario,
                            const char *token, struct error *error)
{
    size_t index = scenario_index(manifest, scenario);
    if (index == manifest->n_scenarios || !manifest->scenarios[index].lanes[LANE_EXPLORE]) {
        error_set(error, ERROR_USAGE, "the exercise %s has no scenario '%s' to replay",
                  manifest->name, scenario);
        return NULL;
    }
    struct submission *submission = open_work(path, manifest, options, error);
    if (!submission)
        return NULL;
    struct grade_options only = *options;
    memset(only.lanes, 0, sizeof only.lanes);
    only.lanes[LANE_EXPLORE] = true;
    struct grading grading = {.manifest = manifest, .options = &only, .submission = submission};
    grading.report = report_open(manifest, &only, submission->name);
    report_sources(grading.report, submission);
    char *dir = workdir_make(only.work_dir, error);
    if (dir)
        replay_in(&grading, dir, index, token);
    workdir_remove(dir);
    submission_free(submission);
    if (dir)
        return grading.report;
    report_free(grading.report);
    return NULL;
}
