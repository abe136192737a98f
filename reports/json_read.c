/*
 * A report read back from its JSON.
 *
 * The file may be anybody's, so nothing of it is believed: every key that the
 * writer writes must be there with the right type and in a sane range, names must be known,
 * and all texts are cleaned again. The first thing wrong is told with its key;
 * the reader then goes on with empty values, which keeps this code free of
 * exits, and the half-read report is thrown away at the end.
 */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "reports/input.h"
#include "reports/report.h"
#include "reports/text.h"

enum { FINDING_ID_MAX = 32 };

struct reader {
    struct report *report;
    const char *path;
    struct error *error;
    bool bad;
};

static void reject(struct reader *reader, const char *key, const char *what)
{
    reader->bad = true;
    error_set(reader->error, ERROR_USAGE, "%s: not a report of hilo: '%s' %s", reader->path, key,
              what);
}

static const char *get_text(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value)) {
        reject(reader, key, "should be a text");
        return "";
    }
    return report_text(reader->report, json_string_value(value));
}

static const char *get_text_or_null(struct reader *reader, const json_t *object, const char *key)
{
    if (json_is_null(json_object_get(object, key)))
        return "";
    return get_text(reader, object, key);
}

static long long get_int(struct reader *reader, const json_t *object, const char *key,
                         long long low, long long high)
{
    const json_t *value = json_object_get(object, key);
    long long number = json_integer_value(value);
    if (!json_is_integer(value) || number < low || number > high) {
        reject(reader, key, "should be a whole number in range");
        return low > 0 ? low : 0;
    }
    return number;
}

static int get_small(struct reader *reader, const json_t *object, const char *key)
{
    return (int)get_int(reader, object, key, 0, INT_MAX);
}

static int get_small_or_null(struct reader *reader, const json_t *object, const char *key)
{
    if (json_is_null(json_object_get(object, key)))
        return -1;
    return get_small(reader, object, key);
}

static double get_number(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value))
        reject(reader, key, "should be a number");
    return json_number_value(value);
}

static bool get_bool(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_boolean(value))
        reject(reader, key, "should be true or false");
    return json_is_true(value);
}

static const json_t *get_object(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_object(value))
        reject(reader, key, "should be an object");
    return value;
}

/* The array under `key`, its size in *count, and zeroed room for as many items in *items. */
static const json_t *get_array(struct reader *reader, const json_t *object, const char *key,
                               size_t item_size, size_t *count, void **items)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_array(value))
        reject(reader, key, "should be an array");
    *count = json_array_size(value);
    *items = *count > 0 ? report_array(reader->report, *count, item_size) : NULL;
    return value;
}

static int get_name(struct reader *reader, const json_t *object, const char *key, int count,
                    const char *(*name)(int))
{
    const char *text = get_text(reader, object, key);
    for (int i = 0; i < count; i++)
        if (strcmp(text, name(i)) == 0)
            return i;
    reject(reader, key, "has a name that is not known");
    return 0;
}

static const char *verdict_at(int i)
{
    return verdict_name((enum verdict)i);
}

static const char *status_at(int i)
{
    return status_name((enum scenario_status)i);
}

static const char *kind_at(int i)
{
    return kind_name((enum kind)i);
}

static const char *lane_at(int i)
{
    return lane_name((enum lane)i);
}

static struct location read_location(struct reader *reader, const json_t *value)
{
    struct location at;
    at.file = get_text(reader, value, "file");
    at.line = get_small(reader, value, "line");
    at.function = get_text(reader, value, "function");
    return at;
}

static struct location *read_locations(struct reader *reader, const json_t *object, const char *key,
                                       size_t *count)
{
    void *items;
    const json_t *array = get_array(reader, object, key, sizeof(struct location), count, &items);
    struct location *locations = items;
    for (size_t i = 0; i < *count; i++)
        locations[i] = read_location(reader, json_array_get(array, i));
    return locations;
}

static const char **read_texts(struct reader *reader, const json_t *object, const char *key,
                               size_t *count)
{
    void *items;
    const json_t *array = get_array(reader, object, key, sizeof(char *), count, &items);
    const char **texts = items;
    for (size_t i = 0; i < *count; i++) {
        const json_t *value = json_array_get(array, i);
        if (!json_is_string(value))
            reject(reader, key, "should hold texts");
        texts[i] = report_text(reader->report, json_string_value(value));
    }
    return texts;
}

static void read_exercise(struct reader *reader, const json_t *top)
{
    struct report *report = reader->report;
    if (json_is_null(json_object_get(top, "exercise")))
        return;
    const json_t *value = get_object(reader, top, "exercise");
    report->exercise = get_text(reader, value, "name");
    report->exercise_version = get_small(reader, value, "version");
    report->exercise_title = get_text(reader, value, "title");
}

static void read_submission(struct reader *reader, const json_t *top)
{
    struct report *report = reader->report;
    const json_t *value = get_object(reader, top, "submission");
    report->submission = get_text(reader, value, "name");
    void *items;
    const json_t *array =
        get_array(reader, value, "files", sizeof(struct file_info), &report->n_files, &items);
    report->files = items;
    for (size_t i = 0; i < report->n_files; i++) {
        const json_t *file = json_array_get(array, i);
        report->files[i].path = get_text(reader, file, "path");
        const char *sum = get_text(reader, file, "sha256");
        if (strlen(sum) != 64 || strspn(sum, "0123456789abcdef") != 64)
            reject(reader, "sha256", "should be 64 hexadecimal digits");
        else
            memcpy(report->files[i].sha256, sum, 65);
    }
}

static void read_isolation(struct reader *reader, const json_t *top)
{
    struct isolation *isolation = &reader->report->isolation;
    const json_t *value = get_object(reader, top, "isolation");
    isolation->tier = (int)get_int(reader, value, "tier", 0, 3);
    isolation->landlock = get_bool(reader, value, "landlock");
    isolation->landlock_abi = get_small(reader, value, "landlock_abi");
    isolation->seccomp = get_bool(reader, value, "seccomp");
    isolation->namespaces = get_bool(reader, value, "namespaces");
    isolation->cgroup = get_bool(reader, value, "cgroup");
    isolation->missing = get_text(reader, value, "missing");
}

static void read_lanes(struct reader *reader, const json_t *top, const json_t *timing)
{
    const json_t *lanes = get_object(reader, top, "lanes");
    const json_t *times = get_object(reader, timing, "lanes");
    for (int i = 0; i < LANE_COUNT; i++) {
        struct lane_result *lane = &reader->report->lanes[i];
        const json_t *value = get_object(reader, lanes, lane_at(i));
        const json_t *time = get_object(reader, times, lane_at(i));
        lane->asked = get_bool(reader, value, "asked");
        lane->ran = get_bool(reader, value, "ran");
        lane->why_not = get_text(reader, value, "why_not");
        lane->executions =
            get_int(reader, i == LANE_STRESS ? time : value, "executions", 0, LLONG_MAX);
        lane->wall_ms = get_number(reader, time, "wall_ms");
        lane->cpu_ms = get_number(reader, time, "cpu_ms");
        if (i == LANE_EXPLORE) {
            lane->coverage = get_text_or_null(reader, value, "coverage");
            lane->bound = get_small_or_null(reader, value, "bound");
        }
    }
}

static void read_outcome(struct reader *reader, const json_t *value, struct outcome *outcome)
{
    outcome->count = get_int(reader, value, "count", 0, LLONG_MAX);
    outcome->right = get_bool(reader, value, "right");
    const json_t *answers = get_object(reader, value, "answers");
    outcome->n_answers = json_object_size(answers);
    outcome->answers = report_array(reader->report, outcome->n_answers, sizeof *outcome->answers);
    size_t i = 0;
    const char *name;
    json_t *answer;
    json_object_foreach((json_t *)answers, name, answer)
    {
        outcome->answers[i].name = report_text(reader->report, name);
        outcome->answers[i++].value = get_int(reader, answers, name, LLONG_MIN, LLONG_MAX);
    }
}

static void read_scenario(struct reader *reader, const json_t *value,
                          struct scenario_result *scenario)
{
    scenario->name = get_text(reader, value, "name");
    scenario->title = get_text(reader, value, "title");
    scenario->points = get_number(reader, value, "points");
    scenario->max = get_number(reader, value, "max");
    scenario->status = (enum scenario_status)get_name(reader, value, "status", 4, status_at);
    scenario->coverage = get_text_or_null(reader, value, "coverage");
    scenario->executions = get_int(reader, value, "executions", 0, LLONG_MAX);
    void *items;
    const json_t *array =
        get_array(reader, value, "outcomes", sizeof(struct outcome), &scenario->n_outcomes, &items);
    scenario->outcomes = items;
    for (size_t i = 0; i < scenario->n_outcomes; i++)
        read_outcome(reader, json_array_get(array, i), &scenario->outcomes[i]);
}

static void read_threads(struct reader *reader, const json_t *value, struct finding *finding)
{
    void *items;
    const json_t *array = get_array(reader, value, "threads", sizeof(struct thread_info),
                                    &finding->n_threads, &items);
    finding->threads = items;
    for (size_t i = 0; i < finding->n_threads; i++) {
        const json_t *thread = json_array_get(array, i);
        finding->threads[i].id = get_small(reader, thread, "id");
        finding->threads[i].name = get_text(reader, thread, "name");
        finding->threads[i].start = read_location(reader, get_object(reader, thread, "start"));
    }
}

static void read_trace(struct reader *reader, const json_t *value, struct finding *finding)
{
    void *items;
    const json_t *array =
        get_array(reader, value, "trace", sizeof(struct step), &finding->n_trace, &items);
    finding->trace = items;
    for (size_t i = 0; i < finding->n_trace; i++) {
        const json_t *step = json_array_get(array, i);
        finding->trace[i].n = get_small(reader, step, "n");
        finding->trace[i].thread = get_small(reader, step, "thread");
        finding->trace[i].op = get_text(reader, step, "op");
        finding->trace[i].object = get_text(reader, step, "object");
        finding->trace[i].value = get_text(reader, step, "value");
        finding->trace[i].why = get_text(reader, step, "why");
        finding->trace[i].at = read_location(reader, step);
    }
}

static void read_accesses(struct reader *reader, const json_t *value, struct finding *finding)
{
    void *items;
    const json_t *array =
        get_array(reader, value, "accesses", sizeof(struct access), &finding->n_accesses, &items);
    finding->accesses = items;
    for (size_t i = 0; i < finding->n_accesses; i++) {
        const json_t *item = json_array_get(array, i);
        struct access *access = &finding->accesses[i];
        access->thread = get_small(reader, item, "thread");
        access->op = get_text(reader, item, "op");
        access->size = get_small(reader, item, "size");
        access->object = get_text(reader, item, "object");
        access->held = read_texts(reader, item, "held", &access->n_held);
        access->stack.frames = read_locations(reader, item, "stack", &access->stack.n_frames);
    }
}

static void read_waits(struct reader *reader, const json_t *value, struct finding *finding)
{
    void *items;
    const json_t *array =
        get_array(reader, value, "waits", sizeof(struct wait), &finding->n_waits, &items);
    finding->waits = items;
    for (size_t i = 0; i < finding->n_waits; i++) {
        const json_t *item = json_array_get(array, i);
        struct wait *wait = &finding->waits[i];
        wait->thread = get_small(reader, item, "thread");
        wait->op = get_text(reader, item, "op");
        wait->object = get_text(reader, item, "object");
        wait->owner = get_small_or_null(reader, item, "owner");
        wait->held = read_texts(reader, item, "held", &wait->n_held);
        wait->stack.frames = read_locations(reader, item, "stack", &wait->stack.n_frames);
    }
}

static void read_finding(struct reader *reader, const json_t *value, struct finding *finding)
{
    finding->id = get_text(reader, value, "id");
    if (*finding->id == '\0' || strlen(finding->id) > FINDING_ID_MAX)
        reject(reader, "id", "should be a short name");
    finding->kind = (enum kind)get_name(reader, value, "kind", KIND_COUNT, kind_at);
    finding->lane = LANE_NONE;
    if (!json_is_null(json_object_get(value, "lane")))
        finding->lane = (enum lane)get_name(reader, value, "lane", LANE_COUNT, lane_at);
    finding->scenario = get_text_or_null(reader, value, "scenario");
    finding->message = get_text(reader, value, "message");
    finding->hint = get_text(reader, value, "hint");
    finding->replay = get_text_or_null(reader, value, "replay");
    finding->reproduced = get_bool(reader, value, "reproduced");
    finding->seen = get_int(reader, value, "seen", 0, LLONG_MAX);
    finding->object = get_text(reader, value, "object");
    finding->object_origin = get_text(reader, value, "object_origin");
    finding->detail = get_text(reader, value, "detail");
    finding->locations = read_locations(reader, value, "locations", &finding->n_locations);
    read_threads(reader, value, finding);
    read_trace(reader, value, finding);
    read_accesses(reader, value, finding);
    read_waits(reader, value, finding);
}

static void read_lists(struct reader *reader, const json_t *top)
{
    struct report *report = reader->report;
    void *items;
    const json_t *array = get_array(reader, top, "scenarios", sizeof(struct scenario_result),
                                    &report->n_scenarios, &items);
    report->scenarios = items;
    for (size_t i = 0; i < report->n_scenarios; i++)
        read_scenario(reader, json_array_get(array, i), &report->scenarios[i]);
    array = get_array(reader, top, "findings", sizeof(struct finding), &report->n_findings, &items);
    report->findings = items;
    for (size_t i = 0; i < report->n_findings; i++)
        read_finding(reader, json_array_get(array, i), &report->findings[i]);
    array = get_array(reader, top, "warnings", sizeof(struct warning), &report->n_warnings, &items);
    report->warnings = items;
    for (size_t i = 0; i < report->n_warnings; i++) {
        report->warnings[i].text = get_text(reader, json_array_get(array, i), "text");
        report->warnings[i].at = read_location(reader, json_array_get(array, i));
    }
    report->errors = read_texts(reader, top, "errors", &report->n_errors);
    report->notes = read_texts(reader, top, "notes", &report->n_notes);
}

static unsigned read_lane_set(struct reader *reader, const json_t *value)
{
    unsigned seen = 0;
    size_t count;
    const char **names = read_texts(reader, value, "lanes", &count);
    for (size_t i = 0; i < count; i++)
        for (int lane = 0; lane < LANE_COUNT; lane++)
            if (strcmp(names[i], lane_at(lane)) == 0)
                seen |= 1u << lane;
    return seen;
}

static void read_also_seen(struct reader *reader, const json_t *timing)
{
    const json_t *array = json_object_get(timing, "also_seen"), *value;
    size_t i;
    if (!json_is_array(array))
        reject(reader, "also_seen", "should be an array");
    json_array_foreach(array, i, value)
    {
        const char *id = get_text(reader, value, "finding");
        for (size_t j = 0; j < reader->report->n_findings; j++)
            if (strcmp(reader->report->findings[j].id, id) == 0)
                reader->report->findings[j].also_seen = read_lane_set(reader, value);
    }
}

static void read_seed(struct reader *reader, const json_t *top)
{
    const char *text = get_text(reader, top, "seed");
    errno = 0;
    reader->report->seed = strtoull(text, NULL, 10);
    if (errno != 0 || *text == '\0' || strspn(text, "0123456789") != strlen(text))
        reject(reader, "seed", "should be a number between quotes");
}

static void read_report(struct reader *reader, const json_t *top)
{
    struct report *report = reader->report;
    const char *schema = get_text(reader, top, "schema");
    if (strcmp(schema, "hilo-report/1") != 0)
        reject(reader, "schema", "should be \"hilo-report/1\"");
    report->language = strcmp(get_text(reader, top, "language"), "es") == 0 ? "es" : "en";
    read_exercise(reader, top);
    read_submission(reader, top);
    report->verdict = (enum verdict)get_name(reader, top, "verdict", 3, verdict_at);
    const json_t *score = get_object(reader, top, "score");
    report->points = get_number(reader, score, "points");
    report->max = get_number(reader, score, "max");
    read_isolation(reader, top);
    const json_t *timing = get_object(reader, top, "timing");
    report->wall_ms = get_number(reader, timing, "wall_ms");
    report->cpu_ms = get_number(reader, timing, "cpu_ms");
    read_lanes(reader, top, timing);
    read_lists(reader, top);
    read_also_seen(reader, timing);
    read_seed(reader, top);
    report->effort = get_text(reader, top, "effort");
    report->tool_version = get_text(reader, get_object(reader, top, "tool"), "version");
}

struct report *report_read_json(const char *path, struct error *error)
{
    size_t size;
    char *bytes = input_read(path, &size, error);
    if (bytes == NULL)
        return NULL;
    json_error_t problem;
    json_t *top = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &problem);
    free(bytes);
    if (top == NULL) {
        error_set(error, ERROR_USAGE, "%s: line %d: not JSON: %s", path, problem.line,
                  problem.text);
        return NULL;
    }
    struct reader reader = {.report = report_new("en"), .path = path, .error = error};
    read_report(&reader, top);
    json_decref(top);
    if (!reader.bad)
        return reader.report;
    report_free(reader.report);
    return NULL;
}
