/*
 * bulk.h - memory that a library function is told the size of.
 *
 * A size that was computed wrong is often absurd (a negative number, say). It is refused before
 * anything walks through so much memory: no object of the student's can be that large.
 */
#ifndef HILO_EXPLORE_BULK_H
#define HILO_EXPLORE_BULK_H

#include <stddef.h>

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"

static inline void bulk_limit(const void *address, size_t size, enum op_kind op, const void *frame)
{
    if (size <= ARENA_SIZE)
        return;
    finding_at("out-of-bounds", "size", op, address, frame);
    engine_stop(END_FAULT);
}

static inline void bulk_read(const void *address, size_t size, const void *frame)
{
    bulk_limit(address, size, OP_READ, frame);
    memory_read(address, size, frame);
}

static inline void bulk_write(void *address, size_t size, const void *frame)
{
    bulk_limit(address, size, OP_WRITE, frame);
    memory_write(address, size, frame);
}

#endif
