/*
 * deadlock.h - nothing can run and no deadline is pending: which kind of end is this, and
 * who waits for whom.
 */
#ifndef HILO_EXPLORE_DEADLOCK_H
#define HILO_EXPLORE_DEADLOCK_H

/* Raise `deadlock`, `lost-wakeup` or `livelock` for the threads as they stand. */
void deadlock_raise(void);

#endif
