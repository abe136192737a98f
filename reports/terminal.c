/*
 * What a person reads: report_print() is the whole report at a glance, and
 * report_print_finding() the story of one finding.
 *
 * Both make their sentences in a report of their own, a scratch pool, since the one
 * that is printed is not theirs to change.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/explain.h"
#include "reports/language.h"
#include "reports/paint.h"
#include "reports/report.h"
#include "reports/source.h"
#include "reports/story.h"
#include "reports/text.h"

enum {
    COLUMNS_MIN = 80,
    COLUMNS_MAX = 160,
    QUOTE_LINES = 40,
    WARNINGS_SHOWN = 20,
    POINTS_WIDTH = 10
};

/* What a printing function has at hand. */
struct view {
    const struct report *report;
    struct canvas canvas;
    struct tale tale; /* its report is the scratch one */
};

static struct view view_open(const struct report *report, const struct finding *finding,
                             const struct terminal_options *options)
{
    report_language(report->language, NULL);
    int columns = options->columns < COLUMNS_MIN ? COLUMNS_MIN : options->columns;
    struct view view = {.report = report};
    view.canvas.out = stdout;
    view.canvas.colour = options->colour;
    view.canvas.columns = columns > COLUMNS_MAX ? COLUMNS_MAX : columns;
    view.tale = (struct tale){report_new(report->language), finding};
    return view;
}

static void view_close(struct view *view)
{
    report_free(view->tale.report);
}

static void newline(const struct view *view)
{
    fputc('\n', view->canvas.out);
}

static void title(const struct view *view, const char *text)
{
    newline(view);
    paint(&view->canvas, BOLD, text);
    newline(view);
}

/* "12", "12.5": points without needless zeros. */
static const char *points_text(const struct view *view, double points)
{
    double rounded = round(points * 100) / 100;
    return report_format(view->tale.report, "%.*f",
                         rounded == trunc(rounded)             ? 0
                         : rounded * 10 == trunc(rounded * 10) ? 1
                                                               : 2,
                         rounded);
}

static const char *count_text(const struct view *view, long long count)
{
    return report_format(view->tale.report, "%lld", count);
}

static void print_verdict(const struct view *view)
{
    const struct report *report = view->report;
    const struct canvas *canvas = &view->canvas;
    static const enum style styles[] = {GREEN, RED, YELLOW};
    const char *words[] = {_("PASSED"), _("NOT YET PASSED"), _("COULD NOT BE GRADED")};
    const char *name = report->exercise != NULL ? report->exercise : _("no exercise");
    int used = paint_cut(canvas, BOLD, report->submission, canvas->columns / 2, false);
    used += paint_cut(canvas, PLAIN, " · ", 3, false);
    used += paint_cut(canvas, PLAIN, name, canvas->columns / 4, false);
    if (report->exercise_title[0] != '\0') {
        used += paint_cut(canvas, DIM, " · ", 3, false);
        paint_cut(canvas, DIM, report->exercise_title, canvas->columns - used, false);
    }
    newline(view);
    paint(canvas, styles[report->verdict], words[report->verdict]);
    if (report->verdict != VERDICT_ERROR && report->exercise != NULL)
        paint(canvas, PLAIN,
              FILL(&view->tale, _("  {1} of {2} points"), points_text(view, report->points),
                   points_text(view, report->max)));
    newline(view);
}

static void print_errors(const struct view *view)
{
    const struct report *report = view->report;
    if (report->verdict != VERDICT_ERROR && report->n_errors == 0)
        return;
    newline(view);
    paint_wrap(&view->canvas, 0, 0,
               _("This is not the submission's fault and no grade: it has to be graded again once "
                 "the reason is gone."));
    for (size_t i = 0; i < report->n_errors; i++) {
        paint(&view->canvas, PLAIN, "  - ");
        paint_wrap(&view->canvas, 4, 4, report->errors[i]);
    }
}

static const char *coverage_text(const struct view *view, const char *coverage, long long count)
{
    const char *format = NULL;
    unsigned long n = count > 0 ? (unsigned long)count : 0;
    if (strcmp(coverage, "proved") == 0)
        format = _n("proved: {1} interleaving", "proved: all {1} interleavings", n);
    else if (strcmp(coverage, "bounded") == 0)
        format = _n("bounded: {1} interleaving", "bounded: {1} interleavings", n);
    else if (strcmp(coverage, "sampled") == 0)
        format = _n("sampled: {1} interleaving", "sampled: {1} interleavings", n);
    return format != NULL ? FILL(&view->tale, format, count_text(view, count)) : "";
}

static const char *scenario_title(const struct scenario_result *scenario)
{
    return scenario->title[0] != '\0' ? scenario->title : scenario->name;
}

static const char *scenario_coverage(const struct view *view,
                                     const struct scenario_result *scenario)
{
    if (scenario->status == STATUS_NOT_RUN)
        return _("not run");
    return coverage_text(view, scenario->coverage, scenario->executions);
}

static void print_scenario(const struct view *view, const struct scenario_result *scenario,
                           int title_width)
{
    static const struct {
        const char *sign;
        enum style style;
    } signs[] = {{"✓", GREEN}, {"✗", RED}, {"!", YELLOW}, {"-", DIM}};
    const struct canvas *canvas = &view->canvas;
    paint(canvas, PLAIN, "  ");
    paint(canvas, signs[scenario->status].style, signs[scenario->status].sign);
    paint(canvas, PLAIN, " ");
    paint_cut(canvas, PLAIN, scenario_title(scenario), title_width, true);
    const char *points =
        report_format(view->tale.report, "%s/%s", points_text(view, scenario->points),
                      points_text(view, scenario->max));
    paint_spaces(canvas, POINTS_WIDTH - (int)strlen(points));
    paint(canvas, PLAIN, points);
    const char *coverage = scenario_coverage(view, scenario);
    if (*coverage != '\0') {
        paint(canvas, PLAIN, "  ");
        paint_cut(canvas, DIM, coverage, canvas->columns - title_width - POINTS_WIDTH - 6, false);
    }
    newline(view);
}

static void print_scenarios(const struct view *view)
{
    const struct report *report = view->report;
    if (report->n_scenarios == 0)
        return;
    size_t titles = 0, coverages = 0;
    for (size_t i = 0; i < report->n_scenarios; i++) {
        size_t width = text_width(scenario_title(&report->scenarios[i]));
        titles = width > titles ? width : titles;
        width = text_width(scenario_coverage(view, &report->scenarios[i]));
        coverages = width > coverages ? width : coverages;
    }
    /* Coverage is ours and short; titles get what it leaves. */
    size_t others = coverages + POINTS_WIDTH + 6, columns = (size_t)view->canvas.columns;
    size_t room = columns > others + 20 ? columns - others : 20;
    title(view, _("Scenarios"));
    for (size_t i = 0; i < report->n_scenarios; i++)
        print_scenario(view, &report->scenarios[i], (int)(titles < room ? titles : room));
}

/* "F1 data-race · two_sources · likes.c:31" */
static void print_heading(const struct view *view, const struct finding *finding)
{
    const struct canvas *canvas = &view->canvas;
    int room = canvas->columns / 3;
    paint_cut(canvas, BOLD, finding->id, room, false);
    paint(canvas, PLAIN, " ");
    paint(canvas, RED, kind_name(finding->kind));
    const char *place =
        finding->n_locations > 0 ? tale_place(&view->tale, &finding->locations[0]) : "";
    const char *parts[] = {finding->scenario, place};
    for (size_t i = 0; i < 2; i++) {
        if (parts[i][0] == '\0')
            continue;
        paint(canvas, DIM, " · ");
        paint_cut(canvas, PLAIN, parts[i], room, false);
    }
    newline(view);
}

/* The detail without its first line where the headline has that already. */
static const char *detail_rest(const struct finding *finding)
{
    const char *detail = finding->detail;
    size_t first = strcspn(detail, "\n");
    if (first == 0 || memmem(finding->message, strlen(finding->message), detail, first) == NULL)
        return detail;
    return detail + first + (detail[first] == '\n');
}

/* The same mistake at the same place shows in many scenarios: an earlier finding that has told it
 * already, or NULL. */
static const struct finding *told_before(const struct report *report, size_t n)
{
    const struct finding *finding = &report->findings[n];
    for (size_t i = 0; i < n && finding->n_locations > 0; i++) {
        const struct finding *other = &report->findings[i];
        if (other->kind == finding->kind && other->n_locations > 0 &&
            strcmp(other->scenario, finding->scenario) != 0 &&
            other->locations[0].line == finding->locations[0].line &&
            strcmp(other->locations[0].file, finding->locations[0].file) == 0)
            return other;
    }
    return NULL;
}

static void print_findings(struct view *view)
{
    const struct report *report = view->report;
    if (report->n_findings == 0)
        return;
    title(view, FILL(&view->tale, _n("{1} finding", "{1} findings", report->n_findings),
                     count_text(view, (long long)report->n_findings)));
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct finding *finding = &report->findings[i];
        view->tale.finding = finding;
        const struct finding *before = told_before(report, i);
        if (i > 0 && before == NULL)
            newline(view);
        paint_spaces(&view->canvas, 2);
        print_heading(view, finding);
        if (before != NULL) {
            paint_spaces(&view->canvas, 5);
            paint_wrap(&view->canvas, 5, 5, FILL(&view->tale, _("the same as {1}"), before->id));
            continue;
        }
        paint_spaces(&view->canvas, 5);
        paint_wrap(&view->canvas, 5, 5, finding->message);
        if (finding->kind == KIND_COMPILE_ERROR || finding->kind == KIND_LINK_ERROR)
            paint_quote(&view->canvas, 5, detail_rest(finding), QUOTE_LINES / 4);
    }
}

static void print_warnings(const struct view *view)
{
    const struct report *report = view->report;
    if (report->n_warnings == 0)
        return;
    title(view, FILL(&view->tale,
                     _n("{1} compiler warning (no points lost)",
                        "{1} compiler warnings (no points lost)", report->n_warnings),
                     count_text(view, (long long)report->n_warnings)));
    for (size_t i = 0; i < report->n_warnings && i < WARNINGS_SHOWN; i++) {
        const struct warning *warning = &report->warnings[i];
        const char *place = tale_place(&view->tale, &warning->at);
        paint_spaces(&view->canvas, 2);
        paint_wrap(
            &view->canvas, 2, 4,
            report_format(view->tale.report, "%s%s%s", place, *place ? ": " : "", warning->text));
    }
    if (report->n_warnings > WARNINGS_SHOWN)
        paint(&view->canvas, DIM, "  …\n");
}

/* "stress 1200 runs", or why it did not run. */
static const char *lane_text(const struct view *view, enum lane which)
{
    const struct lane_result *lane = &view->report->lanes[which];
    if (!lane->ran)
        return FILL(&view->tale, _("{1} did not run ({2})"), lane_name(which),
                    lane->why_not[0] != '\0' ? lane->why_not : _("no reason given"));
    unsigned long n = lane->executions > 0 ? (unsigned long)lane->executions : 0;
    return FILL(&view->tale, _n("{1} {2} run", "{1} {2} runs", n), lane_name(which),
                count_text(view, lane->executions));
}

static void print_lanes(const struct view *view)
{
    const char *text = "";
    for (int i = LANE_COUNT; i-- > 0;)
        if (view->report->lanes[i].asked)
            text = report_format(view->tale.report, "%s%s%s", text, *text ? ", " : "",
                                 lane_text(view, (enum lane)i));
    if (*text == '\0')
        return;
    text = FILL(&view->tale, _("Lanes: {1}"), text);
    paint_wrap(&view->canvas, 0, 2, text);
}

/* What keeps isolation from being more comes from the machine's probe, in English; these are
 * the sentences that it has. */
static const char *missing_in_words(const char *missing)
{
    static const char *const known[] = {
        N_("namespaces and cgroups are not used"),
        N_("no seccomp filters: the student's code may make any system call"),
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(missing, known[i]) == 0)
            return _(known[i]);
    return missing;
}

static void print_isolation(const struct view *view)
{
    const struct isolation *isolation = &view->report->isolation;
    const char *by = _("limits");
    struct {
        bool on;
        const char *name;
    } parts[] = {{isolation->landlock, "Landlock"},
                 {isolation->seccomp, "seccomp"},
                 {isolation->namespaces, _("namespaces")},
                 {isolation->cgroup, "cgroup"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].on)
            by = report_format(view->tale.report, "%s, %s", by, parts[i].name);
    const char *tier = report_format(view->tale.report, "%d", isolation->tier);
    const char *text = FILL(&view->tale, _("Isolation: tier {1} ({2})"), tier, by);
    if (isolation->missing[0] != '\0')
        text =
            report_format(view->tale.report, "%s; %s", text, missing_in_words(isolation->missing));
    paint_wrap(&view->canvas, 0, 2, text);
}

static void print_notes(const struct view *view)
{
    const struct report *report = view->report;
    if (report->n_notes > 0)
        title(view, _("Notes"));
    for (size_t i = 0; i < report->n_notes; i++) {
        paint(&view->canvas, PLAIN, "  - ");
        paint_wrap(&view->canvas, 4, 4, report->notes[i]);
    }
}

void report_print(const struct report *report, const struct terminal_options *options)
{
    struct view view = view_open(report, NULL, options);
    print_verdict(&view);
    print_errors(&view);
    print_scenarios(&view);
    print_findings(&view);
    print_warnings(&view);
    print_notes(&view);
    newline(&view);
    print_lanes(&view);
    print_isolation(&view);
    if (report->n_findings > 0) {
        newline(&view);
        paint_wrap(&view.canvas, 0, 0,
                   FILL(&view.tale,
                        _("To see how it happens, step by step: `hilo explain REPORT {1}` (REPORT "
                          "is the file that `--json` wrote)."),
                        report->findings[0].id));
    }
    view_close(&view);
}

/* Codes and one-liners are in the headline already; what has several lines is quoted. */
static void print_detail(const struct view *view)
{
    const struct finding *finding = view->tale.finding;
    if (strchr(finding->detail, '\n') == NULL)
        return;
    newline(view);
    paint_quote(&view->canvas, 2, detail_rest(finding), QUOTE_LINES);
}

static void print_story(const struct view *view, const struct terminal_options *options)
{
    struct source *source = source_open(options->source_dir);
    struct story *story = story_tell(&view->tale, source, options->verbose);
    if (story->n_cells > 0) {
        newline(view);
        const char *how =
            view->tale.finding->n_trace > 0 ? _("How it happens") : _("Where it happens");
        paint(&view->canvas, BOLD, how);
        if (story->file != NULL) {
            paint(&view->canvas, DIM, " · ");
            paint_cut(&view->canvas, DIM, story->file, view->canvas.columns / 2, false);
        }
        newline(view);
        story_print(&view->tale, story, &view->canvas);
    }
    story_free(story);
    source_close(source);
}

/* Which lanes saw it, and whether anybody can see it again. */
static void print_sightings(const struct view *view)
{
    const struct finding *finding = view->tale.finding;
    const char *lanes = lane_name(finding->lane);
    if (finding->lane == LANE_NONE)
        return;
    for (int i = 0; i < LANE_COUNT; i++)
        if (finding->also_seen & 1u << i && i != (int)finding->lane)
            lanes = report_format(view->tale.report, "%s, %s", lanes, lane_name((enum lane)i));
    newline(view);
    paint_wrap(&view->canvas, 0, 0, FILL(&view->tale, _("Seen by: {1}."), lanes));
    if (!finding->reproduced)
        paint_wrap(&view->canvas, 0, 0,
                   _("It happened on real threads and could not be replayed; it counts all the "
                     "same, since what happened once can happen again."));
}

static void print_replay(const struct view *view)
{
    const struct finding *finding = view->tale.finding;
    if (finding->replay[0] == '\0')
        return;
    newline(view);
    paint_wrap(&view->canvas, 0, 0,
               FILL(&view->tale,
                    _("To run exactly this again: `hilo replay REPORT {1}` (with `--gdb`, in the "
                      "debugger)."),
                    finding->id));
}

void report_print_finding(const struct report *report, const struct finding *finding,
                          const struct terminal_options *options)
{
    struct view view = view_open(report, finding, options);
    print_heading(&view, finding);
    paint_wrap(&view.canvas, 0, 0, finding->message);
    if (finding->object_origin[0] != '\0' &&
        strstr(finding->object, finding->object_origin) == NULL &&
        strstr(finding->message, finding->object_origin) == NULL &&
        kind_category(finding->kind) != CATEGORY_JOINS)
        paint_wrap(&view.canvas, 0, 0,
                   report_format(view.tale.report, "%s: %s",
                                 tale_object(&view.tale, finding->object, ""),
                                 finding->object_origin));
    print_detail(&view);
    print_story(&view, options);
    if (finding->hint[0] != '\0') {
        newline(&view);
        paint(&view.canvas, BOLD, _("Hint"));
        newline(&view);
        paint_spaces(&view.canvas, 2);
        paint_wrap(&view.canvas, 2, 2, finding->hint);
    }
    print_sightings(&view);
    print_replay(&view);
    view_close(&view);
}
