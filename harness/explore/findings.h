/*
 * findings.h - the table behind finding.h, for the one who drives the exploration.
 *
 * Ownership: the table owns its entries and their schedules; findings_clear()
 * frees them. `kind` and `why` are string literals of whoever raised.
 */
#ifndef HILO_EXPLORE_FINDINGS_H
#define HILO_EXPLORE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/schedule.h"

enum { FINDINGS_MAX = 64 };

struct finding_entry {
    const char *kind, *why;
    uintptr_t name, key; /* what tells it from others of its kind */
    uintptr_t address;   /* the memory it is about, in its best execution; or 0 */
    size_t size;
    long seen; /* in how many executions */
    uint64_t last_execution;
    bool punctual;            /* also when the clock is punctual: no sleep is to blame */
    struct schedule schedule; /* the best one known, up to the moment of the finding */
};

void findings_clear(void);
int findings_count(void);
struct finding_entry *findings_get(int i);

/* What raising means from here on: count; nothing; compare with one; tell one. A match
 * replaces the entry's schedule by the one that was just run. */
void findings_explore(void);
void findings_mute(void);
void findings_match(struct finding_entry *entry);
void findings_tell(struct finding_entry *entry);
bool findings_matched(void);

#endif
