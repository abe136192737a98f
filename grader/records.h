/*
 * records.h - the hostile stream of a harness, taken in.
 *
 * The stream is parsed into plain data that is bounded on every side and means
 * nothing yet: verdict.c decides. A stream is `whole` only when it opens with
 * `hello`, brackets scenarios by `begin` and `done`, each once, and ends with a `bye` whose
 * count is right; whether those are the scenarios asked for is the caller's to compare.
 * Parsing stops at the first line that is not as harness/protocol.h says. What
 * came before a break is kept: a crash in the third scenario does not take the first two away.
 *
 * Ownership: records_free(); strings point into the stream's own copy and are never NULL.
 */
#ifndef HILO_GRADER_RECORDS_H
#define HILO_GRADER_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/protocol.h"
#include "reports/report.h"

enum {
    RECORD_ANSWERS_MAX = 24,
    RECORD_FACTS_MAX = 32,
    RECORD_DETAILS_MAX = 6000, /* of one finding, steps included */
    RECORD_NOTES_MAX = 64,
    RECORD_SCENARIOS_MAX = 64,
    RECORD_LOCAL_MAX = 1 << 24, /* bytes of a frame, either side of its address */
};

struct record_outcome {
    long long count;
    bool late;         /* only seen when a sleep may be overtaken */
    const char *token; /* "" if none */
    size_t n_answers;
    struct input_value answers[RECORD_ANSWERS_MAX];
    bool checked[RECORD_ANSWERS_MAX]; /* told by check(): must be 1 */
};

struct record_fact {
    const char *name;
    long long value;
};

enum record_module { RECORD_NOWHERE, RECORD_STUDENT, RECORD_EXERCISE, RECORD_HOST };

enum record_detail_type {
    DETAIL_THREAD,
    DETAIL_OBJECT,
    DETAIL_ACCESS,
    DETAIL_FRAME,
    DETAIL_HELD,
    DETAIL_WAIT,
    DETAIL_STEP,
};

/* A line that details a finding. Numbers that were not given are -1, texts "". */
struct record_detail {
    enum record_detail_type type;
    enum record_module module;
    uint64_t offset;
    long long thread, n, object, at, size, owner, heap, block;
    bool is_local; /* of an object: on a stack, and `local` and `offset` say of which frame */
    long long local;
    const char *name, *kind, *op, *value, *why, *of;
};

struct record_finding {
    long long id;
    bool trace;     /* not a finding: the steps of a replay */
    enum kind kind; /* KIND_COUNT for a trace */
    const char *token;
    const char *clock;
    const char *why; /* refines the kind: "copied", "destroyed", ...; or "" */
    long long seen;
    size_t n_steps;
    size_t n_details;
    struct record_detail *details;
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
    bool hello; /* it said so much at least */
    bool whole;
    char broken[160]; /* why it is not whole: "line 12: ..."; "" while it is */
    bool malformed;   /* broken by what a line said, not by lines that are missing */
    size_t n_scenarios;
    struct record_scenario *scenarios;
    size_t n_notes;
    const char **notes;
};

/* Parse what a harness said. Takes a copy. Never fails for what the stream holds. */
struct records *records_parse(const char *stream, size_t size, enum lane lane);
void records_free(struct records *records);

#endif
