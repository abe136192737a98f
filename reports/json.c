/*
 * The report as JSON: the form that everything else is made from.
 *
 * Keys stand in the order of the contract, then those that the contract leaves
 * to us. What a clock decided (times, and how often the stress lane repeated
 * within its budget) stands under the one key `timing`, so that two reports of
 * the same submission are compared by leaving that key out.
 *
 * Unknown is null or an empty text, never an absent key: a reader needs no special cases.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reports/output.h"
#include "reports/report.h"
#include "reports/text.h"

enum { DIGITS = 12 };

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, text_need(value)) != 0)
        text_need(NULL);
}

static void push(json_t *array, json_t *value)
{
    if (json_array_append_new(array, text_need(value)) != 0)
        text_need(NULL);
}

static json_t *object_new(void)
{
    return text_need(json_object());
}

static json_t *array_new(void)
{
    return text_need(json_array());
}

/* Cleans again: one text that did not pass through report_text() must not cost the report. */
static json_t *text_value(const char *text)
{
    char *clean = text_clean_copy(text, TEXT_LINES);
    json_t *value = json_string(clean);
    free(clean);
    return value;
}

static json_t *text_or_null(const char *text)
{
    return text != NULL && *text != '\0' ? text_value(text) : json_null();
}

/* Points and milliseconds; whole ones without a decimal point, others with three decimals. */
static json_t *number_value(double number)
{
    if (!isfinite(number))
        number = 0;
    double rounded = round(number * 1000) / 1000;
    if (rounded == trunc(rounded) && fabs(rounded) < 1e15)
        return json_integer((json_int_t)rounded);
    return json_real(rounded);
}

static void put_location(json_t *object, const struct location *at)
{
    put(object, "file", text_value(at->file));
    put(object, "line", json_integer(at->line));
    put(object, "function", text_value(at->function));
}

static json_t *location_value(const struct location *at)
{
    json_t *object = object_new();
    put_location(object, at);
    return object;
}

static json_t *locations_value(const struct location *locations, size_t count)
{
    json_t *array = array_new();
    for (size_t i = 0; i < count; i++)
        push(array, location_value(&locations[i]));
    return array;
}

static json_t *texts_value(const char *const *texts, size_t count)
{
    json_t *array = array_new();
    for (size_t i = 0; i < count; i++)
        push(array, text_value(texts[i]));
    return array;
}

static json_t *exercise_value(const struct report *report)
{
    if (report->exercise == NULL)
        return json_null();
    json_t *object = object_new();
    put(object, "name", text_value(report->exercise));
    put(object, "version", json_integer(report->exercise_version));
    put(object, "title", text_value(report->exercise_title));
    return object;
}

static json_t *submission_value(const struct report *report)
{
    json_t *object = object_new();
    json_t *files = array_new();
    for (size_t i = 0; i < report->n_files; i++) {
        json_t *file = object_new();
        put(file, "path", text_value(report->files[i].path));
        put(file, "sha256", text_value(report->files[i].sha256));
        push(files, file);
    }
    put(object, "name", text_value(report->submission));
    put(object, "files", files);
    return object;
}

static json_t *score_value(const struct report *report)
{
    json_t *object = object_new();
    put(object, "points", number_value(report->points));
    put(object, "max", number_value(report->max));
    return object;
}

static json_t *isolation_value(const struct isolation *isolation)
{
    json_t *object = object_new();
    put(object, "tier", json_integer(isolation->tier));
    put(object, "landlock", json_boolean(isolation->landlock));
    put(object, "landlock_abi", json_integer(isolation->landlock_abi));
    put(object, "seccomp", json_boolean(isolation->seccomp));
    put(object, "namespaces", json_boolean(isolation->namespaces));
    put(object, "cgroup", json_boolean(isolation->cgroup));
    put(object, "missing", text_value(isolation->missing));
    return object;
}

static json_t *lanes_value(const struct report *report)
{
    json_t *object = object_new();
    for (int i = 0; i < LANE_COUNT; i++) {
        const struct lane_result *lane = &report->lanes[i];
        json_t *value = object_new();
        put(value, "asked", json_boolean(lane->asked));
        put(value, "ran", json_boolean(lane->ran));
        put(value, "why_not", text_value(lane->why_not));
        if (i != LANE_STRESS)
            put(value, "executions", json_integer(lane->executions));
        if (i == LANE_EXPLORE) {
            put(value, "coverage", text_or_null(lane->coverage));
            put(value, "bound", lane->bound >= 0 ? json_integer(lane->bound) : json_null());
        }
        put(object, lane_name((enum lane)i), value);
    }
    return object;
}

static json_t *outcomes_value(const struct scenario_result *scenario)
{
    json_t *array = array_new();
    for (size_t i = 0; i < scenario->n_outcomes; i++) {
        const struct outcome *outcome = &scenario->outcomes[i];
        json_t *value = object_new(), *answers = object_new();
        for (size_t j = 0; j < outcome->n_answers; j++) {
            char *name = text_clean_copy(outcome->answers[j].name, TEXT_ONE_LINE);
            put(answers, name, json_integer(outcome->answers[j].value));
            free(name);
        }
        put(value, "answers", answers);
        put(value, "count", json_integer(outcome->count));
        put(value, "right", json_boolean(outcome->right));
        push(array, value);
    }
    return array;
}

static json_t *scenarios_value(const struct report *report)
{
    json_t *array = array_new();
    for (size_t i = 0; i < report->n_scenarios; i++) {
        const struct scenario_result *scenario = &report->scenarios[i];
        json_t *value = object_new();
        put(value, "name", text_value(scenario->name));
        put(value, "title", text_value(scenario->title));
        put(value, "points", number_value(scenario->points));
        put(value, "max", number_value(scenario->max));
        put(value, "status", json_string(status_name(scenario->status)));
        put(value, "coverage", text_or_null(scenario->coverage));
        put(value, "executions", json_integer(scenario->executions));
        put(value, "outcomes", outcomes_value(scenario));
        push(array, value);
    }
    return array;
}

static json_t *summary_value(const struct report *report)
{
    json_t *object = object_new();
    for (int i = 0; i < CATEGORY_SUMMARY_COUNT; i++) {
        size_t count = report_count(report, (enum category)i);
        put(object, category_name((enum category)i), json_integer((json_int_t)count));
    }
    return object;
}

static json_t *threads_value(const struct finding *finding)
{
    json_t *array = array_new();
    for (size_t i = 0; i < finding->n_threads; i++) {
        json_t *value = object_new();
        put(value, "id", json_integer(finding->threads[i].id));
        put(value, "name", text_value(finding->threads[i].name));
        put(value, "start", location_value(&finding->threads[i].start));
        push(array, value);
    }
    return array;
}

static json_t *trace_value(const struct finding *finding)
{
    json_t *array = array_new();
    for (size_t i = 0; i < finding->n_trace; i++) {
        const struct step *step = &finding->trace[i];
        json_t *value = object_new();
        put(value, "n", json_integer(step->n));
        put(value, "thread", json_integer(step->thread));
        put(value, "op", text_value(step->op));
        put(value, "object", text_value(step->object));
        put(value, "value", text_value(step->value));
        put(value, "why", text_value(step->why));
        put_location(value, &step->at);
        push(array, value);
    }
    return array;
}

static json_t *accesses_value(const struct finding *finding)
{
    json_t *array = array_new();
    for (size_t i = 0; i < finding->n_accesses; i++) {
        const struct access *access = &finding->accesses[i];
        json_t *value = object_new();
        put(value, "thread", json_integer(access->thread));
        put(value, "op", text_value(access->op));
        put(value, "size", json_integer(access->size));
        put(value, "object", text_value(access->object));
        put(value, "held", texts_value(access->held, access->n_held));
        put(value, "stack", locations_value(access->stack.frames, access->stack.n_frames));
        push(array, value);
    }
    return array;
}

static json_t *waits_value(const struct finding *finding)
{
    json_t *array = array_new();
    for (size_t i = 0; i < finding->n_waits; i++) {
        const struct wait *wait = &finding->waits[i];
        json_t *value = object_new();
        put(value, "thread", json_integer(wait->thread));
        put(value, "op", text_value(wait->op));
        put(value, "object", text_value(wait->object));
        put(value, "owner", wait->owner >= 0 ? json_integer(wait->owner) : json_null());
        put(value, "held", texts_value(wait->held, wait->n_held));
        put(value, "stack", locations_value(wait->stack.frames, wait->stack.n_frames));
        push(array, value);
    }
    return array;
}

static json_t *finding_value(const struct finding *finding)
{
    json_t *value = object_new();
    put(value, "id", text_value(finding->id));
    put(value, "kind", json_string(kind_name(finding->kind)));
    put(value, "category", json_string(category_name(kind_category(finding->kind))));
    put(value, "lane", text_or_null(lane_name(finding->lane)));
    put(value, "scenario", text_or_null(finding->scenario));
    put(value, "message", text_value(finding->message));
    put(value, "hint", text_value(finding->hint));
    put(value, "threads", threads_value(finding));
    put(value, "locations", locations_value(finding->locations, finding->n_locations));
    put(value, "trace", trace_value(finding));
    put(value, "replay", text_or_null(finding->replay));
    put(value, "reproduced", json_boolean(finding->reproduced));
    put(value, "seen", json_integer(finding->seen));
    put(value, "object", text_value(finding->object));
    put(value, "object_origin", text_value(finding->object_origin));
    put(value, "accesses", accesses_value(finding));
    put(value, "waits", waits_value(finding));
    put(value, "detail", text_value(finding->detail));
    return value;
}

static json_t *findings_value(const struct report *report)
{
    json_t *array = array_new();
    for (size_t i = 0; i < report->n_findings; i++)
        push(array, finding_value(&report->findings[i]));
    return array;
}

static json_t *warnings_value(const struct report *report)
{
    json_t *array = array_new();
    for (size_t i = 0; i < report->n_warnings; i++) {
        json_t *value = object_new();
        put(value, "text", text_value(report->warnings[i].text));
        put_location(value, &report->warnings[i].at);
        push(array, value);
    }
    return array;
}

static json_t *other_lanes(const struct finding *finding)
{
    json_t *array = array_new();
    for (int i = 0; i < LANE_COUNT; i++)
        if (finding->also_seen & 1u << i && i != (int)finding->lane)
            push(array, json_string(lane_name((enum lane)i)));
    return array;
}

/* Which other lanes saw a finding too: a matter of luck on real threads, so not part of it. */
static json_t *also_seen_value(const struct report *report)
{
    json_t *array = array_new();
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct finding *finding = &report->findings[i];
        if (!(finding->also_seen & ~(1u << finding->lane)))
            continue;
        json_t *value = object_new();
        put(value, "finding", text_value(finding->id));
        put(value, "lanes", other_lanes(finding));
        push(array, value);
    }
    return array;
}

static json_t *timing_value(const struct report *report)
{
    json_t *object = object_new(), *lanes = object_new();
    for (int i = 0; i < LANE_COUNT; i++) {
        json_t *value = object_new();
        put(value, "wall_ms", number_value(report->lanes[i].wall_ms));
        put(value, "cpu_ms", number_value(report->lanes[i].cpu_ms));
        if (i == LANE_STRESS)
            put(value, "executions", json_integer(report->lanes[i].executions));
        put(lanes, lane_name((enum lane)i), value);
    }
    put(object, "wall_ms", number_value(report->wall_ms));
    put(object, "cpu_ms", number_value(report->cpu_ms));
    put(object, "lanes", lanes);
    put(object, "also_seen", also_seen_value(report));
    return object;
}

/* A text: half of all 64-bit seeds would lose digits in a JavaScript number. */
static json_t *seed_value(const struct report *report)
{
    return json_sprintf("%llu", report->seed);
}

static json_t *report_value(const struct report *report)
{
    json_t *object = object_new(), *tool = object_new();
    put(tool, "name", json_string("hilo"));
    put(tool, "version", text_value(report->tool_version));

    put(object, "schema", json_string("hilo-report/1"));
    put(object, "exercise", exercise_value(report));
    put(object, "submission", submission_value(report));
    put(object, "verdict", json_string(verdict_name(report->verdict)));
    put(object, "score", score_value(report));
    put(object, "isolation", isolation_value(&report->isolation));
    put(object, "lanes", lanes_value(report));
    put(object, "scenarios", scenarios_value(report));
    put(object, "summary", summary_value(report));
    put(object, "findings", findings_value(report));
    put(object, "warnings", warnings_value(report));
    put(object, "errors", texts_value(report->errors, report->n_errors));
    put(object, "notes", texts_value(report->notes, report->n_notes));
    put(object, "language", text_value(report->language));
    put(object, "seed", seed_value(report));
    put(object, "effort", text_value(report->effort));
    put(object, "tool", tool);
    put(object, "timing", timing_value(report));
    return object;
}

bool report_write_json(const struct report *report, const char *path, struct error *error)
{
    json_t *value = report_value(report);
    char *text = text_need(json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS)));
    json_decref(value);
    /* The newline that ends a text file takes the place of the string's end. */
    size_t size = strlen(text);
    text[size] = '\n';
    bool written = output_write(path, text, size + 1, error);
    free(text);
    return written;
}
