/*
 * schedule.h - a schedule kept: the choices of an execution and what they are choices among.
 *
 * Ownership: schedule_free(); a zeroed schedule is empty.
 */
#ifndef HILO_EXPLORE_SCHEDULE_H
#define HILO_EXPLORE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/engine.h"

struct schedule {
    uint8_t *choices;
    size_t n_choices, n_preemptions;
    int n_racy; /* as in struct engine */
    uintptr_t racy[RACY_MAX];
};

/* Keep the current execution's schedule, up to now. */
void schedule_keep(struct schedule *schedule);

/* The same, unless the one that is kept already makes a better story: fewer points at plain
 * accesses, fewer preemptions, shorter. True when it was kept. */
bool schedule_keep_better(struct schedule *schedule);

/* The next execution replays it. */
void schedule_replay(const struct schedule *schedule);

void schedule_free(struct schedule *schedule);

#endif
