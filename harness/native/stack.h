/*
 * stack.h - call stacks as raw addresses, taken without allocation or locks.
 *
 * Each entry lies within the instruction of the call, not behind it: a return address is moved back
 * when it is taken. Async-signal-safe throughout; a stack belongs to whoever holds it.
 */
#ifndef HILO_HARNESS_NATIVE_STACK_H
#define HILO_HARNESS_NATIVE_STACK_H

#include <stddef.h>
#include <stdint.h>

#include "harness/protocol.h"

struct stack {
    size_t n;
    uintptr_t pc[RECORDS_FRAMES_MAX]; /* innermost first */
};

/* Where a call came from: enough to walk from, as long as the call has not returned. */
struct site {
    uintptr_t pc; /* return address */
    uintptr_t frame;
};

/* The caller of the function that this is used in. */
#define SITE_HERE                                                                                  \
    ((struct site){(uintptr_t)__builtin_return_address(0), (uintptr_t)__builtin_frame_address(0)})

/* The stack of a call that is under way on a thread whose frames all lie below `top`. */
void stack_of_call(struct stack *stack, struct site site, uintptr_t top);

/* The stack of a thread that a signal interrupted; `context` is the handler's third argument. */
void stack_of_signal(struct stack *stack, const void *context, uintptr_t top);

/* Append a return address. */
void stack_push_return(struct stack *stack, uintptr_t address);

#endif
