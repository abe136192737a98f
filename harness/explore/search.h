/*
 * search.h - the executions that are made of a scenario. Findings and outcomes
 * collect in their tables (findings.h, outcomes.h).
 */
#ifndef HILO_EXPLORE_SEARCH_H
#define HILO_EXPLORE_SEARCH_H

#include <stdbool.h>

#include "harness/explore/engine.h"
#include "harness/job.h"

/* An execution this many times longer than its bound never ends. */
enum { SEARCH_LONG_FACTOR = 20 };

struct tally {
    long executions, truncated, steps;
    bool no_choice; /* the first execution had no alternative: it is all there is */
    bool proved;    /* all executions there are, but for equivalent ones, were made */
};

/* Explore a scenario within its bounds. */
void search(const struct job *job, const struct job_scenario *scenario, struct tally *tally);

/* The parts that a replay needs too: forget what was known and set the engine for a scenario; one
 * execution, with what is looked for at its end; count it; say of what was found whether a
 * punctual clock shows it as well. */
void search_prepare(const struct job_scenario *scenario, bool unlock_points);
void search_execute(void);
void search_collect(struct tally *tally);
void search_compare(const struct job *job, const struct job_scenario *scenario);

#endif
