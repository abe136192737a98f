/* fiber.c - the region of the student's memory and the stacks in it. See fiber.h. */
#include "harness/explore/fiber.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void fiber_region_map(void)
{
    void *at = mmap((void *)REGION_BASE, REGION_SIZE, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at != (void *)REGION_BASE) {
        perror("hilo-explore: cannot map the student's memory");
        exit(3);
    }
    for (int slot = 0; slot < FIBERS_MAX; slot++)
        if (mprotect((void *)(REGION_BASE + (size_t)slot * FIBER_SLOT), FIBER_GUARD, PROT_NONE)) {
            perror("hilo-explore: cannot protect a stack");
            exit(3);
        }
}

uintptr_t fiber_stack_low(int slot)
{
    return REGION_BASE + (size_t)slot * FIBER_SLOT + FIBER_GUARD;
}

uintptr_t fiber_stack_high(int slot)
{
    return REGION_BASE + ((size_t)slot + 1) * FIBER_SLOT;
}

void fiber_prepare(struct fiber *fiber, int slot, size_t reserve, size_t poison,
                   void (*entry)(void))
{
    uintptr_t top = fiber_stack_high(slot) - reserve;
    /* What an earlier execution left there must not be read as a value of this one. */
    memset((void *)(top - poison), 0xA5, poison);
    fiber->sp = fiber_initial_sp(top, entry);
}
