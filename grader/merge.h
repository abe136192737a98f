/*
 * merge.h - the same mistake seen twice is one finding.
 *
 * Within a scenario, two drafts of a kind are one when they are about the same thing or the same
 * pair of source lines. Explore's is kept, since it can be replayed and is the same on every
 * machine; the other lanes leave a bit in `also_seen`. What explore is bound to see in other words
 * is matched too: a native hang is explore's deadlock, a native crash its invalid access.
 *
 * Threads: none of this keeps state.
 */
#ifndef HILO_GRADER_MERGE_H
#define HILO_GRADER_MERGE_H

#include <stdbool.h>

#include "grader/draft.h"

/* What explore can say of one scenario: it ran to its end, and saw all schedules there are. */
struct explored {
    bool done;
    bool proved;
};

/* Mark what is told already as dropped. `explored` has one entry a scenario of the manifest. */
void merge_drafts(struct drafts *drafts, const struct explored *explored);

/* Order what is left: explore's, then tsan's, then stress'; within a lane by scenario, kind and
 * place. */
void merge_sort(struct drafts *drafts);

#endif
