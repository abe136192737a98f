/*
 * arena.h - the student's heap: exact about what may be touched.
 *
 * Blocks are laid one after the other with a red zone between them and are not
 * used again within an execution, so a use after free is always seen. New memory is
 * filled with 0xA5: code that counts on zeroes fails in every run, not in some.
 * Each execution starts with an empty heap at the same address.
 */
#ifndef HILO_EXPLORE_ARENA_H
#define HILO_EXPLORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/engine.h"

struct block {
    uintptr_t start;
    size_t size;
    bool freed;
    bool reached; /* leak check: something still points to it */
    int thread, freed_by;
    uintptr_t pc, freed_pc;  /* where it was allocated and freed */
    enum thread_owner owner; /* whose code allocated it */
};

void arena_init(void);
void arena_reset(void);

/* Memory that a scenario or the student gets. NULL when the heap is full. */
void *arena_allocate(size_t size, size_t align, const void *frame);
void arena_free(void *start, const void *frame);

/* Raise what is wrong with touching these bytes; true when nothing is. */
bool arena_check_slow(uintptr_t address, size_t size, enum op_kind op, const void *frame);

/* One byte describes 8: 8 all may be touched, 1 to 7 the first so many, 0 none. */
extern uint8_t *arena_state;

static inline bool arena_check(uintptr_t address, size_t size, enum op_kind op, const void *frame)
{
    size_t offset = address & 7;
    return offset + size <= arena_state[(address - ARENA_BASE) / 8] ||
           arena_check_slow(address, size, op, frame);
}

/* The block that holds or is nearest below `address`, or NULL. */
struct block *arena_block(uintptr_t address);

/* Raise `memory-leak` for each block that was not freed and that nothing points to any more. */
void arena_check_leaks(void);

#endif
