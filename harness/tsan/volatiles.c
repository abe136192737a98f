/*
 * volatiles.c - accesses of volatile objects, which gcc tells apart and libtsan does not know.
 *
 * To libtsan they are accesses like others: volatile is not synchronisation, and a race on it is
 * a race.
 */
#include "harness/tsan/libtsan.h"

#define HERE __builtin_return_address(0)

#define ACCESS(name, call)                                                                         \
    void __tsan_##name(void *address);                                                             \
    void __tsan_##name(void *address)                                                              \
    {                                                                                              \
        call;                                                                                      \
    }

#define ACCESSES(size)                                                                             \
    ACCESS(volatile_read##size, __tsan_read##size##_pc(address, HERE))                             \
    ACCESS(volatile_write##size, __tsan_write##size##_pc(address, HERE))                           \
    ACCESS(unaligned_volatile_read##size, __tsan_read_range_pc(address, size, HERE))               \
    ACCESS(unaligned_volatile_write##size, __tsan_write_range_pc(address, size, HERE))

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)
