/*
 * finding.h - what went wrong in an execution, kept once with the schedule that shows it.
 *
 * Exploring, a finding is only counted: its signature (kind and two keys), how often it was
 * seen and the best schedule so far. When the exploration of a scenario is over
 * each is minimised and run once more, *told*: then the engine traces, and the
 * raise that matches the signature writes down the whole story. So a finding that
 * is told has been replayed by construction.
 *
 * Calling sequence at the place that sees a fault:
 *     finding_at("unlock-not-owner", "", OP_UNLOCK, mutex, HERE);
 * or, for a story of its own:
 *     if (finding_raise("deadlock", key1, key2)) { story_wait(...); ... }
 */
#ifndef HILO_EXPLORE_FINDING_H
#define HILO_EXPLORE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/engine.h"

/* Raise a finding of `kind` (a name of the contract) about the memory at `address`, or 0. It is
 * told from others of its kind by that memory's name (see finding_address_key()) and by `key`,
 * which must be the same in every execution of this process: a code address, say. `why` refines the
 * kind, or "". Returns true when this very finding is being told and its story is wanted. */
bool finding_raise(const char *kind, const char *why, uintptr_t address, size_t size,
                   uintptr_t key);

/* Does nothing: where a debugger stops, called as a finding that is being told shows. */
void hilo_finding_told(const char *kind, const char *why);

/* The common case: the current thread did `op` on the object or memory at `address`, in
 * the interposed call of `frame`. `why` refines the kind for its reader:
 * "copied", "uninitialised", "destroyed", "null"...; "" when the kind says it all. */
void finding_at(const char *kind, const char *why, enum op_kind op, const void *address,
                const void *frame);

/* The same for memory that may not be touched: one finding a block or stack, not one a line. */
void finding_memory(const char *kind, const char *why, enum op_kind op, uintptr_t address,
                    const void *frame);

/* A function that explore does not model, or a limit of the engine: `unsupported`,
 * and the execution ends. */
_Noreturn void finding_unsupported(const char *what, const void *frame);

/* A block of the heap is lost: `memory-leak`. Called between two executions. */
struct block;
void finding_raise_block(const char *kind, const struct block *block);

/* A key for an address that is the same in all executions of this process: of
 * heap memory its allocation site and offset, else the address. */
uintptr_t finding_address_key(uintptr_t address);

#endif
