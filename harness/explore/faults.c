/* faults.c - see faults.h. */
#include "harness/explore/faults.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "harness/explore/arch.h"
#include "harness/explore/finding.h"
#include "harness/explore/story.h"
#include "harness/loader.h"

enum {
    ALT_STACK = 64 * 1024,
    TICK_MS = 100,
    TICKS_MAX = 10, /* of processor time without a point or an access: an endless loop */
    NULL_PAGE = 65536,
};

static struct {
    uint64_t last_progress;
    int idle_ticks;
} watchdog;

static const char *why_of(int signal, uintptr_t address)
{
    if (signal == SIGFPE)
        return "divide-by-zero";
    if (signal == SIGILL)
        return "illegal-instruction";
    if (address < NULL_PAGE)
        return "null";
    if (address - REGION_BASE < STACKS_SIZE && (address - REGION_BASE) % FIBER_SLOT < FIBER_GUARD)
        return "stack-overflow";
    return "wild";
}

static void give_up(int signal)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
    raise(signal);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    if (!engine.self) {
        give_up(signal);
        return;
    }
    uintptr_t address = signal == SIGSEGV || signal == SIGBUS ? (uintptr_t)info->si_addr : 0;
    uintptr_t pc = arch_fault_pc(context);
    if (finding_raise("crash", why_of(signal, address), 0, 0, pc))
        story_fault(pc, arch_fault_frame(context), address);
    engine_stop(END_FAULT);
}

/* Only code that is not ours can be in an endless loop without passing by the engine. */
static void on_tick(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info;
    enum module_id module;
    uint64_t offset;
    uintptr_t pc = arch_fault_pc(context);
    bool students = loader_locate(pc, &module, &offset) && module != MODULE_HOST;
    if (!engine.self || !students || engine.progress != watchdog.last_progress) {
        watchdog.last_progress = engine.progress;
        watchdog.idle_ticks = 0;
        return;
    }
    if (++watchdog.idle_ticks < TICKS_MAX)
        return;
    watchdog.idle_ticks = 0;
    engine.hung = true;
    if (finding_raise("hang", "endless-loop", 0, 0, 0))
        story_fault(pc, arch_fault_frame(context), 0);
    engine_stop(END_FAULT);
}

static void install(int signal, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void faults_init(void)
{
    stack_t stack = {.ss_sp = malloc(ALT_STACK), .ss_size = ALT_STACK};
    if (!stack.ss_sp || sigaltstack(&stack, NULL)) {
        perror("hilo-explore: cannot set a stack for signals");
        exit(3);
    }
    install(SIGSEGV, on_fault);
    install(SIGBUS, on_fault);
    install(SIGFPE, on_fault);
    install(SIGILL, on_fault);
    install(SIGVTALRM, on_tick);
    struct timeval tick = {.tv_usec = TICK_MS * 1000};
    struct itimerval timer = {tick, tick};
    setitimer(ITIMER_VIRTUAL, &timer, NULL);
}
