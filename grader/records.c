/*
 * Theory of operation. The stream is cut into lines, each is taken apart by record_parse() and
 * handed to the one function that knows its type. The parser is a state of three: before `hello`,
 * between scenarios, within one. Every list has a bound from protocol.h or records.h, every number
 * a range, every reference (a detail to its finding) must name something that came before. The
 * first line that breaks a rule ends the parse with `broken` set; nothing is repaired and nothing
 * guessed, for a guess is what a forged stream hopes for.
 */
#include "grader/records.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/memory.h"

struct parser {
    struct records *records;
    enum lane lane;
    size_t n_lines;
    struct record_scenario *open; /* the scenario between `begin` and `done` */
    bool ended;                   /* `bye` came */
    const struct record_view *view;
};

static bool broken(struct parser *parser, const char *why)
{
    parser->records->malformed = true;
    snprintf(parser->records->broken, sizeof parser->records->broken, "line %zu: %s",
             parser->n_lines + 1, why);
    return false;
}

static const char *text_of(const struct parser *parser, const char *key)
{
    const char *value = record_get(parser->view, key);
    return value ? value : "";
}

/* A number that may be absent (then `fallback`), but not malformed or out of range. */
static bool optional(const struct parser *parser, const char *key, long long low, long long high,
                     long long fallback, long long *value)
{
    *value = fallback;
    if (!record_get(parser->view, key))
        return true;
    return record_get_int(parser->view, key, value) && *value >= low && *value <= high;
}

static bool required(const struct parser *parser, const char *key, long long low, long long high,
                     long long *value)
{
    return record_get(parser->view, key) && optional(parser, key, low, high, 0, value);
}

static bool on_hello(struct parser *parser)
{
    long long version;
    const char *lane = text_of(parser, "lane");
    if (parser->records->hello)
        return broken(parser, "a second hello");
    if (!required(parser, "version", PROTOCOL_VERSION, PROTOCOL_VERSION, &version))
        return broken(parser, "another version of the protocol");
    bool perturb = parser->lane == LANE_STRESS && strcmp(lane, "perturb") == 0;
    if (strcmp(lane, lane_name(parser->lane)) != 0 && !perturb)
        return broken(parser, "another lane's hello");
    parser->records->hello = true;
    return true;
}

static bool on_begin(struct parser *parser)
{
    struct records *records = parser->records;
    const char *name = text_of(parser, "scenario");
    if (parser->open)
        return broken(parser, "a scenario begins within another");
    if (*name == '\0' || records->n_scenarios == RECORD_SCENARIOS_MAX)
        return broken(parser, "a scenario without a name, or too many of them");
    for (size_t i = 0; i < records->n_scenarios; i++)
        if (strcmp(records->scenarios[i].name, name) == 0)
            return broken(parser, "a scenario begins twice");
    records->scenarios =
        memory_grow(records->scenarios, records->n_scenarios, sizeof *records->scenarios);
    parser->open = &records->scenarios[records->n_scenarios++];
    parser->open->name = name;
    parser->open->coverage = "";
    return true;
}

static bool add_answer(struct record_outcome *outcome, const struct parser *parser,
                       const struct record_field *field)
{
    bool checked = field->key[0] == 'c';
    if (outcome->n_answers == RECORD_ANSWERS_MAX || field->key[2] == '\0')
        return false;
    long long value;
    if (!record_get_int(parser->view, field->key, &value))
        return false;
    outcome->answers[outcome->n_answers].name = field->key + 2;
    outcome->answers[outcome->n_answers].value = value;
    outcome->checked[outcome->n_answers++] = checked;
    return true;
}

static bool on_outcome(struct parser *parser)
{
    struct record_scenario *open = parser->open;
    if (open->n_outcomes == RECORDS_OUTCOMES_MAX)
        return broken(parser, "too many outcomes");
    open->outcomes = memory_grow(open->outcomes, open->n_outcomes, sizeof *open->outcomes);
    struct record_outcome *outcome = &open->outcomes[open->n_outcomes];
    if (!required(parser, "count", 1, LLONG_MAX, &outcome->count))
        return broken(parser, "an outcome without a count");
    outcome->token = text_of(parser, "token");
    long long late = 0;
    outcome->late = record_get_int(parser->view, "late", &late) && late == 1;
    for (size_t i = 0; i < parser->view->n_fields; i++) {
        const struct record_field *field = &parser->view->fields[i];
        bool answer = (field->key[0] == 'a' || field->key[0] == 'c') && field->key[1] == '.';
        if (answer && !add_answer(outcome, parser, field))
            return broken(parser, "an answer that is no number, or too many of them");
    }
    open->n_outcomes++;
    return true;
}

static bool on_fact(struct parser *parser)
{
    struct record_scenario *open = parser->open;
    if (open->n_facts == RECORD_FACTS_MAX)
        return broken(parser, "too many facts");
    open->facts = memory_grow(open->facts, open->n_facts, sizeof *open->facts);
    struct record_fact *fact = &open->facts[open->n_facts];
    fact->name = text_of(parser, "name");
    if (*fact->name == '\0' || !required(parser, "value", LLONG_MIN, LLONG_MAX, &fact->value))
        return broken(parser, "a fact without a name or value");
    open->n_facts++;
    return true;
}

static struct record_finding *finding_of(struct parser *parser, const char *key)
{
    long long id;
    if (!required(parser, key, 0, LLONG_MAX, &id))
        return NULL;
    for (size_t i = parser->open->n_findings; i-- > 0;)
        if (parser->open->findings[i].id == id)
            return &parser->open->findings[i];
    return NULL;
}

static bool on_finding(struct parser *parser)
{
    struct record_scenario *open = parser->open;
    const char *kind = text_of(parser, "kind");
    if (open->n_findings == RECORDS_FINDINGS_MAX)
        return broken(parser, "too many findings");
    if (finding_of(parser, "id"))
        return broken(parser, "a finding told twice");
    open->findings = memory_grow(open->findings, open->n_findings, sizeof *open->findings);
    struct record_finding *finding = &open->findings[open->n_findings];
    finding->trace = strcmp(kind, "trace") == 0;
    finding->kind = kind_by_name(kind);
    if (finding->kind == KIND_COUNT && !finding->trace)
        return broken(parser, "a finding of no known kind");
    if (!required(parser, "id", 0, LLONG_MAX, &finding->id) ||
        !optional(parser, "seen", 0, LLONG_MAX, 1, &finding->seen))
        return broken(parser, "a finding without a number");
    finding->token = text_of(parser, "token");
    finding->clock = text_of(parser, "clock");
    finding->why = text_of(parser, "why");
    open->n_findings++;
    return true;
}

static bool module_of(const struct parser *parser, struct record_detail *detail)
{
    const char *module = record_get(parser->view, "module");
    if (!module)
        return true;
    if (strcmp(module, "student") == 0)
        detail->module = RECORD_STUDENT;
    else if (strcmp(module, "scenarios") == 0)
        detail->module = RECORD_EXERCISE;
    else if (strcmp(module, "host") == 0)
        detail->module = RECORD_HOST;
    else
        return false;
    return record_get_hex(parser->view, "offset", &detail->offset);
}

/* Where in a frame. Says nothing without the stack and a function of it. */
static bool local_of(const struct parser *parser, struct record_detail *detail)
{
    detail->is_local = record_get(parser->view, "local") != NULL;
    if (!optional(parser, "local", -RECORD_LOCAL_MAX, RECORD_LOCAL_MAX, 0, &detail->local))
        return false;
    return !detail->is_local || (detail->type == DETAIL_OBJECT && detail->thread >= 0 &&
                                 detail->module != RECORD_NOWHERE);
}

static bool detail_fields(const struct parser *parser, struct record_detail *detail)
{
    const long long top = INT_MAX;
    detail->name = text_of(parser, "name");
    detail->kind = text_of(parser, "kind");
    detail->op = text_of(parser, "op");
    detail->value = text_of(parser, "value");
    detail->why = text_of(parser, "why");
    detail->of = text_of(parser, "of");
    return module_of(parser, detail) && optional(parser, "thread", -1, top, -1, &detail->thread) &&
           optional(parser, "n", 0, top, -1, &detail->n) &&
           optional(parser, "object", -1, LLONG_MAX, -1, &detail->object) &&
           optional(parser, "at", LLONG_MIN, LLONG_MAX, -1, &detail->at) &&
           optional(parser, "size", 0, LLONG_MAX, -1, &detail->size) &&
           optional(parser, "owner", -1, top, -1, &detail->owner) &&
           optional(parser, "heap", -1, LLONG_MAX, -1, &detail->heap) &&
           optional(parser, "block", 0, LLONG_MAX, -1, &detail->block) && local_of(parser, detail);
}

/* What each type of detail cannot be without. */
static bool detail_complete(const struct record_detail *detail)
{
    switch (detail->type) {
    case DETAIL_THREAD:
        return detail->thread >= 0;
    case DETAIL_OBJECT:
        return detail->object >= 0;
    case DETAIL_ACCESS:
        return detail->thread >= 0 && (detail->n == 0 || detail->n == 1);
    case DETAIL_FRAME:
        return *detail->of && detail->module != RECORD_NOWHERE;
    case DETAIL_HELD:
        return *detail->of && detail->object >= 0;
    case DETAIL_WAIT:
    case DETAIL_STEP:
        return detail->thread >= 0 && *detail->op;
    }
    return false;
}

static bool on_detail(struct parser *parser, enum record_detail_type type)
{
    struct record_finding *finding = finding_of(parser, "finding");
    if (!finding)
        return broken(parser, "a detail of no finding");
    bool step = type == DETAIL_STEP;
    if (finding->n_details == RECORD_DETAILS_MAX || (step && finding->n_steps == RECORDS_STEPS_MAX))
        return broken(parser, "too many details of one finding");
    finding->details = memory_grow(finding->details, finding->n_details, sizeof *finding->details);
    struct record_detail *detail = &finding->details[finding->n_details];
    detail->type = type;
    if (!detail_fields(parser, detail) || !detail_complete(detail))
        return broken(parser, "a detail that is not as agreed");
    finding->n_details++;
    finding->n_steps += step;
    return true;
}

static bool on_thread(struct parser *parser)
{
    return on_detail(parser, DETAIL_THREAD);
}

static bool on_object(struct parser *parser)
{
    return on_detail(parser, DETAIL_OBJECT);
}

static bool on_access(struct parser *parser)
{
    return on_detail(parser, DETAIL_ACCESS);
}

static bool on_frame(struct parser *parser)
{
    return on_detail(parser, DETAIL_FRAME);
}

static bool on_held(struct parser *parser)
{
    return on_detail(parser, DETAIL_HELD);
}

static bool on_wait(struct parser *parser)
{
    return on_detail(parser, DETAIL_WAIT);
}

static bool on_step(struct parser *parser)
{
    return on_detail(parser, DETAIL_STEP);
}

static bool on_note(struct parser *parser)
{
    struct records *records = parser->records;
    if (records->n_notes == RECORD_NOTES_MAX)
        return broken(parser, "too many notes");
    records->notes = memory_grow(records->notes, records->n_notes, sizeof *records->notes);
    records->notes[records->n_notes++] = text_of(parser, "text");
    return true;
}

static bool known_coverage(const char *coverage, enum lane lane)
{
    if (lane != LANE_EXPLORE && *coverage == '\0')
        return true;
    return strcmp(coverage, "proved") == 0 || strcmp(coverage, "bounded") == 0 ||
           strcmp(coverage, "sampled") == 0;
}

static bool on_done(struct parser *parser)
{
    struct record_scenario *open = parser->open;
    long long outcomes;
    if (strcmp(text_of(parser, "scenario"), open->name) != 0)
        return broken(parser, "another scenario than the one that began is done");
    if (!required(parser, "executions", 0, LLONG_MAX, &open->executions) ||
        !optional(parser, "steps", 0, LLONG_MAX, 0, &open->steps) ||
        !optional(parser, "truncated", 0, LLONG_MAX, 0, &open->truncated) ||
        !optional(parser, "bound", -1, INT_MAX, -1, &open->bound))
        return broken(parser, "a scenario done without its counts");
    if (!required(parser, "outcomes", 0, RECORDS_OUTCOMES_MAX, &outcomes) ||
        (size_t)outcomes != open->n_outcomes)
        return broken(parser, "outcomes are missing");
    open->coverage = text_of(parser, "coverage");
    if (!known_coverage(open->coverage, parser->lane))
        return broken(parser, "a coverage of no known name");
    open->done = true;
    parser->open = NULL;
    return true;
}

static bool on_bye(struct parser *parser)
{
    long long count;
    if (parser->open)
        return broken(parser, "bye within a scenario");
    if (!required(parser, "records", 0, RECORDS_MAX, &count) || (size_t)count != parser->n_lines)
        return broken(parser, "bye counts another number of records");
    parser->ended = true;
    return true;
}

enum place { ANYWHERE, OUTSIDE, INSIDE };

struct record_type {
    const char *name;
    enum place place;
    bool (*take)(struct parser *parser);
};

static const struct record_type types[] = {
    {"hello", OUTSIDE, on_hello},    {"begin", OUTSIDE, on_begin},  {"outcome", INSIDE, on_outcome},
    {"fact", INSIDE, on_fact},       {"thread", INSIDE, on_thread}, {"object", INSIDE, on_object},
    {"finding", INSIDE, on_finding}, {"access", INSIDE, on_access}, {"frame", INSIDE, on_frame},
    {"held", INSIDE, on_held},       {"wait", INSIDE, on_wait},     {"step", INSIDE, on_step},
    {"done", INSIDE, on_done},       {"note", ANYWHERE, on_note},   {"bye", OUTSIDE, on_bye},
};

static bool take_line(struct parser *parser, char *line, size_t length)
{
    struct record_view view;
    if (parser->ended)
        return broken(parser, "more after bye");
    if (parser->n_lines == RECORDS_MAX)
        return broken(parser, "too many records");
    if (length + 1 > RECORD_MAX || !record_parse(line, length, &view))
        return broken(parser, "not a record");
    if (!parser->records->hello && strcmp(view.type, "hello") != 0)
        return broken(parser, "the first record is not hello");
    parser->view = &view;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, view.type) != 0)
            continue;
        if (types[i].place == INSIDE && !parser->open)
            return broken(parser, "a record of no scenario");
        if (!types[i].take(parser))
            return false;
        parser->n_lines++;
        return true;
    }
    return broken(parser, "a record of no known type");
}

static void missing(struct records *records, const char *why)
{
    snprintf(records->broken, sizeof records->broken, "%s", why);
}

static void take_stream(struct parser *parser, size_t size)
{
    struct records *records = parser->records;
    char *line = records->text;
    char *end = records->text + size;
    while (line < end) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) {
            missing(records, "the last record is cut off");
            return;
        }
        *stop = '\0';
        if (!take_line(parser, line, (size_t)(stop - line)))
            return;
        line = stop + 1;
    }
    if (parser->ended)
        records->whole = true;
    else
        missing(records, records->hello ? "it ended without a bye" : "it said nothing");
}

struct records *records_parse(const char *stream, size_t size, enum lane lane)
{
    struct records *records = memory_new(1, sizeof *records);
    records->text = memory_new(size + 1, 1);
    if (size)
        memcpy(records->text, stream, size);
    struct parser parser = {.records = records, .lane = lane};
    take_stream(&parser, size);
    return records;
}

static void scenario_free(struct record_scenario *scenario)
{
    for (size_t i = 0; i < scenario->n_findings; i++)
        free(scenario->findings[i].details);
    free(scenario->findings);
    free(scenario->outcomes);
    free(scenario->facts);
}

void records_free(struct records *records)
{
    if (!records)
        return;
    for (size_t i = 0; i < records->n_scenarios; i++)
        scenario_free(&records->scenarios[i]);
    free(records->scenarios);
    free(records->notes);
    free(records->text);
    free(records);
}
