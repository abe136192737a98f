/*
 * fail.h - calls that nearly never fail, and of which a careful program bears that they do.
 *
 * They fail only where a job asks for it (fail=1), and only to the student's code: scenarios need
 * not be careful.
 */
#ifndef HILO_EXPLORE_FAIL_H
#define HILO_EXPLORE_FAIL_H

#include <stdbool.h>

#include "harness/explore/engine.h"
#include "harness/explore/snapshot.h"

/* Whether the call of `frame` fails this time. */
static inline bool fail_now(const void *frame)
{
    return engine.scenario->fail && snapshot_owner(call_pc(frame)) == OWNER_STUDENT &&
           engine_choose(CHOICE_FAIL, 2);
}

#endif
