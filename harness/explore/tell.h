/*
 * tell.h - what a search found, as records.
 *
 * A finding is told by running its schedule once more, so what is told has been replayed.
 */
#ifndef HILO_EXPLORE_TELL_H
#define HILO_EXPLORE_TELL_H

#include "harness/explore/findings.h"
#include "harness/explore/schedule.h"
#include "harness/explore/search.h"

void tell_begin(const struct job_scenario *scenario);
void tell_outcomes(void);
void tell_overlaps(void);

/* Make the finding's schedule as short and tame as it can be; then run it and write its story. */
void tell_shorten(struct finding_entry *entry);
void tell_finding(int id, struct finding_entry *entry);

/* Run a schedule and write all its steps, as the finding 0 of kind `trace`. */
void tell_everything(const struct schedule *schedule);

void tell_done(const struct job_scenario *scenario, const struct tally *tally);

#endif
