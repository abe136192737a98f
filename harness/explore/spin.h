/*
 * spin.h - loops that wait by looking again and again.
 *
 * A thread whose reads repeat without any effect of its own cannot get further until
 * somebody else changes what it reads. Letting it run would only make executions
 * long, so it is parked until that value changes. Before, it is tried alone for a while: a
 * loop that looks a few times and then goes on is not waiting.
 *
 * When only parked threads are left they get some more turns, then it is a
 * `livelock`. A thread that was parked in a loop of loads and got its change wasted
 * the processor where it should have blocked: `busy-wait`. But one that changes that variable
 * itself, to take it or to hand it on, has made itself a spin lock, which is legitimate; so it is
 * told only when the thread ends and never did.
 */
#ifndef HILO_EXPLORE_SPIN_H
#define HILO_EXPLORE_SPIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/explore/engine.h"

/* Accesses that a thread may make between two points before it is looked at closely. */
enum { SPIN_FUEL = 2000 };

/* A plain access of a thread that is out of fuel. */
void spin_access(uintptr_t address, size_t size, bool write, const void *frame);

/* The scheduling point of an atomic or volatile access that is about to happen. */
void spin_point(enum op_kind kind, struct object *object, uintptr_t address, size_t size,
                const void *frame);

/* A thread ends: raise `busy-wait` when it had waited by looking. */
void spin_thread_ends(struct thread *self);

/* After an atomic read-modify-write: whether it changed anything. */
void spin_rmw_done(bool changed);

/* Whether the current thread is being tried alone: its yields are no points then. */
bool spin_trying(void);

/* Nothing else can run: give a parked thread another turn. False when all have had
 * enough: that is a livelock. */
bool spin_unpark(void);

/* Whether a thread is parked. */
bool spin_is_parked(const struct thread *thread);

#endif
