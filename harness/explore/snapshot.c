/* snapshot.c - see snapshot.h. */
#include "harness/explore/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/shadow.h"
#include "harness/explore/wrap.h"
#include "harness/loader.h"

enum { SMALL = 16384, PAGE = 4096, OBJECTS = 2 /* student and scenarios */ };

struct segment {
    uintptr_t low, high;
    char *copy;
    bool tracked;
    uint64_t *dirty; /* a bit a page */
};

static struct {
    struct segment segments[OBJECTS];
} snapshot;

bool snapshot_tracks;

static void *allocate(size_t size)
{
    void *at = calloc(1, size ? size : 1);
    if (!at) {
        fprintf(stderr, "hilo-explore: no memory for a snapshot of %zu bytes\n", size);
        exit(3);
    }
    return at;
}

void snapshot_take(void)
{
    for (int i = 0; i < OBJECTS; i++) {
        const struct module *module = &loader_modules[i];
        struct segment *segment = &snapshot.segments[i];
        size_t size = module->writable_high - module->writable_low;
        segment->low = module->writable_low;
        segment->high = module->writable_high;
        segment->copy = allocate(size);
        memcpy(segment->copy, (const void *)segment->low, size);
        segment->tracked = size > SMALL;
        snapshot_tracks |= segment->tracked;
        segment->dirty = allocate((size / PAGE / 64 + 2) * sizeof(uint64_t));
        shadow_add_range(segment->low, segment->high);
    }
}

static void restore_tracked(struct segment *segment)
{
    size_t size = segment->high - segment->low;
    for (size_t word = 0; word * 64 * PAGE < size; word++) {
        while (segment->dirty[word]) {
            size_t page = word * 64 + (size_t)__builtin_ctzll(segment->dirty[word]);
            size_t at = page * PAGE;
            size_t n = size - at < PAGE ? size - at : PAGE;
            memcpy((char *)segment->low + at, segment->copy + at, n);
            segment->dirty[word] &= segment->dirty[word] - 1;
        }
    }
}

void snapshot_restore(void)
{
    for (int i = 0; i < OBJECTS; i++) {
        struct segment *segment = &snapshot.segments[i];
        if (segment->tracked)
            restore_tracked(segment);
        else
            memcpy((void *)segment->low, segment->copy, segment->high - segment->low);
    }
}

bool snapshot_covers(uintptr_t address)
{
    for (int i = 0; i < OBJECTS; i++)
        if (address - snapshot.segments[i].low <
            snapshot.segments[i].high - snapshot.segments[i].low)
            return true;
    return false;
}

void snapshot_dirty_slow(uintptr_t address, size_t size)
{
    for (int i = 0; i < OBJECTS; i++) {
        struct segment *segment = &snapshot.segments[i];
        if (!segment->tracked || address - segment->low >= segment->high - segment->low)
            continue;
        uintptr_t end = address + size < segment->high ? address + size : segment->high;
        for (size_t page = (address - segment->low) / PAGE; page <= (end - 1 - segment->low) / PAGE;
             page++)
            segment->dirty[page / 64] |= UINT64_C(1) << page % 64;
    }
}

void snapshot_each_segment(void (*see)(uintptr_t low, uintptr_t high))
{
    for (int i = 0; i < OBJECTS; i++)
        see(snapshot.segments[i].low, snapshot.segments[i].high);
}

enum thread_owner snapshot_owner(uintptr_t pc)
{
    const struct module *student = &loader_modules[MODULE_STUDENT];
    return pc - student->low < student->high - student->low ? OWNER_STUDENT : OWNER_SCENARIO;
}

size_t snapshot_tls(struct thread *thread)
{
    uintptr_t high = fiber_stack_high(thread->id);
    uintptr_t at = high;
    for (int i = 0; i < OBJECTS; i++) {
        const struct module *module = &loader_modules[i];
        if (!module->tls_size)
            continue;
        size_t align = module->tls_align < 16 ? 16 : module->tls_align;
        if (module->tls_size > FIBER_SLOT / 2) {
            fprintf(stderr, "hilo-explore: thread-local variables of %zu bytes are too large\n",
                    module->tls_size);
            exit(3);
        }
        at = (at - module->tls_size) & ~(uintptr_t)(align - 1);
        memcpy((void *)at, module->tls_image, module->tls_image_size);
        memset((char *)at + module->tls_image_size, 0, module->tls_size - module->tls_image_size);
        thread->tls[i] = at;
    }
    return (high - (at & ~(uintptr_t)63));
}

/* How the compiler's code asks for a thread-local variable (general dynamic model). */
struct tls_index {
    size_t module;
    size_t offset;
};

void *__wrap___tls_get_addr(void *index)
{
    const struct tls_index *wanted = index;
    for (int i = 0; i < OBJECTS; i++)
        if (loader_modules[i].tls_size && loader_modules[i].tls_module == wanted->module)
            return (void *)(engine.self->tls[i] + wanted->offset);
    return __tls_get_addr(index);
}

int *__wrap___errno_location(void)
{
    return &engine.self->err;
}

uint32_t snapshot_hash(void)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (int i = 0; i < OBJECTS; i++) {
        const unsigned char *at = (const unsigned char *)loader_modules[i].text_low;
        const unsigned char *end = (const unsigned char *)loader_modules[i].text_high;
        for (; at < end; at++)
            hash = (hash ^ *at) * 16777619u;
    }
    return hash;
}
