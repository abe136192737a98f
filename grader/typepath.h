/*
 * typepath.h - a place within a variable, written as C would: "[2].count".
 *
 * Threads: no state.
 */
#ifndef HILO_GRADER_TYPEPATH_H
#define HILO_GRADER_TYPEPATH_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

enum { TYPEPATH_MAX = 256 };

/* Bytes that a variable or member takes; 0 when unknown. */
uint64_t typepath_size(Dwarf_Die *variable);

/* The members and elements that lead from `variable` to the `size` bytes at `offset` in it, or ""
 * for all of it. Stops where no single part holds them all, and before the insides of a
 * library's types (those whose members begin with two underscores). */
void typepath_write(Dwarf_Die *variable, uint64_t offset, uint64_t size,
                    char path[static TYPEPATH_MAX]);

/* The same, from a type on. */
void typepath_within(Dwarf_Die *type, uint64_t offset, uint64_t size,
                     char path[static TYPEPATH_MAX]);

/* The type of a variable, member or pointer's target, without its names and qualifiers. */
bool typepath_type(Dwarf_Die *die, Dwarf_Die *type);

#endif
