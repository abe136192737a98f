/*
 * outcomes.h - are the answers right? Judged here, outside of the student's process.
 *
 * An outcome is right when every expression of the manifest holds for it and every check() was
 * kept. What does not hold becomes one draft a scenario and judgement, with the outcome of the
 * shortest schedule as its witness. Threads: none of this keeps state.
 */
#ifndef HILO_GRADER_OUTCOMES_H
#define HILO_GRADER_OUTCOMES_H

#include <stdbool.h>

#include "grader/draft.h"
#include "grader/lane.h"
#include "reports/report.h"

bool outcome_right(const struct run *run, const struct record_outcome *outcome);

/* Add a draft for each judgement that an outcome of `run` fails. */
void outcomes_judge(const struct run *run, enum lane lane, struct report *report,
                    struct drafts *drafts);

#endif
