/*
 * draft.h - findings before they are merged, ordered and numbered.
 *
 * Ownership: drafts_free() frees the list; all that a finding points to belongs to the
 * report's pool. Invariant: `key` says what the finding is about in a way that is the same in
 * every lane ("total", "judge 0"), or is ""; `loose` is all that a lane may know which cannot tell
 * that much ("variable on the stack of main"), or "".
 */
#ifndef HILO_GRADER_DRAFT_H
#define HILO_GRADER_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/report.h"

struct draft {
    struct finding finding;
    size_t scenario; /* index in the manifest */
    const char *key;
    const char *loose;
    bool outcome; /* judged from answers: a trace is to be had by replaying `finding.replay` */
    bool dropped;
};

struct drafts {
    size_t n;
    struct draft *items;
};

/* Append an empty draft; valid until the next one is. */
struct draft *drafts_add(struct drafts *drafts, enum kind kind, enum lane lane, size_t scenario,
                         const char *scenario_name);
void drafts_free(struct drafts *drafts);

#endif
