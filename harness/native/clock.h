/*
 * clock.h - time in nanoseconds, as the native lanes measure it. Async-signal-safe.
 */
#ifndef HILO_HARNESS_NATIVE_CLOCK_H
#define HILO_HARNESS_NATIVE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_MS ((int64_t)1000000)
#define CLOCK_S  ((int64_t)1000000000)

static inline int64_t clock_read(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * CLOCK_S + t.tv_nsec;
}

static inline int64_t clock_ns(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

static inline int64_t clock_cpu_ns(void)
{
    return clock_read(CLOCK_PROCESS_CPUTIME_ID);
}

#endif
