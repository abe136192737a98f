/*
 * reports.c - see reports.h.
 *
 * Theory of operation. A report is copied into a queue of fixed size; a full queue drops what comes
 * later, for there is no end of races in a program without locks. libtsan names threads by numbers
 * of its own and by the kernel's; the latter lead to our slots. Of the frames those in libtsan and
 * in this program are left out when the finding is told.
 *
 * What is not told: a leaked thread, which the slots know better; a race between accesses that
 * neither the student's nor the scenario's code made. Cycles of locks are found by order.c.
 */
#include "harness/tsan/reports.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>

#include "harness/loader.h"
#include "harness/native/findings.h"
#include "harness/tsan/libtsan.h"

enum {
    REPORTS_MAX = 64,
    TRACE_MAX = RECORDS_FRAMES_MAX + 8, /* libtsan's own frames come on top */
    MOPS_MAX = 2,
    MUTEXES_MAX = 8,
    THREADS_TOLD_MAX = 8,
    STACKS_MAX = 16,
};

struct raw_mop {
    int tid, size, write, atomic;
    void *address;
    void *trace[TRACE_MAX];
};

struct raw_report {
    const char *type;
    const struct thread *reporter; /* the thread at fault */
    int n_mops, n_locs, n_mutexes, n_threads, n_stacks;
    struct raw_mop mops[MOPS_MAX];
    struct {
        const char *type;
        size_t start, size;
        int tid;
        void *trace[TRACE_MAX];
    } loc;
    struct {
        void *address;
        void *trace[TRACE_MAX];
    } mutexes[MUTEXES_MAX];
    struct {
        int tid, os_id;
    } threads[THREADS_TOLD_MAX];
    void *stacks[STACKS_MAX][TRACE_MAX];
};

struct range {
    uintptr_t low, high;
};

static struct {
    atomic_size_t n; /* claimed; may exceed the queue */
    atomic_bool complete[REPORTS_MAX];
    struct raw_report queue[REPORTS_MAX];
    struct range freeing[2]; /* the code of libtsan's free() and realloc() */
} reports;

/* ---- on the thread at fault: copy, and call nothing but libtsan's getters ----------------------
 */

static int least(int a, int b)
{
    return a < b ? a : b;
}

static void copy_lists(void *report, struct raw_report *raw)
{
    void *unused;
    size_t id;
    const char *name;
    int flag, other;
    for (int i = 0; i < raw->n_mutexes; i++)
        __tsan_get_report_mutex(report, (size_t)i, &id, &raw->mutexes[i].address, &flag,
                                raw->mutexes[i].trace, TRACE_MAX);
    for (int i = 0; i < raw->n_threads; i++)
        __tsan_get_report_thread(report, (size_t)i, &raw->threads[i].tid, &raw->threads[i].os_id,
                                 &flag, &name, &other, &unused, 1);
    for (int i = 0; i < raw->n_stacks; i++)
        __tsan_get_report_stack(report, (size_t)i, raw->stacks[i], TRACE_MAX);
}

static void copy_report(void *report, struct raw_report *raw)
{
    int count, fd, suppressable, n_tids;
    void *unused;
    raw->reporter = thread_self();
    __tsan_get_report_data(report, &raw->type, &count, &raw->n_stacks, &raw->n_mops, &raw->n_locs,
                           &raw->n_mutexes, &raw->n_threads, &n_tids, &unused, 1);
    raw->n_stacks = least(raw->n_stacks, STACKS_MAX);
    raw->n_mops = least(raw->n_mops, MOPS_MAX);
    raw->n_locs = least(raw->n_locs, 1);
    raw->n_mutexes = least(raw->n_mutexes, MUTEXES_MAX);
    raw->n_threads = least(raw->n_threads, THREADS_TOLD_MAX);
    for (int i = 0; i < raw->n_mops; i++) {
        struct raw_mop *mop = &raw->mops[i];
        __tsan_get_report_mop(report, (size_t)i, &mop->tid, &mop->address, &mop->size, &mop->write,
                              &mop->atomic, mop->trace, TRACE_MAX);
    }
    if (raw->n_locs)
        __tsan_get_report_loc(report, 0, &raw->loc.type, &unused, &raw->loc.start, &raw->loc.size,
                              &raw->loc.tid, &fd, &suppressable, raw->loc.trace, TRACE_MAX);
    copy_lists(report, raw);
}

/* libtsan's hooks; its own definitions of them are weak. The first says that the report is
 * suppressed, and so saves the writing of it; the second is the documented one, and called if ever
 * the first is not. */
bool reports_filter(void *report,
                    bool suppressed) __asm__("_ZN6__tsan8OnReportEPKNS_10ReportDescEb");
void __tsan_on_report(void *report);

bool reports_filter(void *report, bool suppressed)
{
    (void)suppressed;
    __tsan_on_report(report);
    return true;
}

void __tsan_on_report(void *report)
{
    size_t n = atomic_fetch_add(&reports.n, 1);
    if (n >= REPORTS_MAX)
        return;
    copy_report(report, &reports.queue[n]);
    atomic_store(&reports.complete[n], true);
}

/* Not strcmp: this may run in a crash handler, and libtsan intercepts it. */
static bool is(const char *type, const char *name)
{
    while (*type && *type == *name) {
        type++;
        name++;
    }
    return *type == *name;
}

/* ---- on the scenario's thread: understand ------------------------------------------------------
 */

static void to_stack(void *const *trace, struct stack *stack)
{
    stack->n = 0;
    for (int i = 0; i < TRACE_MAX && trace[i]; i++) {
        enum module_id module;
        uint64_t offset;
        uintptr_t pc = (uintptr_t)trace[i] - 1;
        if (loader_locate(pc, &module, &offset) && module != MODULE_HOST)
            stack_push_return(stack, (uintptr_t)trace[i]);
    }
}

/* Whether the access was made by the harness itself: its first frame outside of libtsan is ours. */
static bool is_ours(void *const *trace)
{
    for (int i = 0; i < TRACE_MAX && trace[i]; i++) {
        enum module_id module;
        uint64_t offset;
        if (loader_locate((uintptr_t)trace[i] - 1, &module, &offset))
            return module == MODULE_HOST;
    }
    return true;
}

/* The slot of libtsan's thread number. */
static const struct thread *thread_of_tid(const struct raw_report *raw, int tid)
{
    for (int i = 0; i < raw->n_threads; i++) {
        if (raw->threads[i].tid != tid)
            continue;
        for (int id = THREADS_MAX - 1; id >= 0; id--) {
            const struct thread *slot = thread_at(id);
            if (atomic_load(&slot->state) != THREAD_FREE &&
                atomic_load(&slot->tid) == raw->threads[i].os_id)
                return slot;
        }
    }
    return thread_at(0);
}

/* Whether the innermost frame is in free() or realloc(). */
static bool is_free(const struct raw_mop *mop)
{
    uintptr_t pc = (uintptr_t)mop->trace[0];
    for (int i = 0; i < 2; i++)
        if (pc > reports.freeing[i].low && pc <= reports.freeing[i].high)
            return true;
    return false;
}

static const char *op_of(const struct raw_mop *mop)
{
    if (is_free(mop))
        return "free";
    if (mop->atomic)
        return mop->write ? "atomic-write" : "atomic-read";
    return mop->write ? "write" : "read";
}

static void tell_threads(const struct raw_report *raw)
{
    bool told[THREADS_MAX] = {false};
    for (int i = 0; i < raw->n_threads; i++) {
        const struct thread *thread = thread_of_tid(raw, raw->threads[i].tid);
        if (told[thread_id(thread)])
            continue;
        told[thread_id(thread)] = true;
        finding_thread(thread);
        finding_frames("thread", thread_id(thread), &thread->created);
    }
}

/* On whose stack an address is, or NULL. libtsan knows only what it could read of /proc, and there
 * the sandbox lets nobody look. */
static const struct thread *stack_owner(uintptr_t address)
{
    const uintptr_t largest = (uintptr_t)8 << 20;
    const struct thread *owner = NULL;
    for (int i = 0; i < THREADS_MAX; i++) {
        const struct thread *slot = thread_at(i);
        if (atomic_load(&slot->state) == THREAD_FREE || slot->top <= address ||
            slot->top - address > largest || (owner && owner->top <= slot->top))
            continue;
        owner = slot;
    }
    return owner;
}

/* What was touched at `address`, as object 1. */
static void tell_memory(const struct raw_report *raw, uintptr_t address, const char *kind)
{
    struct record *line = finding_line("object");
    enum module_id module;
    uint64_t offset;
    record_int(line, "object", 1);
    record_text(line, "kind", kind);
    if (loader_locate(address, &module, &offset)) {
        record_text(line, "module", loader_modules[module].name);
        record_hex(line, "offset", offset);
    } else if (raw->n_locs && is(raw->loc.type, "heap")) {
        record_int(line, "heap", (long long)(address - raw->loc.start));
        record_int(line, "size", (long long)raw->loc.size);
    } else if (stack_owner(address)) {
        record_int(line, "thread", thread_id(stack_owner(address)));
    }
    finding_push();
    if (!raw->n_locs)
        return;
    struct stack made;
    to_stack(raw->loc.trace, &made);
    finding_frames("object", 1, &made);
}

static void tell_access(const struct raw_report *raw, int n)
{
    const struct raw_mop *mop = &raw->mops[n];
    struct stack stack;
    struct record *line = finding_line("access");
    record_int(line, "n", n);
    record_int(line, "thread", thread_id(thread_of_tid(raw, mop->tid)));
    record_text(line, "op", op_of(mop));
    record_int(line, "object", 1);
    record_int(line, "size", mop->size);
    finding_push();
    to_stack(mop->trace, &stack);
    finding_frames("access", n, &stack);
}

static uintptr_t first_pc(void *const *trace)
{
    struct stack stack;
    to_stack(trace, &stack);
    return stack.n ? stack.pc[0] : 0;
}

static void tell_race(const struct raw_report *raw, const char *kind)
{
    const struct raw_mop *mops = raw->mops;
    if (raw->n_mops < 1 || is_ours(mops[0].trace) || (raw->n_mops > 1 && is_ours(mops[1].trace)))
        return;
    uintptr_t other = raw->n_mops > 1 ? first_pc(mops[1].trace) : 0;
    if (!finding_open(kind, first_pc(mops[0].trace), other))
        return;
    tell_threads(raw);
    tell_memory(raw, (uintptr_t)mops[0].address, "variable");
    for (int i = 0; i < raw->n_mops; i++)
        tell_access(raw, i);
    finding_close();
}

static void tell_mutex(const struct raw_report *raw)
{
    uintptr_t address = (uintptr_t)raw->mutexes[0].address;
    struct stack made;
    if (raw->n_mutexes == 0)
        return;
    if (raw->n_locs && is(raw->loc.type, "heap")) {
        tell_memory(raw, address, "mutex");
        return;
    }
    finding_object(1, "mutex", address);
    to_stack(raw->mutexes[0].trace, &made);
    finding_frames("object", 1, &made);
}

/* A call on a mutex that should not have been: the call is the first stack. */
static void tell_misuse(const struct raw_report *raw, const char *kind, const char *op)
{
    struct stack stack;
    if (raw->n_stacks < 1 || !finding_open(kind, first_pc(raw->stacks[0]), 0))
        return;
    tell_threads(raw);
    if (raw->n_threads == 0 && raw->reporter)
        finding_thread(raw->reporter);
    tell_mutex(raw);
    struct record *line = finding_line("access");
    record_int(line, "n", 0);
    record_int(line, "thread", thread_id(raw->reporter ? raw->reporter : thread_at(0)));
    record_text(line, "op", op);
    if (raw->n_mutexes)
        record_int(line, "object", 1);
    finding_push();
    to_stack(raw->stacks[0], &stack);
    finding_frames("access", 0, &stack);
    finding_close();
}

static void tell(const struct raw_report *raw)
{
    static const struct {
        const char *type, *kind, *op;
    } misuses[] = {
        {"mutex-bad-unlock", "unlock-not-owner", "unlock"},
        {"mutex-bad-read-unlock", "unlock-not-owner", "unlock"},
        {"locked-mutex-destroy", "lock-destroyed-while-held", "destroy"},
        {"mutex-double-lock", "api-misuse", "lock"},
        {"mutex-bad-read-lock", "api-misuse", "rdlock"},
        {"mutex-invalid-access", "api-misuse", "lock"},
    };
    if (is(raw->type, "data-race"))
        tell_race(raw, "data-race");
    else if (is(raw->type, "heap-use-after-free"))
        tell_race(raw, "use-after-free");
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++)
        if (is(raw->type, misuses[i].type))
            tell_misuse(raw, misuses[i].kind, misuses[i].op);
}

bool reports_collect(void)
{
    bool any = false;
    for (size_t i = 0; i < REPORTS_MAX; i++) {
        if (!atomic_exchange(&reports.complete[i], false))
            continue;
        tell(&reports.queue[i]);
        any = true;
    }
    atomic_store(&reports.n, 0);
    return any;
}

static struct range code_of(const char *function)
{
    Dl_info info;
    ElfW(Sym) *symbol = NULL;
    void *address = dlsym(RTLD_DEFAULT, function);
    if (!address || !dladdr1(address, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
        return (struct range){0, 0};
    return (struct range){(uintptr_t)address, (uintptr_t)address + symbol->st_size};
}

void reports_prepare(void)
{
    reports.freeing[0] = code_of("free");
    reports.freeing[1] = code_of("realloc");
}
