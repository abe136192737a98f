/* finding.c - the findings of one scenario. See finding.h. */
#include "harness/explore/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/arena.h"
#include "harness/explore/findings.h"
#include "harness/explore/story.h"

enum mode { MODE_EXPLORE, MODE_MATCH, MODE_TELL };

static struct {
    enum mode mode;
    int n;
    struct finding_entry entries[FINDINGS_MAX];
    struct finding_entry *target; /* of matching and telling */
    bool matched;
    bool muted;
} findings;

uintptr_t finding_address_key(uintptr_t address)
{
    if (address - ARENA_BASE >= ARENA_SIZE)
        return address;
    const struct block *block = arena_block(address);
    return block ? block->pc * 31 + (address - block->start) : address;
}

/* Without a size the finding is about a whole block or stack. */
static uintptr_t name_key(uintptr_t address, size_t size)
{
    if (size)
        return finding_address_key(address);
    if (address - REGION_BASE < STACKS_SIZE)
        return fiber_stack_low((int)((address - REGION_BASE) / FIBER_SLOT));
    const struct block *block = address - ARENA_BASE < ARENA_SIZE ? arena_block(address) : NULL;
    return block ? block->pc : address;
}

static bool same(const struct finding_entry *entry, const char *kind, const char *why,
                 uintptr_t name, uintptr_t key)
{
    return entry->name == name && entry->key == key && !strcmp(entry->kind, kind) &&
           !strcmp(entry->why, why);
}

static struct finding_entry *entry_of(const char *kind, const char *why, uintptr_t name,
                                      uintptr_t key)
{
    for (int i = 0; i < findings.n; i++)
        if (same(&findings.entries[i], kind, why, name, key))
            return &findings.entries[i];
    if (findings.n == FINDINGS_MAX || engine.comparing)
        return NULL;
    struct finding_entry *entry = &findings.entries[findings.n++];
    *entry = (struct finding_entry){.kind = kind, .why = why, .name = name, .key = key};
    return entry;
}

static void count(const char *kind, const char *why, uintptr_t address, size_t size, uintptr_t name,
                  uintptr_t key)
{
    struct finding_entry *entry = entry_of(kind, why, name, key);
    if (!entry)
        return;
    if (engine.comparing) {
        entry->punctual = true;
        return;
    }
    if (entry->last_execution != engine.execution)
        entry->seen++;
    entry->last_execution = engine.execution;
    if (!schedule_keep_better(&entry->schedule))
        return;
    entry->address = address;
    entry->size = size ? size : 1;
}

/* The assembler text keeps a call that does nothing from being left out. */
__attribute__((noinline)) void hilo_finding_told(const char *kind, const char *why)
{
    __asm__ volatile("" : : "r"(kind), "r"(why));
}

bool finding_raise(const char *kind, const char *why, uintptr_t address, size_t size, uintptr_t key)
{
    uintptr_t name = name_key(address, size);
    if (findings.muted)
        return false;
    if (findings.mode == MODE_EXPLORE) {
        count(kind, why, address, size, name, key);
        return false;
    }
    if (findings.matched || !findings.target || !same(findings.target, kind, why, name, key))
        return false;
    findings.matched = true;
    findings.target->address = address;
    findings.target->size = size ? size : 1;
    if (findings.mode == MODE_MATCH)
        schedule_keep(&findings.target->schedule);
    else
        hilo_finding_told(kind, why);
    return findings.mode == MODE_TELL;
}

void finding_at(const char *kind, const char *why, enum op_kind op, const void *address,
                const void *frame)
{
    if (finding_raise(kind, why, (uintptr_t)address, 0, call_pc(frame)))
        story_access(0, engine.self->id, op, (uintptr_t)address, 1, frame);
}

void finding_memory(const char *kind, const char *why, enum op_kind op, uintptr_t address,
                    const void *frame)
{
    if (finding_raise(kind, why, address, 0, 0))
        story_access(0, engine.self->id, op, address, 1, frame);
}

void finding_raise_block(const char *kind, const struct block *block)
{
    if (finding_raise(kind, "", block->start, 0, block->pc))
        story_block(block);
}

void finding_unsupported(const char *what, const void *frame)
{
    finding_at("unsupported", what, OP_NONE, NULL, frame);
    engine_stop(END_FAULT);
}

void findings_clear(void)
{
    for (int i = 0; i < findings.n; i++)
        schedule_free(&findings.entries[i].schedule);
    findings.n = 0;
    findings.mode = MODE_EXPLORE;
}

int findings_count(void)
{
    return findings.n;
}

struct finding_entry *findings_get(int i)
{
    return &findings.entries[i];
}

void findings_explore(void)
{
    findings.mode = MODE_EXPLORE;
    findings.muted = false;
    engine.replaying = false;
}

void findings_mute(void)
{
    engine.replaying = true;
    findings.muted = true;
}

void findings_match(struct finding_entry *entry)
{
    findings.mode = MODE_MATCH;
    engine.replaying = true;
    findings.target = entry;
    findings.matched = false;
    findings.muted = false;
}

void findings_tell(struct finding_entry *entry)
{
    findings_match(entry);
    findings.mode = MODE_TELL;
}

bool findings_matched(void)
{
    return findings.matched;
}
