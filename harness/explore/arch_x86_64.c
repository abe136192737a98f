/*
 * arch_x86_64.c - all of explore that knows the processor.
 *
 * The System V ABI lets a call clobber everything but rbx, rbp, r12 to r15 and
 * the stack pointer, so a switch is a call that saves these six on one stack and
 * takes them from another. Floating-point control words are not switched: no
 * function that a submission may call changes them.
 */
#include <stdint.h>

#include "harness/explore/arch.h"
#include "harness/explore/fiber.h"

__asm__(".text\n"
        ".globl fiber_switch\n"
        ".type fiber_switch, @function\n"
        "fiber_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq (%rsi), %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size fiber_switch, .-fiber_switch\n");

/* The registers saved are rbx, rbp, r12 to r15, the stack pointer as the caller has it once this
 * has returned, and the address to return to. */
__asm__(".text\n"
        ".globl __wrap___sigsetjmp\n"
        ".type __wrap___sigsetjmp, @function\n"
        "__wrap___sigsetjmp:\n"
        "    pushq %rbp\n"
        "    movq %rsp, %rbp\n"
        "    subq $64, %rsp\n"
        "    movq %rbx, (%rsp)\n"
        "    movq (%rbp), %rax\n"
        "    movq %rax, 8(%rsp)\n"
        "    movq %r12, 16(%rsp)\n"
        "    movq %r13, 24(%rsp)\n"
        "    movq %r14, 32(%rsp)\n"
        "    movq %r15, 40(%rsp)\n"
        "    leaq 16(%rbp), %rax\n"
        "    movq %rax, 48(%rsp)\n"
        "    movq 8(%rbp), %rax\n"
        "    movq %rax, 56(%rsp)\n"
        "    movq %rsp, %rsi\n"
        "    movq %rbp, %rdx\n"
        "    call cancel_saved\n"
        "    xorl %eax, %eax\n"
        "    leave\n"
        "    ret\n"
        ".size __wrap___sigsetjmp, .-__wrap___sigsetjmp\n"
        ".globl arch_resume\n"
        ".type arch_resume, @function\n"
        "arch_resume:\n"
        "    movq (%rdi), %rbx\n"
        "    movq 8(%rdi), %rbp\n"
        "    movq 16(%rdi), %r12\n"
        "    movq 24(%rdi), %r13\n"
        "    movq 32(%rdi), %r14\n"
        "    movq 40(%rdi), %r15\n"
        "    movq 48(%rdi), %rsp\n"
        "    movl $1, %eax\n"
        "    jmp *56(%rdi)\n"
        ".size arch_resume, .-arch_resume\n");

uintptr_t arch_stack_of(const uintptr_t *registers)
{
    return registers[6];
}

void *fiber_initial_sp(uintptr_t stack_top, void (*entry)(void))
{
    uint64_t *sp = (uint64_t *)(stack_top & ~(uintptr_t)15);
    *--sp = 0; /* the return address of entry, which never returns: ends a walk */
    *--sp = (uint64_t)(uintptr_t)entry;
    for (int i = 0; i < 6; i++)
        *--sp = 0; /* rbp is 0: the outermost frame */
    return sp;
}

int arch_walk(const void *frame, uintptr_t low, uintptr_t high, uintptr_t *pcs, int max)
{
    uintptr_t at = (uintptr_t)frame;
    int n = 0;
    while (n < max && at >= low && at + 16 <= high && at % 8 == 0) {
        const uintptr_t *slots = (const uintptr_t *)at;
        if (!slots[1])
            break;
        pcs[n++] = slots[1];
        if (slots[0] <= at)
            break;
        at = slots[0];
    }
    return n;
}

/* A frame reaches from above what its callee saved up to its own canonical address, which is 16
 * above where its frame pointer points: that one saved and its return address lie between. */
bool arch_local(const void *frame, uintptr_t low, uintptr_t high, uintptr_t address, uintptr_t *pc,
                int64_t *local)
{
    enum { SAVED = 16, WALK_MAX = 4096 };
    uintptr_t at = (uintptr_t)frame;
    for (int i = 0; i < WALK_MAX && at >= low && at + SAVED <= high && at % 8 == 0; i++) {
        const uintptr_t *slots = (const uintptr_t *)at;
        uintptr_t outer = slots[0];
        if (!slots[1] || outer <= at || outer > high - SAVED || address < at + SAVED)
            return false;
        if (address < outer + SAVED) {
            *pc = slots[1] - 1;
            *local = (int64_t)(address - (outer + SAVED));
            return true;
        }
        at = outer;
    }
    return false;
}

uintptr_t arch_fault_pc(const void *context)
{
    const ucontext_t *user = context;
    return (uintptr_t)user->uc_mcontext.gregs[REG_RIP];
}

uintptr_t arch_fault_frame(const void *context)
{
    const ucontext_t *user = context;
    return (uintptr_t)user->uc_mcontext.gregs[REG_RBP];
}
