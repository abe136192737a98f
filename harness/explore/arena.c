/* arena.c - the student's heap. See arena.h. */
#include "harness/explore/arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/explore/fail.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/shadow.h"
#include "harness/explore/snapshot.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

enum { RED_ZONE = 32, BLOCKS_MAX = 1 << 18, FILL = 0xA5 };

uint8_t *arena_state;

static struct {
    struct block *blocks; /* by address */
    size_t n_blocks;
    uintptr_t top;
} arena;

static void *reserve(size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
    if (at == MAP_FAILED) {
        perror("hilo-explore: cannot map the heap's state");
        exit(3);
    }
    return at;
}

void arena_init(void)
{
    arena_state = reserve(ARENA_SIZE / 8 + 8);
    arena.blocks = reserve(sizeof(struct block) * BLOCKS_MAX);
    arena.top = ARENA_BASE + RED_ZONE;
}

void arena_reset(void)
{
    memset(arena_state, 0, (arena.top - ARENA_BASE) / 8 + 1);
    arena.top = ARENA_BASE + RED_ZONE;
    arena.n_blocks = 0;
}

static void set_state(uintptr_t start, size_t size)
{
    uint8_t *state = &arena_state[(start - ARENA_BASE) / 8];
    memset(state, 8, size / 8);
    if (size % 8)
        state[size / 8] = (uint8_t)(size % 8);
}

void *arena_allocate(size_t size, size_t align, const void *frame)
{
    uintptr_t start = (arena.top + align - 1) & ~(uintptr_t)(align - 1);
    if (size > ARENA_SIZE || start + size + RED_ZONE > ARENA_BASE + ARENA_SIZE ||
        arena.n_blocks == BLOCKS_MAX)
        return NULL;
    uintptr_t pc = call_pc(frame);
    arena.blocks[arena.n_blocks++] = (struct block){
        .start = start,
        .size = size,
        .thread = engine.self->id,
        .pc = pc,
        .owner = snapshot_owner(pc),
    };
    arena.top = (start + size + RED_ZONE + 15) & ~(uintptr_t)15;
    set_state(start, size);
    memset((void *)start, FILL, size);
    return (void *)start;
}

struct block *arena_block(uintptr_t address)
{
    size_t low = 0, high = arena.n_blocks;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (arena.blocks[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &arena.blocks[low - 1] : NULL;
}

/* The first byte of [address, address + size) that may not be touched, or 0. */
static uintptr_t first_bad(uintptr_t address, size_t size)
{
    uintptr_t end = address + size;
    for (uintptr_t at = address; at < end; at = (at | 7) + 1) {
        if (at - ARENA_BASE >= ARENA_SIZE)
            return at;
        unsigned allowed = arena_state[(at - ARENA_BASE) / 8];
        unsigned wanted = end - (at & ~(uintptr_t)7) < 8 ? (unsigned)(end & 7) : 8;
        if (allowed < wanted)
            return (at & 7) < allowed ? (at & ~(uintptr_t)7) + allowed : at;
    }
    return 0;
}

bool arena_check_slow(uintptr_t address, size_t size, enum op_kind op, const void *frame)
{
    uintptr_t bad = first_bad(address, size);
    if (!bad)
        return true;
    const struct block *block = arena_block(bad);
    if (block && block->freed && bad < block->start + block->size)
        finding_memory("use-after-free", "heap", op, bad, frame);
    else
        finding_memory("out-of-bounds", block ? "heap" : "wild", op, bad, frame);
    return false;
}

void arena_free(void *start, const void *frame)
{
    if (!start)
        return;
    struct block *block = arena_block((uintptr_t)start);
    if (!block || block->start != (uintptr_t)start) {
        finding_at("api-misuse", "free-of-no-block", OP_FREE, start, frame);
        return;
    }
    if (block->freed) {
        finding_at("double-free", "", OP_FREE, start, frame);
        return;
    }
    /* Freeing races with every access that is not ordered before it. */
    if (block->size)
        shadow_write(block->start, block->size, frame);
    for (int i = 0; i < engine.n_objects; i++) {
        struct object *object = &engine.objects[i];
        bool held = object->owner || (object->kind == OBJECT_RWLOCK && object->u.rwlock.readers);
        if (held && object->address - block->start < block->size)
            finding_at("lock-destroyed-while-held", "freed", OP_FREE, (void *)object->address,
                       frame);
    }
    memset(&arena_state[(block->start - ARENA_BASE) / 8], 0, (block->size + 7) / 8);
    block->freed = true;
    block->freed_by = engine.self->id;
    block->freed_pc = call_pc(frame);
    if (trace_on)
        trace_op_slow(OP_FREE, block->start, NULL, 0, false, frame);
}

/*
 * Leaks. A block is lost when nothing that can still be reached points into it:
 * from the modules' data, the heap itself, or the stack of a thread that lives.
 */

static void scan(uintptr_t low, uintptr_t high);

static void reach(uintptr_t word)
{
    if (word - ARENA_BASE >= ARENA_SIZE)
        return;
    struct block *block = arena_block(word);
    if (!block || block->freed || block->reached || word > block->start + block->size)
        return;
    block->reached = true;
    scan(block->start, block->start + block->size);
}

static void scan(uintptr_t low, uintptr_t high)
{
    for (uintptr_t at = (low + 7) & ~(uintptr_t)7; at + 8 <= high; at += 8)
        reach(*(const uintptr_t *)at);
}

void arena_check_leaks(void)
{
    bool any = false;
    for (size_t i = 0; i < arena.n_blocks && !any; i++)
        any = !arena.blocks[i].freed;
    if (!any)
        return;
    snapshot_each_segment(scan);
    for (int i = 0; i < engine.n_live; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        if (thread != engine.self)
            scan((uintptr_t)thread->fiber.sp, fiber_stack_high(thread->id));
    }
    for (size_t i = 0; i < arena.n_blocks; i++) {
        struct block *block = &arena.blocks[i];
        if (!block->freed && !block->reached && block->owner == OWNER_STUDENT)
            finding_raise_block("memory-leak", block);
    }
}

/*
 * The functions themselves.
 */

static void *fail_no_memory(void)
{
    *__wrap___errno_location() = ENOMEM;
    return NULL;
}

static void *allocate(size_t size, size_t align, const void *frame)
{
    void *start = fail_now(frame) ? NULL : arena_allocate(size, align, frame);
    if (!start)
        return fail_no_memory();
    if (trace_on)
        trace_op_slow(OP_MALLOC, (uintptr_t)start, NULL, (int64_t)size, true, frame);
    return start;
}

void *__wrap_malloc(size_t size)
{
    return allocate(size, 16, HERE);
}

void *__wrap_calloc(size_t count, size_t size)
{
    if (size && count > ARENA_SIZE / size)
        return fail_no_memory();
    void *start = allocate(count * size, 16, HERE);
    if (start)
        memset(start, 0, count * size);
    return start;
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
    if (!align || (align & (align - 1)) || align > ARENA_SIZE) {
        *__wrap___errno_location() = EINVAL;
        return NULL;
    }
    return allocate(size, align < 16 ? 16 : align, HERE);
}

int __wrap_posix_memalign(void **memory, size_t align, size_t size)
{
    if (align < sizeof(void *) || (align & (align - 1)) || align > ARENA_SIZE)
        return EINVAL;
    memory_write(memory, sizeof *memory, HERE);
    void *start = allocate(size, align < 16 ? 16 : align, HERE);
    if (!start)
        return ENOMEM;
    *memory = start;
    return 0;
}

static void *reallocate(void *old, size_t size, const void *frame)
{
    if (!old)
        return allocate(size, 16, frame);
    struct block *block = arena_block((uintptr_t)old);
    if (!block || block->start != (uintptr_t)old || block->freed) {
        arena_free(old, frame); /* says what is wrong with it */
        return fail_no_memory();
    }
    size_t kept = block->size < size ? block->size : size;
    void *start = allocate(size, 16, frame);
    if (!start)
        return NULL;
    memory_read(old, kept, frame);
    memcpy(start, old, kept);
    arena_free(old, frame);
    return start;
}

void *__wrap_realloc(void *old, size_t size)
{
    return reallocate(old, size, HERE);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    if (size && count > ARENA_SIZE / size)
        return fail_no_memory();
    return reallocate(old, count * size, HERE);
}

void __wrap_free(void *start)
{
    arena_free(start, HERE);
}

char *__wrap_strndup(const char *text, size_t max)
{
    size_t length = memory_read_string(text, max, HERE);
    char *copy = allocate(length + 1, 16, HERE);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *__wrap_strdup(const char *text)
{
    size_t length = memory_read_string(text, ARENA_SIZE, HERE);
    char *copy = allocate(length + 1, 16, HERE);
    if (copy)
        memcpy(copy, text, length + 1);
    return copy;
}
