/*
 * verdict.h - from what the lanes saw to findings, points and a verdict.
 *
 * The one place that decides, outside of the student's process. Laws: a scenario passes only when
 * every lane that judges it was whole and nothing was found in it; what could not be judged for a
 * fault of ours is an error, never a failure of the student's; what was not asked for is not run
 * and earns nothing.
 */
#ifndef HILO_GRADER_VERDICT_H
#define HILO_GRADER_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/draft.h"
#include "grader/lane.h"
#include "grader/manifest.h"
#include "reports/report.h"

struct evidence {
    const struct manifest *manifest;
    struct lane_run *lanes; /* explore first, then tsan, stress, stress perturbed */
    size_t n_lanes;
    /* Fill in the schedule of a finding that was judged from answers, by replaying it. */
    void (*trace)(const struct evidence *evidence, struct report *report, struct draft *draft);
    void *trace_data;
};

/* Add the findings of all lanes, the result of each scenario and lane, and the verdict. What the
 * build found is in the report already. */
void verdict_reach(struct report *report, const struct evidence *evidence);

/* The same when nothing was run: the build failed, or there was nothing to build. */
void verdict_unrun(struct report *report, const struct manifest *manifest, const char *why);

#endif
