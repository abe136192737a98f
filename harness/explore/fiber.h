/*
 * fiber.h - threads of control that switch when told to, all in one OS thread.
 *
 * Everything that belongs to the student lives in one region at a fixed address,
 * so that addresses, and whatever a program does with them, are the same in
 * every process:
 *
 *   REGION_BASE                         ARENA_BASE
 *   | guard|stack 0 | guard|stack 1 |...| heap ........................... |
 *
 * A fiber's stack is its slot in that region; the top of it holds the thread's copy of
 * thread-local variables. Below each stack is a guard page, so that an overflow faults.
 *
 * Threads: one. Invariant: a fiber that was switched away from resumes exactly where it
 * called fiber_switch(); one that was prepared starts at its entry, which never returns.
 */
#ifndef HILO_EXPLORE_FIBER_H
#define HILO_EXPLORE_FIBER_H

#include <stddef.h>
#include <stdint.h>

enum {
    FIBERS_MAX = 128,
    FIBER_SLOT = 1 << 20, /* bytes of address space a fiber: guard page and stack */
    FIBER_GUARD = 4096,
    FIBER_POISON = 512,           /* bytes at the top that are poisoned before each use */
    FIBER_POISON_ALL = 64 * 1024, /* the same when nothing at all may be left */
};

#define REGION_BASE ((uintptr_t)0x100000000000)
#define STACKS_SIZE ((size_t)FIBERS_MAX * FIBER_SLOT)
#define ARENA_BASE  (REGION_BASE + STACKS_SIZE)
#define ARENA_SIZE  ((size_t)64 << 20)
#define REGION_SIZE (STACKS_SIZE + ARENA_SIZE)

struct fiber {
    void *sp; /* where it was switched away from */
};

/* Map the region. Exits with status 3 when the machine does not allow it. */
void fiber_region_map(void);

/* Where stack `slot` begins and ends; the guard page is below `low`. */
uintptr_t fiber_stack_low(int slot);
uintptr_t fiber_stack_high(int slot);

/* Make `fiber` start `entry` on `slot`, below `reserve` bytes left for thread-local
 * variables (a multiple of 64). `poison` bytes below are filled, so that what an
 * earlier execution left there is not read as a value of this one. */
void fiber_prepare(struct fiber *fiber, int slot, size_t reserve, size_t poison,
                   void (*entry)(void));

/* Leave `from`, enter `to` (arch_x86_64.c). */
void fiber_switch(struct fiber *from, struct fiber *to);

/* The initial stack contents that make fiber_switch() enter `entry` (arch_x86_64.c). */
void *fiber_initial_sp(uintptr_t stack_top, void (*entry)(void));

#endif
