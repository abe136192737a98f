/*
 * ends.c - crashes and calls that leave early.
 *
 * Theory of operation. The handlers run on an alternate stack, so that a stack overflow is told
 * too. They touch only tables that are never reallocated and send with write(2). A second crash, on
 * any thread, waits for the first to end the process.
 */
#include "harness/native/ends.h"
#include "harness/native/at_exit.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/native/findings.h"
#include "harness/native/program.h"
#include "harness/native/run.h"
#include "harness/native/stream.h"
#include "harness/native/wrap.h"

static atomic_flag ending = ATOMIC_FLAG_INIT;

void end_claim(void)
{
    if (!atomic_flag_test_and_set(&ending))
        return;
    for (;;)
        pause();
}

static _Noreturn void finish(const char *note, bool truncated)
{
    if (note)
        stream_note(note);
    if (run_state.scenario)
        (void)run_state.hooks->collect();
    stream_take();
    run_send_done(truncated);
    stream_bye();
}

void end_in_order(void)
{
    finish(NULL, false);
}

void end_early(const char *note)
{
    end_claim();
    finish(note, true);
}

void end_for_us(const char *why)
{
    end_claim();
    fprintf(stderr, "harness: %s\n", why);
    _exit(3);
}

static void tell_crash(const char *op, const struct stack *stack, const void *address)
{
    const struct thread *self = thread_self();
    if (!finding_open("crash", stack->n ? stack->pc[0] : 0, 0))
        return;
    if (self)
        finding_thread(self);
    struct record *line = finding_line("access");
    record_int(line, "n", 0);
    record_int(line, "thread", self ? thread_id(self) : 0);
    record_text(line, "op", op);
    if (address)
        record_int(line, "at", (long long)(uintptr_t)address);
    finding_push();
    finding_frames("access", 0, stack);
    finding_close();
}

/* A call that ends the process. `op` as it was written: "exit(0)". */
static _Noreturn void end_by_call(const char *op, struct site site)
{
    struct stack stack;
    end_claim();
    const struct thread *self = thread_self();
    stack_of_call(&stack, site, self ? self->top : 0);
    tell_crash(op, &stack, NULL);
    finish(NULL, true);
}

static _Noreturn void leave(const char *name, int status, struct site site)
{
    char op[64];
    if (program_active())
        program_exit(status);
    snprintf(op, sizeof op, "%s(%d)", name, status);
    end_by_call(op, site);
}

void end_of_main_thread(struct site site)
{
    if (program_active())
        return;
    end_by_call("pthread_exit", site);
}

WRAP(_Noreturn void, exit, int status)
{
    if (program_active())
        at_exit_run();
    leave("exit", status, SITE_HERE);
}

WRAP(_Noreturn void, _exit, int status)
{
    leave("_exit", status, SITE_HERE);
}

WRAP(_Noreturn void, _Exit, int status)
{
    leave("_Exit", status, SITE_HERE);
}

WRAP(_Noreturn void, quick_exit, int status)
{
    leave("quick_exit", status, SITE_HERE);
}

WRAP(_Noreturn void, abort, void)
{
    end_by_call("abort", SITE_HERE);
}

WRAP(_Noreturn void, __assert_fail, const char *assertion, const char *file, unsigned line,
     const char *function)
{
    char op[256];
    (void)file;
    (void)line;
    (void)function;
    snprintf(op, sizeof op, "assert(%.200s)", assertion ? assertion : "");
    end_by_call(op, SITE_HERE);
}

static const struct {
    int number;
    const char *name;
} crashes[] = {
    {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
    {SIGILL, "SIGILL"},   {SIGABRT, "SIGABRT"}, {SIGTRAP, "SIGTRAP"},
};

static void on_crash(int number, siginfo_t *info, void *context)
{
    const char *name = "signal";
    struct stack stack;
    end_claim();
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        if (crashes[i].number == number)
            name = crashes[i].name;
    const struct thread *self = thread_self();
    stack_of_signal(&stack, context, self ? self->top : 0);
    bool has_address = number == SIGSEGV || number == SIGBUS;
    tell_crash(name, &stack, has_address ? info->si_addr : NULL);
    finish(NULL, true);
}

void ends_install(void)
{
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
        struct sigaction action = {.sa_sigaction = on_crash};
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        sigfillset(&action.sa_mask);
        sigaction(crashes[i].number, &action, NULL);
    }
}
