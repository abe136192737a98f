#include "harness/native/findings.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include "harness/loader.h"
#include "harness/native/stream.h"

enum { TEXT_BYTES = 512 * 1024, TEXT_RESERVE = 96 * 1024 };

struct finding {
    const char *kind;
    uintptr_t keys[2];
    long seen, last_run;
    size_t start, end, lines; /* its details within the text */
};

static struct {
    atomic_flag open;
    long run;
    size_t n;
    struct finding items[RECORDS_FINDINGS_MAX];
    struct record line;
    size_t used;
    char text[TEXT_BYTES];
} findings = {.open = ATOMIC_FLAG_INIT};

static void lock(void)
{
    while (atomic_flag_test_and_set_explicit(&findings.open, memory_order_acquire))
        sched_yield();
}

static void unlock(void)
{
    atomic_flag_clear_explicit(&findings.open, memory_order_release);
}

void findings_reset(void)
{
    lock();
    findings.n = 0;
    findings.used = 0;
    findings.run = 0;
    unlock();
}

void findings_next_run(void)
{
    lock();
    findings.run++;
    unlock();
}

/* Not strcmp: libtsan would take it for an access of the student's. */
static bool same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool finding_open(const char *kind, uintptr_t key_a, uintptr_t key_b)
{
    uintptr_t low = key_a < key_b ? key_a : key_b, high = key_a < key_b ? key_b : key_a;
    lock();
    for (size_t i = 0; i < findings.n; i++) {
        struct finding *old = &findings.items[i];
        if (!same(old->kind, kind) || old->keys[0] != low || old->keys[1] != high)
            continue;
        if (old->last_run != findings.run)
            old->seen++;
        old->last_run = findings.run;
        unlock();
        return false;
    }
    /* The reserve is more than one finding's details can take. */
    if (findings.n == RECORDS_FINDINGS_MAX || findings.used > TEXT_BYTES - TEXT_RESERVE) {
        unlock();
        return false;
    }
    struct finding *item = &findings.items[findings.n++];
    item->kind = kind;
    item->keys[0] = low;
    item->keys[1] = high;
    item->seen = 1;
    item->last_run = findings.run;
    item->start = item->end = findings.used;
    item->lines = 0;
    return true;
}

void finding_close(void)
{
    unlock();
}

struct record *finding_line(const char *type)
{
    record_begin(&findings.line, type);
    record_int(&findings.line, "finding", (long long)findings.n);
    return &findings.line;
}

void finding_push(void)
{
    struct record *line = &findings.line;
    struct finding *item = &findings.items[findings.n - 1];
    if (line->overflow || findings.used + line->length + 1 > TEXT_BYTES)
        return;
    volatile char *to = findings.text + findings.used;
    for (size_t i = 0; i < line->length; i++)
        to[i] = line->text[i];
    to[line->length] = '\n';
    findings.used += line->length + 1;
    item->end = findings.used;
    item->lines++;
}

/* Where `address` is, as the fields module and offset. */
static bool add_place(struct record *line, uintptr_t address)
{
    enum module_id module;
    uint64_t offset;
    if (!loader_locate(address, &module, &offset))
        return false;
    record_text(line, "module", loader_modules[module].name);
    record_hex(line, "offset", offset);
    return true;
}

void finding_thread(const struct thread *thread)
{
    struct record *line = finding_line("thread");
    record_int(line, "thread", thread_id(thread));
    record_text(line, "name", thread->name ? thread->name : "");
    if (thread->start)
        add_place(line, thread->start);
    finding_push();
}

static void add_of(struct record *line, const char *of, int number)
{
    char name[32];
    size_t n = 0;
    while (of[n] && n < sizeof name - 12) {
        name[n] = of[n];
        n++;
    }
    char digits[12];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        name[n++] = digits[--count];
    name[n] = '\0';
    record_text(line, "of", name);
}

void finding_frames(const char *of, int number, const struct stack *stack)
{
    int n = 0;
    for (size_t i = 0; i < stack->n; i++) {
        enum module_id module;
        uint64_t offset;
        /* Our own frames and the C library's would tell a student nothing. */
        if (!loader_locate(stack->pc[i], &module, &offset) || module == MODULE_HOST)
            continue;
        struct record *line = finding_line("frame");
        add_of(line, of, number);
        record_int(line, "n", n++);
        record_text(line, "module", loader_modules[module].name);
        record_hex(line, "offset", offset);
        finding_push();
    }
}

void finding_held(const char *of, int number, int object)
{
    struct record *line = finding_line("held");
    add_of(line, of, number);
    record_int(line, "object", object);
    finding_push();
}

void finding_object(int object, const char *kind, uintptr_t address)
{
    struct record *line = finding_line("object");
    record_int(line, "object", object);
    record_text(line, "kind", kind);
    add_place(line, address);
    finding_push();
}

void findings_send(void)
{
    for (size_t i = 0; i < findings.n; i++) {
        const struct finding *item = &findings.items[i];
        struct record *line = stream_line("finding");
        record_int(line, "id", (long long)i + 1);
        record_text(line, "kind", item->kind);
        record_int(line, "seen", item->seen);
        stream_send();
        stream_send_text(findings.text + item->start, item->end - item->start, item->lines);
    }
}
