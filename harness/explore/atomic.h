/*
 * atomic.h - what the macros of atomic_wrap.c need of atomic.c: the steps around each
 * atomic operation.
 */
#ifndef HILO_EXPLORE_ATOMIC_H
#define HILO_EXPLORE_ATOMIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/engine.h"

/* Memory orders as the compiler passes them. */
enum atomic_order {
    ORDER_RELAXED,
    ORDER_CONSUME,
    ORDER_ACQUIRE,
    ORDER_RELEASE,
    ORDER_ACQ_REL,
    ORDER_SEQ_CST
};

/* Before the operation: a scheduling point, permission, races with plain accesses. */
struct object *atomic_begin(enum op_kind op, const volatile void *address, size_t size,
                            const void *frame);

/* After it: happens-before by order, and the story. */
void atomic_loaded(struct object *object, int order, uint64_t value, const void *frame);
void atomic_stored(struct object *object, int order, uint64_t value, const void *frame);
void atomic_modified(struct object *object, int order, bool changed, uint64_t value,
                     const void *frame);

#endif
