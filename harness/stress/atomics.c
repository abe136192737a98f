/*
 * atomics.c - the atomic operations of the perturbed build.
 *
 * The instrumented object calls a function for each. They are done with the compiler's builtins,
 * always sequentially consistent: on x86-64 the weaker orders of a read-modify-write are the same
 * instruction, and a store that is stronger than asked for only hides what this lane cannot judge.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/stress/perturb.h"

#define DEFINE(type, name, ...)                                                                    \
    type __tsan_atomic##name(__VA_ARGS__);                                                         \
    type __tsan_atomic##name(__VA_ARGS__)

/* A read-modify-write: fetch_add and its kin. */
#define MODIFY(bits, type, name, builtin)                                                          \
    DEFINE(type, bits##_##name, volatile type *object, type value, int order)                      \
    {                                                                                              \
        (void)order;                                                                               \
        perturb_access();                                                                          \
        return builtin(object, value, __ATOMIC_SEQ_CST);                                           \
    }

#define EXCHANGE_IF(bits, type, name, weak)                                                        \
    DEFINE(int, bits##_##name, volatile type *object, type *expected, type desired, int order,     \
           int failure)                                                                            \
    {                                                                                              \
        (void)order;                                                                               \
        (void)failure;                                                                             \
        perturb_access();                                                                          \
        return __atomic_compare_exchange_n(object, expected, desired, weak, __ATOMIC_SEQ_CST,      \
                                           __ATOMIC_SEQ_CST);                                      \
    }

#define ATOMICS(bits, type)                                                                        \
    DEFINE(type, bits##_load, const volatile type *object, int order)                              \
    {                                                                                              \
        (void)order;                                                                               \
        perturb_access();                                                                          \
        return __atomic_load_n(object, __ATOMIC_SEQ_CST);                                          \
    }                                                                                              \
    DEFINE(void, bits##_store, volatile type *object, type value, int order)                       \
    {                                                                                              \
        (void)order;                                                                               \
        perturb_access();                                                                          \
        __atomic_store_n(object, value, __ATOMIC_SEQ_CST);                                         \
    }                                                                                              \
    MODIFY(bits, type, exchange, __atomic_exchange_n)                                              \
    MODIFY(bits, type, fetch_add, __atomic_fetch_add)                                              \
    MODIFY(bits, type, fetch_sub, __atomic_fetch_sub)                                              \
    MODIFY(bits, type, fetch_and, __atomic_fetch_and)                                              \
    MODIFY(bits, type, fetch_or, __atomic_fetch_or)                                                \
    MODIFY(bits, type, fetch_xor, __atomic_fetch_xor)                                              \
    MODIFY(bits, type, fetch_nand, __atomic_fetch_nand)                                            \
    EXCHANGE_IF(bits, type, compare_exchange_strong, false)                                        \
    EXCHANGE_IF(bits, type, compare_exchange_weak, true)                                           \
    DEFINE(type, bits##_compare_exchange_val, volatile type *object, type expected, type desired,  \
           int order, int failure)                                                                 \
    {                                                                                              \
        __tsan_atomic##bits##_compare_exchange_strong(object, &expected, desired, order, failure); \
        return expected;                                                                           \
    }

ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)

DEFINE(void, _thread_fence, int order)
{
    (void)order;
    perturb_access();
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

DEFINE(void, _signal_fence, int order)
{
    (void)order;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}
