/*
 * output.h - the records of this process, counted.
 */
#ifndef HILO_EXPLORE_OUTPUT_H
#define HILO_EXPLORE_OUTPUT_H

#include "harness/protocol.h"

/* Send; when the grader is gone there is nobody to work for, and the process ends. */
void output_send(struct record *record);

/* A `note` for the student. */
void output_note(const char *text);

/* The closing `bye`. */
void output_bye(void);

#endif
