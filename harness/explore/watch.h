/*
 * watch.h - whether two labelled uses ever overlapped: the measure of too much synchronisation.
 *
 * Two watched uses overlap in an execution when one access of each is concurrent by
 * happens-before, or when they interleave: one thread uses a, another b, and the
 * first a again. Two spans overlap when neither's beginning happens before the other's end.
 */
#ifndef HILO_EXPLORE_WATCH_H
#define HILO_EXPLORE_WATCH_H

void watch_begin(void); /* of a scenario */
void watch_reset(void); /* before an execution */

#endif
