/*
 * accesses.c - the instrumentation of the perturbed build, which disturbs instead of checking.
 *
 * The student's object is compiled with -fsanitize=thread, so each access of memory calls one of
 * these first. libtsan is not there: these are all that the object asks for.
 */
#include <stdbool.h>
#include <stddef.h>

#include "harness/stress/perturb.h"

#define ACCESS(name)                                                                               \
    void __tsan_##name(void *address);                                                             \
    void __tsan_##name(void *address)                                                              \
    {                                                                                              \
        (void)address;                                                                             \
        perturb_access();                                                                          \
    }

#define ACCESSES(size)                                                                             \
    ACCESS(read##size)                                                                             \
    ACCESS(write##size)                                                                            \
    ACCESS(unaligned_read##size)                                                                   \
    ACCESS(unaligned_write##size)                                                                  \
    ACCESS(volatile_read##size)                                                                    \
    ACCESS(volatile_write##size)                                                                   \
    ACCESS(unaligned_volatile_read##size)                                                          \
    ACCESS(unaligned_volatile_write##size)

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

#define RANGE(name)                                                                                \
    void __tsan_##name(void *start, size_t size);                                                  \
    void __tsan_##name(void *start, size_t size)                                                   \
    {                                                                                              \
        (void)start;                                                                               \
        (void)size;                                                                                \
        perturb_access();                                                                          \
    }

RANGE(read_range)
RANGE(write_range)

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
    (void)caller;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}
