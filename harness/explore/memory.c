/*
 * memory.c - may this be touched? See memory.h.
 *
 *     address in            question                           otherwise
 *     a stack               its thread lives, at or above sp   use-after-free ("stack")
 *     the heap              inside of a block, not freed       out-of-bounds, use-after-free
 *     a module's data       none                               -
 *     anywhere else         reads: let the processor say;      tampering, if it is mapped
 *                           writes: never                      (else the processor faults)
 */
#include "harness/explore/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/explore/access.h"
#include "harness/explore/arena.h"
#include "harness/explore/finding.h"
#include "harness/explore/shadow.h"
#include "harness/explore/snapshot.h"

enum { NULL_PAGE = 65536, PAGE = 4096 };

static int slot_of(uintptr_t address)
{
    return (int)((address - REGION_BASE) / FIBER_SLOT);
}

/* The lowest address of a thread's stack that is in use. What it has below is dead. */
static uintptr_t stack_in_use(const struct thread *thread, const void *frame)
{
    return thread == engine.self ? (uintptr_t)frame : (uintptr_t)thread->fiber.sp;
}

static bool check_stack(uintptr_t address, bool write, const void *frame)
{
    int slot = slot_of(address);
    enum op_kind op = write ? OP_WRITE : OP_READ;
    if (address < fiber_stack_low(slot))
        return true; /* the guard page: the processor says so */
    if (slot >= engine.n_threads || engine.threads[slot].finished)
        finding_memory("use-after-free", "stack-of-ended-thread", op, address, frame);
    else if (address < stack_in_use(&engine.threads[slot], frame))
        finding_memory("use-after-free", "stack-frame-gone", op, address, frame);
    else
        return true;
    return false;
}

static bool is_mapped(uintptr_t address)
{
    int saved = errno;
    bool mapped =
        !madvise((void *)(address & ~(uintptr_t)(PAGE - 1)), PAGE, MADV_NORMAL) || errno != ENOMEM;
    errno = saved;
    return mapped;
}

/* A store that leaves the student's memory. Where nothing is mapped the processor
 * will fault by itself, which is an ordinary crash. */
static void check_foreign(uintptr_t address, bool write, const void *frame)
{
    if (address - (uintptr_t)&engine.self->err < sizeof engine.self->err)
        return; /* its errno */
    if (!write || address < NULL_PAGE || !is_mapped(address))
        return;
    finding_at("tampering", "", OP_WRITE, (void *)address, frame);
    engine_stop(END_FAULT);
}

bool access_check(uintptr_t address, size_t size, bool write, const void *frame)
{
    if (address - REGION_BASE < STACKS_SIZE)
        return check_stack(address, write, frame);
    if (address - ARENA_BASE < ARENA_SIZE)
        return arena_check(address, size, write ? OP_WRITE : OP_READ, frame);
    if (!snapshot_covers(address))
        check_foreign(address, write, frame);
    return true;
}

void memory_check(const void *address, size_t size, bool write, const void *frame)
{
    access_check((uintptr_t)address, size, write, frame);
    if (write)
        snapshot_dirty((uintptr_t)address, size);
}

void memory_read(const void *address, size_t size, const void *frame)
{
    if (size)
        access_plain((uintptr_t)address, size, false, frame);
}

void memory_write(void *address, size_t size, const void *frame)
{
    if (size)
        access_plain((uintptr_t)address, size, true, frame);
}

size_t memory_read_string(const char *text, size_t max, const void *frame)
{
    size_t length = 0;
    while (length < max) {
        memory_check(text + length, 1, false, frame);
        if (!text[length])
            break;
        length++;
    }
    memory_read(text, length < max ? length + 1 : length, frame);
    return length;
}
