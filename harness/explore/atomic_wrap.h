/*
 * atomic_wrap.h - the atomic entry points that -fsanitize=thread makes the
 * compiler call, for 1, 2, 4 and 8 bytes.
 */
#ifndef HILO_EXPLORE_ATOMIC_WRAP_H
#define HILO_EXPLORE_ATOMIC_WRAP_H

#include <stdint.h>

#define ATOMIC_FETCHES(X, bits)                                                                    \
    X(bits, add) X(bits, sub) X(bits, and) X(bits, or) X(bits, xor) X(bits, nand)
#define DECLARE_FETCH(bits, name)                                                                  \
    uint##bits##_t __tsan_atomic##bits##_fetch_##name(volatile uint##bits##_t *at,                 \
                                                      uint##bits##_t value, int order);
#define DECLARE_ATOMICS(bits)                                                                      \
    uint##bits##_t __tsan_atomic##bits##_load(const volatile uint##bits##_t *at, int order);       \
    void __tsan_atomic##bits##_store(volatile uint##bits##_t *at, uint##bits##_t value,            \
                                     int order);                                                   \
    uint##bits##_t __tsan_atomic##bits##_exchange(volatile uint##bits##_t *at,                     \
                                                  uint##bits##_t value, int order);                \
    int __tsan_atomic##bits##_compare_exchange_strong(                                             \
        volatile uint##bits##_t *at, uint##bits##_t *expected, uint##bits##_t value, int order,    \
        int failure_order);                                                                        \
    int __tsan_atomic##bits##_compare_exchange_weak(                                               \
        volatile uint##bits##_t *at, uint##bits##_t *expected, uint##bits##_t value, int order,    \
        int failure_order);                                                                        \
    uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                                     \
        volatile uint##bits##_t *at, uint##bits##_t expected, uint##bits##_t value, int order,     \
        int failure_order);                                                                        \
    ATOMIC_FETCHES(DECLARE_FETCH, bits)

DECLARE_ATOMICS(8)
DECLARE_ATOMICS(16)
DECLARE_ATOMICS(32)
DECLARE_ATOMICS(64)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

#endif
