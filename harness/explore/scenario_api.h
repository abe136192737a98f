/*
 * scenario_api.h - harness/scenario.h as explore gives it, and the outcome of an execution.
 */
#ifndef HILO_EXPLORE_SCENARIO_API_H
#define HILO_EXPLORE_SCENARIO_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWERS_MAX = 24, WATCHES_MAX = 16, LABELS_MAX = 8, ANSWER_NAME_MAX = 48 };

struct answer {
    char name[ANSWER_NAME_MAX];
    bool is_check;
    long value;
};

/* What an execution answered. */
struct answers {
    bool complete; /* the scenario returned */
    int n;
    struct answer at[ANSWERS_MAX];
};

extern int watch_count; /* ranges under watch: accesses look no further when 0 */

void scenario_begin(void);                    /* of a scenario: forgets what was seen overlapping */
void scenario_reset(void);                    /* before an execution */
void scenario_complete(void);                 /* the scenario's body has returned */
const struct answers *scenario_answers(void); /* of the last execution */

/* An access of the current thread while something is watched. */
void watch_access(uintptr_t address, size_t size);

/* Call `see` for each pair of labels that were used, and whether they ever overlapped. */
void scenario_each_overlap(void (*see)(const char *a, const char *b, bool overlapped));

#endif
