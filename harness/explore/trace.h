/*
 * trace.h - the story of the execution that is being told.
 *
 * Off (engine.execution is explored) everything here is one branch. On, steps
 * and the stacks of accesses to the memory in focus are kept, bounded, and
 * written as records when the execution is over.
 */
#ifndef HILO_EXPLORE_TRACE_H
#define HILO_EXPLORE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/engine.h"

extern bool trace_on;

void trace_op_slow(enum op_kind op, uintptr_t address, const struct object *object, int64_t value,
                   bool has_value, const void *frame);

/* A plain access of the current thread. */
void trace_access(uintptr_t address, size_t size, bool write, const void *frame);

/* The current thread did `op`. */
static inline void trace_op(enum op_kind op, const struct object *object, const void *frame)
{
    if (trace_on)
        trace_op_slow(op, object ? object->address : 0, object, 0, false, frame);
}

/* The same, with a value worth showing (a semaphore's count, a thread's number). */
static inline void trace_op_value(enum op_kind op, const struct object *object, int64_t value,
                                  const void *frame)
{
    if (trace_on)
        trace_op_slow(op, object ? object->address : 0, object, value, true, frame);
}

#endif
