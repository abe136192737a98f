/*
 * manifest_load.c - exercise.json, what its members mean and must obey. How a member is read,
 * and how a complaint knows its place, is manifest_read.h's.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/manifest_read.h"

static bool load_range(struct loader *l, const json_t *json, long *low, long *high)
{
    if (!json_is_array(json) || json_array_size(json) != 2)
        return bad(l, "a range [low, high] expected");
    if (!take_long(l, json_array_get(json, 0), LONG_MIN, LONG_MAX, low) ||
        !take_long(l, json_array_get(json, 1), LONG_MIN, LONG_MAX, high))
        return false;
    return *low <= *high || bad(l, "the range ends (%ld) before it begins (%ld)", *high, *low);
}

static bool read_range(struct loader *l, json_t *object, const char *key, long *low, long *high)
{
    size_t mark = enter(l, key);
    const json_t *json = json_object_get(object, key);
    if (!json)
        return bad(l, "missing: a range by lane gives both \"explore\" and \"native\"");
    return load_range(l, json, low, high) && leave(l, mark);
}

static bool load_input(struct loader *l, json_t *json, struct input_range *range)
{
    static const char *const keys[] = {"explore", "native", NULL};
    if (!json_is_object(json)) {
        if (!load_range(l, json, &range->explore_low, &range->explore_high))
            return false;
        range->native_low = range->explore_low;
        range->native_high = range->explore_high;
        return true;
    }
    return only_keys(l, json, keys) &&
           read_range(l, json, "explore", &range->explore_low, &range->explore_high) &&
           read_range(l, json, "native", &range->native_low, &range->native_high);
}

static bool read_inputs(struct loader *l, json_t *object, struct manifest_scenario *scenario)
{
    size_t mark = enter(l, "inputs");
    json_t *json = json_object_get(object, "inputs");
    if (!json)
        return leave(l, mark);
    if (!is_object(l, json))
        return false;
    if (json_object_size(json) > MANIFEST_INPUTS_MAX)
        return bad(l, "%zu inputs: at most %d", json_object_size(json), (int)MANIFEST_INPUTS_MAX);
    scenario->inputs = calloc(json_object_size(json) + 1, sizeof scenario->inputs[0]);
    if (!scenario->inputs)
        return no_memory(l);
    const char *key;
    json_t *value;
    json_object_foreach(json, key, value)
    {
        struct input_range *range = &scenario->inputs[scenario->n_inputs++];
        if (!(range->name = strdup(key)))
            return no_memory(l);
        size_t here = enter(l, key);
        if (!check_name(l, key) || !load_input(l, value, range))
            return false;
        leave(l, here);
    }
    return leave(l, mark);
}

/* A kind that a scenario may speak of: not one that only building a submission can have. */
static bool load_kind(struct loader *l, const json_t *json, enum kind *kind)
{
    if (!json_is_string(json))
        return bad(l, "a text \"...\" expected");
    *kind = kind_by_name(json_string_value(json));
    if (*kind == KIND_COUNT)
        return bad(l, "unknown kind of finding '%.60s'", json_string_value(json));
    if (kind_category(*kind) >= CATEGORY_SUMMARY_COUNT)
        return bad(l, "'%s' is not found by running a scenario", kind_name(*kind));
    return true;
}

static bool load_judgement(struct loader *l, json_t *json, void *item)
{
    static const char *const keys[] = {"that", "kind", "es", "en", NULL};
    struct judgement *judgement = item;
    if (!is_object(l, json) || !only_keys(l, json, keys) ||
        !read_text(l, json, "that", &judgement->text))
        return false;
    struct error why = {0};
    judgement->that = judge_parse(judgement->text, &why);
    if (!judgement->that)
        return bad(l, "that: \"%.200s\": %s", judgement->text, why.text);
    judgement->kind = KIND_WRONG_RESULT;
    if (json_object_get(json, "kind")) {
        size_t mark = enter(l, "kind");
        if (!load_kind(l, json_object_get(json, "kind"), &judgement->kind))
            return false;
        leave(l, mark);
    }
    if (json_object_get(json, "es") && !read_text(l, json, "es", &judgement->message.es))
        return false;
    return !json_object_get(json, "en") || read_text(l, json, "en", &judgement->message.en);
}

static bool load_pair(struct loader *l, json_t *json, void *item)
{
    struct parallel_pair *pair = item;
    if (!json_is_array(json) || json_array_size(json) != 2)
        return bad(l, "two labels [\"a\", \"b\"] expected");
    if (!copy_text(l, json_array_get(json, 0), &pair->a) ||
        !copy_text(l, json_array_get(json, 1), &pair->b) || !check_name(l, pair->a) ||
        !check_name(l, pair->b))
        return false;
    return strcmp(pair->a, pair->b) != 0 || bad(l, "two different labels expected");
}

static bool load_kind_item(struct loader *l, json_t *json, void *item)
{
    return load_kind(l, json, item);
}

static bool read_graded_elsewhere(struct loader *l, json_t *json, struct manifest_scenario *s)
{
    const struct list_spec spec = {"graded_elsewhere", sizeof(enum kind), 0, KIND_COUNT,
                                   load_kind_item};
    struct list kinds = {0};
    bool good = read_list(l, json, &spec, &kinds);
    for (size_t i = 0; good && i < kinds.n; i++)
        s->graded_elsewhere[((enum kind *)kinds.items)[i]] = true;
    free(kinds.items);
    return good;
}

static bool load_lane(struct loader *l, json_t *json, void *item)
{
    enum lane *lane = item;
    for (*lane = 0; *lane < LANE_COUNT; (*lane)++)
        if (json_is_string(json) && strcmp(json_string_value(json), lane_name(*lane)) == 0)
            return true;
    return bad(l, "\"stress\", \"tsan\" or \"explore\" expected");
}

static bool read_lanes(struct loader *l, json_t *json, struct manifest_scenario *s)
{
    const struct list_spec spec = {"lanes", sizeof(enum lane), 1, LANE_COUNT, load_lane};
    struct list lanes = {0};
    bool absent = !json_object_get(json, "lanes");
    for (int i = 0; i < LANE_COUNT; i++)
        s->lanes[i] = absent;
    bool good = absent || read_list(l, json, &spec, &lanes);
    for (size_t i = 0; good && i < lanes.n; i++)
        s->lanes[((enum lane *)lanes.items)[i]] = true;
    free(lanes.items);
    return good;
}

static bool read_clock(struct loader *l, json_t *object, bool *punctual)
{
    size_t mark = enter(l, "clock");
    const json_t *json = json_object_get(object, "clock");
    const char *clock = json ? json_string_value(json) : "adversarial";
    *punctual = clock && strcmp(clock, "punctual") == 0;
    if (!*punctual && (!clock || strcmp(clock, "adversarial") != 0))
        return bad(l, "\"punctual\" or \"adversarial\" expected");
    return leave(l, mark);
}

struct naming {
    const struct manifest_scenario *scenario;
    bool answer; /* some name is not an input */
};

static void see_name(const char *name, void *data)
{
    struct naming *naming = data;
    for (size_t i = 0; i < naming->scenario->n_inputs; i++)
        if (strcmp(naming->scenario->inputs[i].name, name) == 0)
            return;
    naming->answer = true;
}

/* An expression over inputs alone would say nothing about the submission. */
static bool check_judgements(struct loader *l, const struct manifest_scenario *scenario)
{
    for (size_t i = 0; i < scenario->n_judgements; i++) {
        struct naming naming = {.scenario = scenario};
        judge_names(scenario->judgements[i].that, see_name, &naming);
        if (!naming.answer)
            return bad(l, "judge[%zu]: \"%.200s\" names no answer of the scenario", i,
                       scenario->judgements[i].text);
    }
    return true;
}

static bool load_scenario(struct loader *l, json_t *json, void *item)
{
    static const char *const keys[] = {"name",       "title", "points",   "lanes",
                                       "inputs",     "judge", "parallel", "graded_elsewhere",
                                       "executions", "steps", "clock",    NULL};
    static const struct list_spec judge = {"judge", sizeof(struct judgement), 0,
                                           MANIFEST_JUDGEMENTS_MAX, load_judgement};
    static const struct list_spec parallel = {"parallel", sizeof(struct parallel_pair), 0,
                                              MANIFEST_PARALLEL_MAX, load_pair};
    struct manifest_scenario *s = item;
    struct list judgements = {0}, pairs = {0};
    s->executions = 2000;
    s->steps = 20000;
    if (!is_object(l, json) || !only_keys(l, json, keys) || !read_name(l, json, "name", &s->name))
        return false;
    bool good = read_bilingual(l, json, "title", false, &s->title) &&
                read_points(l, json, &s->points) && read_lanes(l, json, s) &&
                read_inputs(l, json, s) && read_graded_elsewhere(l, json, s) &&
                read_long(l, json, "executions", false, 10000000, &s->executions) &&
                read_long(l, json, "steps", false, 10000000, &s->steps) &&
                read_clock(l, json, &s->punctual) && read_list(l, json, &judge, &judgements);
    s->judgements = judgements.items;
    s->n_judgements = judgements.n;
    good = good && read_list(l, json, &parallel, &pairs);
    s->parallel = pairs.items;
    s->n_parallel = pairs.n;
    return good && check_judgements(l, s);
}

static bool is_identifier(const char *text)
{
    return *text && !(*text >= '0' && *text <= '9') && strlen(text) <= 200 &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] ==
               '\0';
}

static bool load_function(struct loader *l, json_t *json, void *item)
{
    char **name = item;
    return copy_text(l, json, name) &&
           (is_identifier(*name) || bad(l, "'%.60s' is not the name of a function", *name));
}

/* A kind that every scenario leaves to another would cost nothing anywhere. */
static bool check_graded(struct loader *l, const struct manifest *manifest)
{
    for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
        size_t left = 0;
        for (size_t i = 0; i < manifest->n_scenarios; i++)
            left += manifest->scenarios[i].graded_elsewhere[kind];
        if (left > 0 && left == manifest->n_scenarios)
            return bad(l, "scenarios: every one has '%s' in graded_elsewhere, so none grades it",
                       kind_name(kind));
    }
    return true;
}

static bool check_unique(struct loader *l, const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->n_scenarios; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(manifest->scenarios[i].name, manifest->scenarios[j].name) == 0)
                return bad(l, "scenarios[%zu].name: '%s' is already scenarios[%zu]", i,
                           manifest->scenarios[i].name, j);
    for (size_t i = 0; i < manifest->n_functions; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(manifest->functions[i], manifest->functions[j]) == 0)
                return bad(l, "functions[%zu]: '%s' is already functions[%zu]", i,
                           manifest->functions[i], j);
    return true;
}

static bool check_file(struct loader *l, const char *key, const char *name)
{
    char path[PATH_MAX];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", l->dir, name);
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return bad(l, "%s%sthere is no file '%s' in %s", key, *key ? ": " : "", name, l->dir);
    return true;
}

static bool check_schema(struct loader *l, json_t *json)
{
    const char *schema = json_string_value(json_object_get(json, "schema"));
    return (schema && strcmp(schema, "hilo-exercise/1") == 0) ||
           bad(l, "schema: \"hilo-exercise/1\" expected");
}

static bool fill(struct loader *l, json_t *json, struct manifest *m)
{
    static const char *const keys[] = {"schema",  "name",      "version",   "title", "header",
                                       "starter", "functions", "scenarios", NULL};
    static const struct list_spec functions = {"functions", sizeof(char *), 1,
                                               MANIFEST_FUNCTIONS_MAX, load_function};
    static const struct list_spec scenarios = {"scenarios", sizeof(struct manifest_scenario), 1,
                                               MANIFEST_SCENARIOS_MAX, load_scenario};
    struct list list = {0};
    long version = 0;
    if (!is_object(l, json) || !only_keys(l, json, keys) || !check_schema(l, json) ||
        !read_name(l, json, "name", &m->name) ||
        !read_long(l, json, "version", true, 1000000, &version) ||
        !read_bilingual(l, json, "title", true, &m->title) ||
        !read_file_name(l, json, "header", ".h", &m->header) ||
        !read_file_name(l, json, "starter", ".c", &m->starter))
        return false;
    m->version = (int)version;
    bool good = read_list(l, json, &functions, &list);
    m->functions = list.items;
    m->n_functions = list.n;
    list = (struct list){0};
    good = good && read_list(l, json, &scenarios, &list);
    m->scenarios = list.items;
    m->n_scenarios = list.n;
    return good && check_unique(l, m) && check_graded(l, m) && check_file(l, "header", m->header) &&
           check_file(l, "starter", m->starter) && check_file(l, "", "scenarios.c");
}

/* The bytes of exercise.json, NUL-terminated; the caller frees. */
static char *read_all(struct loader *l, size_t *size)
{
    char path[PATH_MAX];
    struct stat info;
    snprintf(path, sizeof path, "%s/exercise.json", l->dir);
    /* Without blocking, lest a FIFO hold us. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        error_errno(l->error, ERROR_USAGE, "%s", path);
        return NULL;
    }
    char *bytes = NULL;
    *size = 0;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        bad(l, "not a regular file");
    else if (info.st_size > MANIFEST_FILE_MAX)
        bad(l, "larger than %d bytes", (int)MANIFEST_FILE_MAX);
    else if (!(bytes = malloc(MANIFEST_FILE_MAX)))
        no_memory(l);
    ssize_t got = 1;
    while (bytes && *size < MANIFEST_FILE_MAX && got > 0) {
        got = read(fd, bytes + *size, MANIFEST_FILE_MAX - *size);
        *size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        error_errno(l->error, ERROR_MACHINE, "%s", path);
        free(bytes);
        bytes = NULL;
    }
    close(fd);
    return bytes;
}

static json_t *parse(struct loader *l)
{
    json_error_t why;
    size_t size;
    char *bytes = read_all(l, &size);
    if (!bytes)
        return NULL;
    json_t *json = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &why);
    if (!json)
        bad(l, "line %d, column %d: %s", why.line, why.column, why.text);
    free(bytes);
    return json;
}

struct manifest *manifest_load(const char *dir, struct error *error)
{
    struct loader l = {.dir = dir, .error = error};
    json_t *json = parse(&l);
    if (!json)
        return NULL;
    struct manifest *manifest = calloc(1, sizeof *manifest);
    bool good = false;
    if (!manifest)
        no_memory(&l);
    else if (!(manifest->dir = realpath(dir, NULL)))
        error_errno(error, ERROR_USAGE, "%s", dir);
    else
        good = fill(&l, json, manifest);
    json_decref(json);
    if (good)
        return manifest;
    manifest_free(manifest);
    return NULL;
}
