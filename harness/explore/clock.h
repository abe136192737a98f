/*
 * clock.h - vector clocks and epochs (Fidge 1988, Mattern 1989; epochs as in
 * FastTrack, Flanagan and Freund, PLDI 2009).
 *
 * Clocks never restart: each execution begins at a `base` above all that earlier executions
 * used, and a component that was never set counts as `base`. So whatever an
 * earlier execution left in the shadow memory is ordered before everything, and
 * nothing needs to be wiped between two executions.
 *
 * An epoch packs a thread and its time: 7 bits of thread, 25 bits of clock. 0 is none.
 */
#ifndef HILO_EXPLORE_CLOCK_H
#define HILO_EXPLORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/explore/fiber.h"

enum { CLOCK_BITS = 25, CLOCK_MAX = (1 << CLOCK_BITS) - 1 };

typedef uint32_t epoch;

struct vclock {
    int length; /* components from here on are the execution's base */
    uint32_t at[FIBERS_MAX];
};

static inline epoch epoch_make(int thread, uint32_t clock)
{
    return (uint32_t)thread << CLOCK_BITS | clock;
}

static inline int epoch_thread(epoch e)
{
    return (int)(e >> CLOCK_BITS);
}

static inline uint32_t epoch_clock(epoch e)
{
    return e & CLOCK_MAX;
}

/* Whether the event of `e` happens before whoever has clock `vc`. */
static inline bool epoch_before(epoch e, const struct vclock *vc, uint32_t base)
{
    int thread = epoch_thread(e);
    return epoch_clock(e) <= (thread < vc->length ? vc->at[thread] : base);
}

static inline void vclock_clear(struct vclock *vc)
{
    vc->length = 0;
}

static inline void vclock_set(struct vclock *vc, int thread, uint32_t clock, uint32_t base)
{
    while (vc->length <= thread)
        vc->at[vc->length++] = base;
    vc->at[thread] = clock;
}

static inline void vclock_copy(struct vclock *to, const struct vclock *from)
{
    to->length = from->length;
    for (int i = 0; i < from->length; i++)
        to->at[i] = from->at[i];
}

static inline void vclock_join(struct vclock *to, const struct vclock *from)
{
    int common = to->length < from->length ? to->length : from->length;
    for (int i = 0; i < common; i++)
        if (to->at[i] < from->at[i])
            to->at[i] = from->at[i];
    for (int i = common; i < from->length; i++)
        to->at[i] = from->at[i];
    if (to->length < from->length)
        to->length = from->length;
}

#endif
