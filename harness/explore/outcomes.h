/*
 * outcomes.h - the distinct sets of answers that a scenario gave, how often, and the best
 * schedule that shows each.
 */
#ifndef HILO_EXPLORE_OUTCOMES_H
#define HILO_EXPLORE_OUTCOMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/scenario_api.h"
#include "harness/explore/schedule.h"

enum { OUTCOMES_MAX = 64 };

struct outcome {
    struct answers answers;
    long count;
    bool punctual; /* also when the clock is punctual */
    struct schedule schedule;
};

void outcomes_clear(void);

/* Count the answers of the execution that has just ended. */
void outcomes_add(const struct answers *answers);

int outcomes_count(void);
const struct outcome *outcomes_get(int i);

bool answers_equal(const struct answers *a, const struct answers *b);

#endif
