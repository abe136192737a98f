/*
 * manifest.h - exercise.json, read and checked.
 *
 * A manifest is written by a TA; unknown keys, wrong types and impossible values are errors
 * that name the file, the place and the way out. It says what a submission must define, which
 * scenarios are run with which inputs, and what their answers must be.
 *
 *   {
 *     "schema": "hilo-exercise/1",
 *     "name": "likes", "version": 1,
 *     "title": {"es": "...", "en": "..."},
 *     "header": "likes.h", "starter": "starter.c",
 *     "functions": ["count_likes_from_2_sources", ...],
 *     "scenarios": [{
 *       "name": "two_sources",              -> hilo_scenario_two_sources() in scenarios.c
 *       "title": {"es": "...", "en": "..."},
 *       "points": 20,
 *       "lanes": ["stress", "tsan", "explore"],        default: all
 *       "inputs": {"n": [2, 4],                        drawn in this range, or by lane:
 *                  "m": {"explore": [2, 3], "native": [100, 1000]}},
 *       "judge": [{"that": "total == n + m", "kind": "wrong-result",
 *                  "es": "...", "en": "..."}],         kind and texts are optional
 *       "parallel": [["facebook", "instagram"]],       labels that must overlap in some execution
 *       "graded_elsewhere": ["memory-leak"],           kinds that cost no points here
 *       "executions": 2000, "steps": 20000,            optional, effort normal
 *       "clock": "adversarial"                         or "punctual"; default adversarial
 *     }]
 *   }
 *
 * Names of exercises, scenarios, inputs and labels match [a-z][a-z0-9_]* and have at most 40
 * bytes, so that they fit whole in every record. A text in one language only is allowed.
 *
 * `graded_elsewhere` keeps partial credit fair: a submission whose one flaw shows in every
 * scenario (it never frees, it joins nothing) loses the points of the scenarios that grade that
 * flaw, not all of them. The finding is reported as ever and the verdict is `fail` as ever;
 * only the points of this scenario are kept. Some other scenario must grade the kind.
 *
 * Ownership: manifest_free() frees everything. Threads: immutable once loaded; exercises_dir()
 * and manifest_find() belong to one thread.
 */
#ifndef HILO_GRADER_MANIFEST_H
#define HILO_GRADER_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grader/judge.h"
#include "reports/error.h"
#include "reports/report.h"

enum {
    MANIFEST_INPUTS_MAX = 16,
    MANIFEST_SCENARIOS_MAX = 64,
    MANIFEST_JUDGEMENTS_MAX = 32, /* of a scenario */
    MANIFEST_PARALLEL_MAX = 16,   /* of a scenario */
    MANIFEST_FUNCTIONS_MAX = 256,
    MANIFEST_NAME_MAX = 40,          /* bytes of a name */
    MANIFEST_FILE_MAX = 1024 * 1024, /* bytes of exercise.json */
};

struct bilingual {
    char *es;
    char *en;
};

struct input_range {
    char *name;
    long explore_low, explore_high; /* inclusive */
    long native_low, native_high;   /* stress and tsan */
};

struct judgement {
    char *text;               /* the expression as written */
    struct judge_expr *that;  /* compiled; never NULL */
    enum kind kind;           /* what it is when it does not hold */
    struct bilingual message; /* or NULLs */
};

struct parallel_pair {
    char *a;
    char *b;
};

struct manifest_scenario {
    char *name;
    struct bilingual title;
    double points;
    bool lanes[LANE_COUNT];
    size_t n_inputs;
    struct input_range *inputs;
    size_t n_judgements;
    struct judgement *judgements;
    size_t n_parallel;
    struct parallel_pair *parallel;
    bool graded_elsewhere[KIND_COUNT]; /* such a finding costs no points here */
    long executions;                   /* explore, at effort normal */
    long steps;                        /* of one execution */
    bool punctual;
};

struct manifest {
    bool program; /* of `hilo run`: no exercise, only a scenario that stands for main() */
    char *dir;    /* folder of the exercise, absolute */
    char *name;
    int version;
    struct bilingual title;
    char *header;  /* file name within dir */
    char *starter; /* file name within dir */
    size_t n_functions;
    char **functions;
    size_t n_scenarios;
    struct manifest_scenario *scenarios;
};

/* Load `dir`/exercise.json and see that the files it speaks of are there. NULL with `error`
 * set: ERROR_USAGE that names the file and the place in it (the line, or
 * "scenarios[2].inputs.n"). */
struct manifest *manifest_load(const char *dir, struct error *error);
void manifest_free(struct manifest *manifest);

/* Find an exercise by name below the folders of exercises (HILO_EXERCISES, or beside the
 * program, or installed), else take `name` as a folder when it holds an exercise.json. NULL
 * with ERROR_USAGE that lists what there is. */
struct manifest *manifest_find(const char *name, struct error *error);

/* The folder that holds the exercises: $HILO_EXERCISES; or, from the folder of the running
 * program, ../exercises if it is there, else ../share/hilo/exercises. Static storage, valid
 * until the next call. */
const char *exercises_dir(void);

/*
 * Draw the inputs of a scenario: the same for the same seed, exercise, version, scenario, input
 * and lane family (explore, or native: stress and tsan), on any machine. `values` has n_inputs
 * places.
 *
 * The algorithm is part of the contract and never changes, since old grades must be
 * reproducible:
 *   1. h = FNV-1a (64 bits) over these texts, each followed by a zero byte: "hilo-draw/1",
 *      the exercise's name, its version in decimal, the scenario, the input, "explore" or "native".
 *   2. A splitmix64 generator starts in state h XOR M(seed), where M is one output of a splitmix64
 *      that starts in state seed.
 *   3. With span = high - low + 1, outputs at or above the largest multiple of span within 2^64 are
 *      thrown away; the first other gives low + output mod span. So every value is equally likely.
 */
void manifest_draw(const struct manifest *manifest, const struct manifest_scenario *scenario,
                   enum lane lane, uint64_t seed, long *values);

/* The text in a language ("es" or "en"), whichever exists, or "". */
const char *bilingual_get(const struct bilingual *text, const char *language);

#endif
