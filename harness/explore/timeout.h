/*
 * timeout.h - virtual time: the clocks that a student reads and the deadlines that
 * timed calls are given.
 *
 * engine.now_ns is nanoseconds on CLOCK_MONOTONIC; CLOCK_REALTIME runs ahead of it by a
 * fixed offset, so that a deadline computed on the wrong clock is wrong here too.
 */
#ifndef HILO_EXPLORE_TIMEOUT_H
#define HILO_EXPLORE_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* CLOCK_REALTIME - CLOCK_MONOTONIC: 2026-01-01 00:00:00 UTC when an execution starts. */
#define REALTIME_OFFSET_NS ((INT64_C(1767225600) - INT64_C(1000000)) * INT64_C(1000000000))

/* The deadline on our clock of an absolute time on `clock`. False (the call answers EINVAL) when
 * it is malformed. */
bool timeout_deadline(clockid_t clock, const struct timespec *until, int64_t *deadline_ns,
                      const void *frame);

/* Sleep the current thread until a deadline, a scheduling point. */
void timeout_sleep(int64_t deadline_ns, const void *frame);

/* The same for a duration that the student gave: 0 or EINVAL. */
int timeout_sleep_for(const struct timespec *time, const void *frame);

#endif
