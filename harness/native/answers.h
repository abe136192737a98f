/*
 * answers.h - what scenarios answer, and which distinct sets of answers came up.
 *
 * Threads: answers come from any task; a set is added by the scenario's thread between repetitions,
 * and sent by whoever ends the scenario.
 */
#ifndef HILO_HARNESS_NATIVE_ANSWERS_H
#define HILO_HARNESS_NATIVE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

/* A new scenario; the next repetition of it. */
void answers_reset(void);
void answers_next_run(void);

void answers_set(const char *name, long value);
void answers_check(const char *name, bool holds);

/* The repetition is over: count its set. */
void answers_count(void);

/* Send the outcomes; returns how many. Between stream_take() and stream_give(). */
size_t answers_send(void);

#endif
