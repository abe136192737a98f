/*
 * known.h - names that objects may import, as tables: those of harness/symbols.h, those that
 * gcc's instrumentation and libgcc bring along, those that the optimiser puts in.
 *
 * Threads: tables are constant.
 */
#ifndef HILO_GRADER_KNOWN_H
#define HILO_GRADER_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

enum { KNOWN_MAX = 512, KNOWN_NONE = -1 };

/* The index of a name of harness/symbols.h, below KNOWN_MAX, or KNOWN_NONE. */
int known_find(const char *name);
const char *known_name(int index);
size_t known_count(void);

/* Lanes that wrap it: bits of enum symbol_lane. */
unsigned known_lanes(int index);
/* Whether explore models it. */
bool known_explored(int index);

/* What -fsanitize=thread makes gcc call. */
bool known_instrumentation(const char *name);

/* Arithmetic that gcc leaves to libgcc (128-bit division, __float128, popcount...). */
bool known_libgcc(const char *name);

/* What the optimiser makes of allowed calls (fprintf of a constant is fwrite). */
bool known_optimised(const char *name);

/* Names that a submission may not define: they would stand in for something. */
bool known_reserved(const char *name);

/* Whether this machine's C or math library has it. */
bool known_to_libc(const char *name);

#endif
