/*
 * records.h - the hostile stream of a harness, taken in.
 *
 * The stream is parsed into plain data that is bounded on every side and means
 * nothing yet: verdict.c decides. A stream is `whole` only when it opens with
 * `hello`, brackets each scenario asked for once and in order, and ends with a `bye` whose
 * count is right. What came before a break is kept: a crash in the third scenario
 * does not take the first two away.
 *
 * Ownership: records_free(); strings point into the stream's own copy.
 */
#ifndef HILO_GRADER_RECORDS_H
#define HILO_GRADER_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/protocol.h"
#include "reports/report.h"

enum { RECORD_ANSWERS_MAX = 24, RECORD_FACTS_MAX = 32, RECORD_DETAILS_MAX = 6000 };

struct record_outcome {
    long long count;
    const char *token;
    size_t n_answers;
    struct input_value answers[RECORD_ANSWERS_MAX];
};

struct record_fact {
    const char *name;
    long long value;
};

/* A line that details a finding, still as fields: verdict.c resolves it. */
struct record_detail {
    struct record_view view;
};

struct record_finding {
    long long id;
    enum kind kind;
    const char *token;
    const char *clock;
    long long seen;
    size_t n_details;
    struct record_view *details;
};

struct record_scenario {
    const char *name;
    bool done; /* its `done` came */
    long long executions, steps, truncated, bound;
    const char *coverage;
    size_t n_outcomes;
    struct record_outcome *outcomes;
    size_t n_facts;
    struct record_fact *facts;
    size_t n_findings;
    struct record_finding *findings;
};

struct records {
    char *text;
    bool whole;
    const char *broken; /* why not whole, or NULL */
    size_t n_scenarios;
    struct record_scenario *scenarios;
    size_t n_notes;
    const char **notes;
};

/* Parse what a harness said. Takes a copy. Never fails for what the stream holds. */
struct records *records_parse(const char *stream, size_t size, enum lane lane);
void records_free(struct records *records);

#endif
