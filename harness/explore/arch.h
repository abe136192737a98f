/*
 * arch.h - what explore needs to know of the processor beside fiber_switch():
 * stacks are walked by frame pointers, which -O0 code always keeps.
 */
#ifndef HILO_EXPLORE_ARCH_H
#define HILO_EXPLORE_ARCH_H

#include <stdint.h>
#include <ucontext.h>

/* Return addresses found from `frame` outwards, within [low, high). Returns how many. */
int arch_walk(const void *frame, uintptr_t low, uintptr_t high, uintptr_t *pcs, int max);

/* Where a signal's context was: instruction and frame pointer. */
uintptr_t arch_fault_pc(const void *context);
uintptr_t arch_fault_frame(const void *context);

#endif
