/*
 * dpor.h - the exhaustive strategy, and what it can say when it is done.
 *
 * It is exact for what threads do to objects. It knows nothing of time: an execution in which a
 * deadline or a clock was used, or a spinning thread was parked, may hide others, and proves
 * nothing (see engine.inexact).
 */
#ifndef HILO_EXPLORE_DPOR_H
#define HILO_EXPLORE_DPOR_H

#include <stdbool.h>

#include "harness/explore/strategy.h"

struct dpor_result {
    long traces;    /* executions, no two of them equivalent */
    long blocked;   /* executions that were given up as explored before */
    bool exhausted; /* nothing is left */
    bool gave_up;   /* too long, or too many objects */
};

/* Begin to explore anew. Storage is static. */
struct strategy *strategy_dpor(void);

const struct dpor_result *dpor_result(void);

#endif
