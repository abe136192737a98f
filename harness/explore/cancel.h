/*
 * cancel.h - pthread_cancel, and the cleanup handlers that a thread leaves behind it when it is
 * cancelled or exits.
 */
#ifndef HILO_EXPLORE_CANCEL_H
#define HILO_EXPLORE_CANCEL_H

#include <stdbool.h>

#include "harness/explore/engine.h"

/* A scheduling point that is a cancellation point too. True: the thread must be cancelled instead
 * of doing the operation. Then put things as if it had never been begun and call cancel_act(). */
bool cancel_point(enum op_kind kind, struct object *object, bool (*ready)(const struct thread *),
                  int64_t deadline_ns, const void *frame);

/* The current thread is cancelled here: it runs its handlers and ends. */
_Noreturn void cancel_act(const void *frame);

/* Run the current thread's handlers, innermost first, and end it. */
_Noreturn void cancel_unwind(const void *frame);

/* The current thread is at its end, by whichever way: nothing cancels it any more, and no handler
 * should be left. */
void cancel_end(void);

/* __sigsetjmp has saved these registers for the handler whose buffer this is (arch_x86_64.c). */
void cancel_saved(const void *buffer, const uintptr_t *registers, const void *frame);

#endif
