/*
 * held.h - which locks a thread holds, told by the thread itself.
 *
 * Written by its own thread, read by the watchdog.
 */
#ifndef HILO_HARNESS_STRESS_HELD_H
#define HILO_HARNESS_STRESS_HELD_H

#include <stdbool.h>

#include "harness/native/threads.h"

enum held_mode { HELD_ALONE, HELD_SHARED }; /* shared: a read lock */

void held_add(const volatile void *lock, enum held_mode mode);
bool held_by_self(const volatile void *lock);

/* One unlock of it; held_forget() whatever its count, which it returns. */
void held_drop(const volatile void *lock);
int held_forget(const volatile void *lock);
void held_restore(const volatile void *lock, int count);

/* Who holds it: the only thread that does, or NULL. */
struct thread *held_owner(uintptr_t lock);

/* Whether some unlock did not come from an owner: then owners are no longer certain. */
bool held_doubtful(void);
void held_begin_run(void);

#endif
