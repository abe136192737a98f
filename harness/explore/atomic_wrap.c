/* atomic_wrap.c - the entry points; what they mean is in atomic.c. */
#include "harness/explore/atomic_wrap.h"

#include "harness/explore/atomic.h"
#include "harness/explore/memory.h"

#define OP_add(old, value)  ((old) + (value))
#define OP_sub(old, value)  ((old) - (value))
#define OP_and(old, value)  ((old) & (value))
#define OP_or(old, value)   ((old) | (value))
#define OP_xor(old, value)  ((old) ^ (value))
#define OP_nand(old, value) (~((old) & (value)))

#define DEFINE_FETCH(bits, name)                                                                   \
    uint##bits##_t __tsan_atomic##bits##_fetch_##name(volatile uint##bits##_t *at,                 \
                                                      uint##bits##_t value, int order)             \
    {                                                                                              \
        struct object *object = atomic_begin(OP_ATOMIC_RMW, at, sizeof *at, HERE);                 \
        uint##bits##_t old = *at;                                                                  \
        *at = (uint##bits##_t)OP_##name(old, value);                                               \
        atomic_modified(object, order, *at != old, *at, HERE);                                     \
        return old;                                                                                \
    }

/* A comparison that fails is a load, by its own order. */
#define DEFINE_COMPARE(bits)                                                                       \
    static uint##bits##_t compare_exchange##bits(volatile uint##bits##_t *at,                      \
                                                 uint##bits##_t expected, uint##bits##_t value,    \
                                                 int order, int failure_order, const void *frame)  \
    {                                                                                              \
        struct object *object = atomic_begin(OP_ATOMIC_RMW, at, sizeof *at, frame);                \
        uint##bits##_t old = *at;                                                                  \
        if (old != expected) {                                                                     \
            atomic_loaded(object, failure_order, old, frame);                                      \
            return old;                                                                            \
        }                                                                                          \
        *at = value;                                                                               \
        atomic_modified(object, order, value != old, value, frame);                                \
        return old;                                                                                \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_strong(                                             \
        volatile uint##bits##_t *at, uint##bits##_t *expected, uint##bits##_t value, int order,    \
        int failure_order)                                                                         \
    {                                                                                              \
        memory_read(expected, sizeof *expected, HERE);                                             \
        uint##bits##_t wanted = *expected;                                                         \
        uint##bits##_t old =                                                                       \
            compare_exchange##bits(at, wanted, value, order, failure_order, HERE);                 \
        if (old == wanted)                                                                         \
            return 1;                                                                              \
        memory_write(expected, sizeof *expected, HERE);                                            \
        *expected = old;                                                                           \
        return 0;                                                                                  \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_weak(                                               \
        volatile uint##bits##_t *at, uint##bits##_t *expected, uint##bits##_t value, int order,    \
        int failure_order)                                                                         \
    {                                                                                              \
        memory_read(expected, sizeof *expected, HERE);                                             \
        uint##bits##_t wanted = *expected;                                                         \
        uint##bits##_t old =                                                                       \
            compare_exchange##bits(at, wanted, value, order, failure_order, HERE);                 \
        if (old == wanted)                                                                         \
            return 1;                                                                              \
        memory_write(expected, sizeof *expected, HERE);                                            \
        *expected = old;                                                                           \
        return 0;                                                                                  \
    }                                                                                              \
    uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                                     \
        volatile uint##bits##_t *at, uint##bits##_t expected, uint##bits##_t value, int order,     \
        int failure_order)                                                                         \
    {                                                                                              \
        return compare_exchange##bits(at, expected, value, order, failure_order, HERE);            \
    }

#define DEFINE_ATOMICS(bits)                                                                       \
    uint##bits##_t __tsan_atomic##bits##_load(const volatile uint##bits##_t *at, int order)        \
    {                                                                                              \
        struct object *object = atomic_begin(OP_ATOMIC_READ, at, sizeof *at, HERE);                \
        uint##bits##_t value = *at;                                                                \
        atomic_loaded(object, order, value, HERE);                                                 \
        return value;                                                                              \
    }                                                                                              \
    void __tsan_atomic##bits##_store(volatile uint##bits##_t *at, uint##bits##_t value, int order) \
    {                                                                                              \
        struct object *object = atomic_begin(OP_ATOMIC_WRITE, at, sizeof *at, HERE);               \
        *at = value;                                                                               \
        atomic_stored(object, order, value, HERE);                                                 \
    }                                                                                              \
    uint##bits##_t __tsan_atomic##bits##_exchange(volatile uint##bits##_t *at,                     \
                                                  uint##bits##_t value, int order)                 \
    {                                                                                              \
        struct object *object = atomic_begin(OP_ATOMIC_RMW, at, sizeof *at, HERE);                 \
        uint##bits##_t old = *at;                                                                  \
        *at = value;                                                                               \
        atomic_modified(object, order, value != old, value, HERE);                                 \
        return old;                                                                                \
    }                                                                                              \
    DEFINE_COMPARE(bits)                                                                           \
    ATOMIC_FETCHES(DEFINE_FETCH, bits)

DEFINE_ATOMICS(8)
DEFINE_ATOMICS(16)
DEFINE_ATOMICS(32)
DEFINE_ATOMICS(64)
