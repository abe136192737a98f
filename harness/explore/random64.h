/*
 * random64.h - the generator behind the random strategies: SplitMix64 (Steele, Lea and Flood,
 * OOPSLA 2014). Small, good enough for choosing, and the same on every machine.
 */
#ifndef HILO_EXPLORE_RANDOM64_H
#define HILO_EXPLORE_RANDOM64_H

#include <stdint.h>

static inline uint64_t random64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* In [0, n), for n far below 2^32: the bias is then far below what anybody could measure. */
static inline int random_below(uint64_t *state, int n)
{
    return (int)((random64(state) >> 32) * (uint64_t)n >> 32);
}

/* The state for execution `index` of a strategy: it depends on the seed and the index alone, so a
 * longer exploration begins like a shorter one. */
static inline uint64_t random_start(uint64_t seed, uint64_t index)
{
    uint64_t state = seed + index * UINT64_C(0xD1342543DE82EF95);
    random64(&state);
    return state;
}

#endif
