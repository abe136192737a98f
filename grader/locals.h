/*
 * locals.h - what a function's own debug information says of its frame and of what it allocates.
 *
 * Threads: no state. Every walk is bounded; what is not certain is not told.
 */
#ifndef HILO_GRADER_LOCALS_H
#define HILO_GRADER_LOCALS_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* The variable or parameter of the function that holds `pc` which lies at `cfa_offset` from its
 * canonical frame address, and how far into it that is. Of several, that of the innermost block
 * that holds `pc`. */
bool locals_at(Dwarf *dwarf, Dwarf_Addr pc, int64_t cfa_offset, Dwarf_Die *function,
               Dwarf_Die *variable, uint64_t *within);

/* The structure that a block of `size` bytes is, allocated by the call at `pc`; see locals.c for
 * when that is certain. */
bool locals_allocated(Dwarf *dwarf, Dwarf_Addr pc, uint64_t size, Dwarf_Die *type);

/* How the source calls a structure: "likes" of struct likes and of what is only a typedef. */
const char *locals_type_name(Dwarf_Die *type);

#endif
