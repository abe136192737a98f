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
/* One that does not come again is left out, and false returned; but as a last resort it is told all
 * the same, since a scenario in which only that was found has not passed. */
bool tell_finding(int id, struct finding_entry *entry, bool last_resort);

/* Run a schedule and write all its steps, as the finding 0 of kind `trace`. */
void tell_everything(const struct schedule *schedule);

void tell_done(const struct job_scenario *scenario, const struct tally *tally);

#endif
