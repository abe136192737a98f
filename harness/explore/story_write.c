/* story_write.c - the records of one told finding. See harness/protocol.h. */
#include <stdio.h>
#include <stdlib.h>

#include "harness/explore/output.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/story.h"
#include "harness/explore/story_data.h"
#include "harness/explore/trace.h"
#include "harness/loader.h"

enum { NAME_MAX_LENGTH = 64 };

static void begin_detail(struct record *record, const char *type, int id)
{
    record_begin(record, type);
    record_int(record, "finding", id);
}

static void add_place(struct record *record, uintptr_t pc)
{
    enum module_id module;
    uint64_t offset;
    if (pc && loader_locate(pc, &module, &offset)) {
        record_text(record, "module", loader_modules[module].name);
        record_hex(record, "offset", offset);
    }
}

static void write_frames(int id, const char *of, const struct stack *stack)
{
    int n = 0;
    for (int i = 0; i < stack->n; i++) {
        enum module_id module;
        uint64_t offset;
        if (!loader_locate(stack->pcs[i], &module, &offset) || module == MODULE_HOST)
            continue; /* the engine's own frames are no part of the story */
        struct record record;
        begin_detail(&record, "frame", id);
        record_text(&record, "of", of);
        record_int(&record, "n", n++);
        add_place(&record, stack->pcs[i]);
        output_send(&record);
    }
}

static void write_place(int id, const char *of, uintptr_t pc)
{
    struct stack stack = {.n = 1, .pcs = {pc}};
    write_frames(id, of, &stack);
}

/* The number that stands for an address in this finding's records. */
static int object_id(uintptr_t address)
{
    int limit = (int)(sizeof story.objects / sizeof story.objects[0]);
    for (int i = 0; i < story.n_objects; i++)
        if (story.objects[i] == address)
            return i;
    if (story.n_objects == limit)
        return -1;
    story.objects[story.n_objects] = address;
    return story.n_objects++;
}

static void add_object(struct record *record, uintptr_t address)
{
    int object = address ? object_id(address) : -1;
    if (object >= 0)
        record_int(record, "object", object);
}

static void write_heap_object(struct record *record, int id, int object, uintptr_t address)
{
    const struct block *block = arena_block(address);
    if (!block) {
        output_send(record);
        return;
    }
    record_int(record, "heap", (long long)(address - block->start));
    record_int(record, "size", (long long)block->size);
    record_int(record, "block", (long long)(block->start - ARENA_BASE));
    output_send(record);
    char of[NAME_MAX_LENGTH];
    snprintf(of, sizeof of, "object%d", object);
    write_place(id, of, block->pc);
    snprintf(of, sizeof of, "free%d", object);
    if (block->freed)
        write_place(id, of, block->freed_pc);
}

/* On a stack: whose, and where in the frame of which function. */
static void add_stack_place(struct record *record, uintptr_t address)
{
    const struct told_local *local = story_local(address);
    enum module_id module;
    uint64_t offset;
    record_int(record, "thread", (long long)((address - REGION_BASE) / FIBER_SLOT));
    if (!local || !loader_locate(local->pc, &module, &offset) || module == MODULE_HOST)
        return;
    add_place(record, local->pc);
    record_int(record, "local", local->local);
}

static void write_object(int id, int object)
{
    uintptr_t address = story.objects[object];
    const struct object *known = object_find((const void *)address);
    struct record record;
    begin_detail(&record, "object", id);
    record_int(&record, "object", object);
    record_text(&record, "kind", known ? object_kind_name(known->kind) : "variable");
    if (address - ARENA_BASE < ARENA_SIZE) {
        write_heap_object(&record, id, object, address);
        return;
    }
    enum module_id module;
    uint64_t offset;
    if (address - REGION_BASE < STACKS_SIZE) {
        add_stack_place(&record, address);
    } else if (loader_locate(address, &module, &offset)) {
        record_text(&record, "module", loader_modules[module].name);
        record_hex(&record, "offset", offset);
    }
    output_send(&record);
}

static void write_thread(int id, const struct thread *thread)
{
    struct record record;
    begin_detail(&record, "thread", id);
    record_int(&record, "thread", thread->id);
    if (thread->name)
        record_text(&record, "name", thread->name);
    record_int(&record, "creator", thread->creator);
    add_place(&record, thread->routine ? (uintptr_t)thread->routine : 0);
    output_send(&record);
    char of[NAME_MAX_LENGTH];
    snprintf(of, sizeof of, "thread%d", thread->id);
    write_place(id, of, thread->create_pc);
}

static void write_held(int id, const char *of, const struct held *held, int n)
{
    for (int i = 0; i < n; i++) {
        struct record record;
        begin_detail(&record, "held", id);
        record_text(&record, "of", of);
        add_object(&record, held[i].object->address);
        add_place(&record, held[i].pc);
        output_send(&record);
    }
}

static void write_access(int id, int n)
{
    const struct told_access *access = &story.accesses[n];
    if (!access->present)
        return;
    struct record record;
    begin_detail(&record, "access", id);
    record_int(&record, "n", n);
    record_int(&record, "thread", access->thread);
    record_text(&record, "op", op_name(access->op));
    record_int(&record, "size", access->size);
    add_object(&record, access->address);
    if (access->has_value)
        record_int(&record, "value", (long long)access->value);
    output_send(&record);
    char of[NAME_MAX_LENGTH];
    snprintf(of, sizeof of, "access%d", n);
    write_frames(id, of, &access->stack);
    write_held(id, of, access->held, access->n_held);
}

static void write_wait(int id, const struct told_wait *wait)
{
    struct record record;
    begin_detail(&record, "wait", id);
    record_int(&record, "thread", wait->thread);
    record_text(&record, "op", op_name(wait->op));
    add_object(&record, wait->address);
    if (wait->owner >= 0)
        record_int(&record, "owner", wait->owner);
    record_int(&record, "cycle", wait->in_cycle);
    output_send(&record);
    char of[NAME_MAX_LENGTH];
    snprintf(of, sizeof of, "wait%d", wait->thread);
    write_frames(id, of, &wait->stack);
    const struct thread *thread = &engine.threads[wait->thread];
    write_held(id, of, thread->held, thread->n_held);
}

static void write_step(int id, int n)
{
    static const char *const why[] = {"", "preempted", "blocked"};
    const struct told_step *step = &story.steps[n];
    struct record record;
    begin_detail(&record, "step", id);
    record_int(&record, "n", n);
    record_int(&record, "thread", step->thread);
    record_text(&record, "op", op_name(step->op));
    add_object(&record, step->address);
    if (step->has_value)
        record_int(&record, "value", step->value);
    if (step->switched != SWITCH_NONE)
        record_text(&record, "why", why[step->switched]);
    add_place(&record, step->pc);
    output_send(&record);
}

void story_write(int id)
{
    trace_on = false;
    for (int i = 0; i < engine.n_threads; i++)
        write_thread(id, &engine.threads[i]);
    write_access(id, 0);
    write_access(id, 1);
    for (int i = 0; i < story.n_waits; i++)
        write_wait(id, &story.waits[i]);
    for (int i = 0; i < story.n_steps; i++)
        write_step(id, i);
    for (int i = 0; i < story.n_objects; i++)
        write_object(id, i);
}
