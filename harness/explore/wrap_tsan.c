/*
 * wrap_tsan.c - what the compiler calls before each access under -fsanitize=thread.
 *
 * Called before the access happens, so a forbidden one can be stopped. Volatile accesses are
 * scheduling points, since programs wait on them; they order nothing and race like any other.
 */
#include "harness/explore/wrap_tsan.h"
#include "harness/explore/access.h"
#include "harness/explore/engine.h"
#include "harness/explore/spin.h"

#define ACCESS(name, size, write)                                                                  \
    void name(void *address)                                                                       \
    {                                                                                              \
        access_plain((uintptr_t)address, size, write, HERE);                                       \
    }

#define VOLATILE(name, size, write)                                                                \
    void name(void *address)                                                                       \
    {                                                                                              \
        spin_point(write ? OP_VOLATILE_WRITE : OP_VOLATILE_READ, NULL, (uintptr_t)address, size,   \
                   HERE);                                                                          \
        access_plain((uintptr_t)address, size, write, HERE);                                       \
    }

ACCESS(__tsan_read1, 1, false)
ACCESS(__tsan_read2, 2, false)
ACCESS(__tsan_read4, 4, false)
ACCESS(__tsan_read8, 8, false)
ACCESS(__tsan_read16, 16, false)
ACCESS(__tsan_write1, 1, true)
ACCESS(__tsan_write2, 2, true)
ACCESS(__tsan_write4, 4, true)
ACCESS(__tsan_write8, 8, true)
ACCESS(__tsan_write16, 16, true)
ACCESS(__tsan_unaligned_read2, 2, false)
ACCESS(__tsan_unaligned_read4, 4, false)
ACCESS(__tsan_unaligned_read8, 8, false)
ACCESS(__tsan_unaligned_read16, 16, false)
ACCESS(__tsan_unaligned_write2, 2, true)
ACCESS(__tsan_unaligned_write4, 4, true)
ACCESS(__tsan_unaligned_write8, 8, true)
ACCESS(__tsan_unaligned_write16, 16, true)
VOLATILE(__tsan_volatile_read1, 1, false)
VOLATILE(__tsan_volatile_read2, 2, false)
VOLATILE(__tsan_volatile_read4, 4, false)
VOLATILE(__tsan_volatile_read8, 8, false)
VOLATILE(__tsan_volatile_read16, 16, false)
VOLATILE(__tsan_volatile_write1, 1, true)
VOLATILE(__tsan_volatile_write2, 2, true)
VOLATILE(__tsan_volatile_write4, 4, true)
VOLATILE(__tsan_volatile_write8, 8, true)
VOLATILE(__tsan_volatile_write16, 16, true)
VOLATILE(__tsan_unaligned_volatile_read2, 2, false)
VOLATILE(__tsan_unaligned_volatile_read4, 4, false)
VOLATILE(__tsan_unaligned_volatile_read8, 8, false)
VOLATILE(__tsan_unaligned_volatile_read16, 16, false)
VOLATILE(__tsan_unaligned_volatile_write2, 2, true)
VOLATILE(__tsan_unaligned_volatile_write4, 4, true)
VOLATILE(__tsan_unaligned_volatile_write8, 8, true)
VOLATILE(__tsan_unaligned_volatile_write16, 16, true)

void __tsan_read_range(void *address, unsigned long size)
{
    if (size)
        access_plain((uintptr_t)address, size, false, HERE);
}

void __tsan_write_range(void *address, unsigned long size)
{
    if (size)
        access_plain((uintptr_t)address, size, true, HERE);
}

/* Stacks are walked by frame pointers when a story needs one. */
void __tsan_func_entry(void *caller)
{
    (void)caller;
}

void __tsan_func_exit(void)
{
}

void __tsan_init(void)
{
}
