/*
 * explore.h - one scenario from its first execution to its records.
 */
#ifndef HILO_EXPLORE_EXPLORE_H
#define HILO_EXPLORE_EXPLORE_H

#include "harness/job.h"

/* Explore a scenario within its bounds and write what was found. */
void explore_scenario(const struct job *job, const struct job_scenario *scenario);

/* Run exactly the schedule of scenario->token and write its trace and findings. */
void explore_replay(const struct job *job, const struct job_scenario *scenario);

#endif
