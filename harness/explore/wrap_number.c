/*
 * wrap_number.c - text to numbers, the environment (there is none), and the random numbers of 48
 * bits, whose generator is the one that POSIX prescribes.
 */
#include <errno.h>
#include <stdlib.h>

#include "harness/explore/engine.h"
#include "harness/explore/hidden.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

/* Convert by `convert`, which sets errno and `end`; its errno is the student's. */
#define CONVERT(type, text, end, convert)                                                          \
    do {                                                                                           \
        char *stop_;                                                                               \
        memory_read_string(text, SIZE_MAX, HERE);                                                  \
        errno = 0;                                                                                 \
        type number_ = (convert);                                                                  \
        if (errno)                                                                                 \
            *__wrap___errno_location() = errno;                                                    \
        if (end) {                                                                                 \
            memory_write((end), sizeof *(end), HERE);                                              \
            *(end) = stop_;                                                                        \
        }                                                                                          \
        return number_;                                                                            \
    } while (0)

long __wrap_strtol(const char *text, char **end, int base)
{
    CONVERT(long, text, end, strtol(text, &stop_, base));
}

long long __wrap_strtoll(const char *text, char **end, int base)
{
    CONVERT(long long, text, end, strtoll(text, &stop_, base));
}

unsigned long __wrap_strtoul(const char *text, char **end, int base)
{
    CONVERT(unsigned long, text, end, strtoul(text, &stop_, base));
}

unsigned long long __wrap_strtoull(const char *text, char **end, int base)
{
    CONVERT(unsigned long long, text, end, strtoull(text, &stop_, base));
}

double __wrap_strtod(const char *text, char **end)
{
    CONVERT(double, text, end, strtod(text, &stop_));
}

float __wrap_strtof(const char *text, char **end)
{
    CONVERT(float, text, end, strtof(text, &stop_));
}

int __wrap_atoi(const char *text)
{
    memory_read_string(text, SIZE_MAX, HERE);
    return atoi(text);
}

long __wrap_atol(const char *text)
{
    memory_read_string(text, SIZE_MAX, HERE);
    return atol(text);
}

long long __wrap_atoll(const char *text)
{
    memory_read_string(text, SIZE_MAX, HERE);
    return atoll(text);
}

double __wrap_atof(const char *text)
{
    memory_read_string(text, SIZE_MAX, HERE);
    return atof(text);
}

char *__wrap_getenv(const char *name)
{
    memory_read_string(name, SIZE_MAX, HERE);
    return NULL;
}

/*
 * drand48 and its family. Only the state that they share is hidden; erand48 and its like are given
 * theirs, three numbers of 16 bits.
 */

#define BITS_48 ((UINT64_C(1) << 48) - 1)

static uint64_t step(uint64_t state)
{
    return (state * UINT64_C(0x5DEECE66D) + 0xB) & BITS_48;
}

static uint64_t step_shared(const void *frame)
{
    uint64_t *state = hidden_use(HIDDEN_RAND48, sizeof *state, frame);
    return *state = step(*state);
}

static uint64_t step_given(unsigned short state[3], const void *frame)
{
    memory_read(state, 3 * sizeof *state, frame);
    memory_write(state, 3 * sizeof *state, frame);
    uint64_t next = step((uint64_t)state[2] << 32 | (uint64_t)state[1] << 16 | state[0]);
    state[0] = (unsigned short)next;
    state[1] = (unsigned short)(next >> 16);
    state[2] = (unsigned short)(next >> 32);
    return next;
}

static double fraction_of(uint64_t state)
{
    return (double)state / (double)(UINT64_C(1) << 48);
}

static long upper_31(uint64_t state)
{
    return (long)(state >> 17);
}

static long upper_32_signed(uint64_t state)
{
    return (int32_t)(state >> 16);
}

void __wrap_srand48(long seed)
{
    uint64_t *state = hidden_use(HIDDEN_RAND48, sizeof *state, HERE);
    *state = (uint64_t)(uint32_t)seed << 16 | 0x330E;
}

double __wrap_drand48(void)
{
    return fraction_of(step_shared(HERE));
}

long __wrap_lrand48(void)
{
    return upper_31(step_shared(HERE));
}

long __wrap_mrand48(void)
{
    return upper_32_signed(step_shared(HERE));
}

double __wrap_erand48(unsigned short state[3])
{
    return fraction_of(step_given(state, HERE));
}

long __wrap_nrand48(unsigned short state[3])
{
    return upper_31(step_given(state, HERE));
}

long __wrap_jrand48(unsigned short state[3])
{
    return upper_32_signed(step_given(state, HERE));
}
