/*
 * arch.h - what explore needs to know of the processor beside fiber_switch():
 * stacks are walked by frame pointers, which -O0 code always keeps, and cleanup handlers are
 * returned to.
 */
#ifndef HILO_EXPLORE_ARCH_H
#define HILO_EXPLORE_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/* Return addresses found from `frame` outwards, within [low, high). Returns how many. */
int arch_walk(const void *frame, uintptr_t low, uintptr_t high, uintptr_t *pcs, int max);

/* The function whose frame, from the caller of `frame` outwards, holds `address`: an instruction
 * of it that is under way, and how far from its canonical frame address that is. */
bool arch_local(const void *frame, uintptr_t low, uintptr_t high, uintptr_t address, uintptr_t *pc,
                int64_t *local);

/* What a call keeps, as __wrap___sigsetjmp saves it; and going back to where that was called, which
 * then returns 1. */
enum { ARCH_REGISTERS = 8 };
uintptr_t arch_stack_of(const uintptr_t *registers);
_Noreturn void arch_resume(const uintptr_t *registers);

/* Where a signal's context was: instruction and frame pointer. */
uintptr_t arch_fault_pc(const void *context);
uintptr_t arch_fault_frame(const void *context);

#endif
