/*
 * stack.c - walks frame pointers that may not be there.
 *
 * The student's optimised code and the C library keep no frame pointers, so a walk may meet
 * anything. Each step is therefore checked: the frame must lie higher than the one before and below
 * the top of the stack, and the return address must follow a call instruction in the student's or
 * the scenarios' code. A walk that fails the check ends there: fewer frames, never wrong memory.
 */
#include "harness/native/stack.h"

#include <stdbool.h>
#include <ucontext.h>

#include "harness/loader.h"

enum { SCAN_WORDS = 512, FRAME_BYTES_MAX = 1 << 20 };

static bool in_text(uintptr_t address)
{
    for (int id = MODULE_STUDENT; id <= MODULE_SCENARIOS; id++)
        if (address >= loader_modules[id].text_low + 8 && address < loader_modules[id].text_high)
            return true;
    return false;
}

/* Whether `address` follows a call: e8 rel32, or ff /2 in one of its lengths. */
static bool is_return(uintptr_t address)
{
    if (!in_text(address))
        return false;
    const unsigned char *code = (const unsigned char *)address;
    if (code[-5] == 0xe8)
        return true;
    for (int length = 2; length <= 7; length++)
        if (code[-length] == 0xff && (code[1 - length] & 0x38) == 0x10)
            return true;
    return false;
}

static uintptr_t word_at(uintptr_t address)
{
    return *(const uintptr_t *)address;
}

static void push(struct stack *stack, uintptr_t pc)
{
    if (stack->n < RECORDS_FRAMES_MAX)
        stack->pc[stack->n++] = pc;
}

void stack_push_return(struct stack *stack, uintptr_t address)
{
    push(stack, address - 1);
}

/* Follow frame pointers from `frame`, whose own return address is not yet taken. */
static void walk(struct stack *stack, uintptr_t frame, uintptr_t low, uintptr_t top)
{
    while (stack->n < RECORDS_FRAMES_MAX) {
        if (frame <= low || frame % 8 || frame > top - 16 || frame - low > FRAME_BYTES_MAX)
            return;
        uintptr_t address = word_at(frame + 8);
        if (!is_return(address))
            return;
        stack_push_return(stack, address);
        low = frame;
        frame = word_at(frame);
    }
}

void stack_of_call(struct stack *stack, struct site site, uintptr_t top)
{
    stack->n = 0;
    stack_push_return(stack, site.pc);
    if (site.frame && site.frame < top)
        walk(stack, word_at(site.frame), site.frame, top);
}

void stack_of_signal(struct stack *stack, const void *context, uintptr_t top)
{
    const ucontext_t *machine = context;
    uintptr_t pc = (uintptr_t)machine->uc_mcontext.gregs[REG_RIP];
    uintptr_t sp = (uintptr_t)machine->uc_mcontext.gregs[REG_RSP];
    uintptr_t frame = (uintptr_t)machine->uc_mcontext.gregs[REG_RBP];
    stack->n = 0;
    push(stack, pc);
    /* A stack pointer outside of the thread's own stack is not to be followed. */
    if (sp % 8 || sp >= top || top - sp > ((uintptr_t)1 << 30))
        return;
    if (!in_text(pc)) {
        /* Within the C library: look for the call that led there. */
        for (uintptr_t at = sp; at + 8 <= top && at < sp + SCAN_WORDS * 8; at += 8) {
            if (!is_return(word_at(at)))
                continue;
            stack_push_return(stack, word_at(at));
            sp = at;
            break;
        }
    }
    walk(stack, frame, sp, top);
}
