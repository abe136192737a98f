/*
 * wrap_random.c - rand, srand, rand_r, random, srandom: a linear congruential generator of our own,
 * so that the numbers depend on the schedule alone and not on the machine's C library.
 */
#include "harness/explore/random.h"

#include <stdint.h>
#include <stdlib.h>

#include "harness/explore/engine.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

static struct {
    uint64_t state;
} generator;

/* The upper bits are the good ones. The multiplier is Knuth's (MMIX). */
static int next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)(*state >> 33);
}

void random_reset(void)
{
    generator.state = 1; /* as if by srand(1) */
}

int __wrap_rand(void)
{
    return next(&generator.state);
}

void __wrap_srand(unsigned seed)
{
    generator.state = seed;
}

long __wrap_random(void)
{
    return next(&generator.state);
}

void __wrap_srandom(unsigned seed)
{
    generator.state = seed;
}

int __wrap_rand_r(unsigned *seed)
{
    memory_read(seed, sizeof *seed, HERE);
    memory_write(seed, sizeof *seed, HERE);
    uint64_t state = *seed;
    int number = next(&state);
    *seed = (unsigned)(state >> 32);
    return number;
}
