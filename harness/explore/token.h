/*
 * token.h - a schedule as one word that a person can copy.
 *
 *     x1.a.5d41402a.s40-r100f8.12b3a
 *     |  | |        |          +-- choices: a count of zeroes, then a letter for the next choice
 *     |  | |        |              (a is 1, b 2, ... y 25; each z before it adds 25); zeroes at
 *     |  | |        |              the end are left out
 *     |  | |        +-- racy memory whose accesses are points too: s in the student's object, c
 *     |  | |            in the scenarios', r in the region of heap and stacks; may be empty
 *     |  | +-- hash of the loaded code: another program has other schedules
 *     |  +-- clock: a adversarial, p punctual; A and P: giving a lock up is a point too
 *     +-- version
 *
 * Zero is always the tame choice, so a schedule with few preemptions is a short word.
 */
#ifndef HILO_EXPLORE_TOKEN_H
#define HILO_EXPLORE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/schedule.h"

enum { TOKEN_MAX = 6000 };

struct token {
    bool punctual;
    bool unlock_points;
    uint32_t hash;
    size_t room; /* places in schedule.choices, which are the caller's */
    struct schedule schedule;
};

/* Write `token` into `text` (TOKEN_MAX bytes). False when it does not fit. */
bool token_write(const struct token *token, char *text);

/* Read it back. False when it is malformed or has more choices than there is room. */
bool token_read(const char *text, struct token *token);

#endif
