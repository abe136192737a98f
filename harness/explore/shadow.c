/* shadow.c - the race detector. See shadow.h. */
#include "harness/explore/shadow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/explore/engine.h"
#include "harness/explore/race.h"

enum { GRANULE = 4 /* bytes that a cell describes */, WIDE_MAX = 1 << 16, READERS_MAX = 1 << 18 };

#define ALL_BYTES ((1u << GRANULE) - 1)

struct cell {
    epoch write;
    epoch read;
    uint8_t write_mask; /* bytes that `write` touched */
    uint8_t read_mask;
    uint8_t is_wide;
    uint8_t atomic_write; /* `write` was an atomic one */
    uint32_t wide;        /* its record, when is_wide */
};

/* The reads of one thread, an epoch's clock a byte; a list by thread. */
struct reader {
    int thread;
    uint32_t next; /* index + 1, or 0 */
    uint32_t clock[GRANULE];
};

struct wide {
    struct cell *owner;
    uint64_t execution;
    epoch write[GRANULE];
    uint32_t readers;      /* index + 1, or 0 */
    uint8_t atomic_writes; /* bytes whose write was an atomic one */
};

struct range {
    uintptr_t low, high;
    struct cell *cells;
};

static struct {
    struct range ranges[RANGES_MAX]; /* 0 is the region of heap and stacks */
    int n_ranges;
    uint64_t execution; /* the one whose pools these are */
    uint32_t n_wide, n_readers;
    struct wide *wide;
    struct reader *readers;
    uintptr_t end; /* of the access under way, which may span several granules */
    bool raised;   /* it was told to race already */
} shadow;

static void *map(size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
    if (at == MAP_FAILED) {
        perror("hilo-explore: cannot map the shadow memory");
        exit(3);
    }
    return at;
}

void shadow_add_range(uintptr_t low, uintptr_t high)
{
    if (low == high)
        return;
    low &= ~(uintptr_t)7;
    high = (high + 7) & ~(uintptr_t)7;
    if (shadow.n_ranges == RANGES_MAX) {
        fprintf(stderr, "hilo-explore: too many objects to watch\n");
        exit(3);
    }
    size_t cells = (high - low) / GRANULE;
    shadow.ranges[shadow.n_ranges++] = (struct range){low, high, map(cells * sizeof(struct cell))};
}

void shadow_init(void)
{
    shadow.wide = map(sizeof(struct wide) * WIDE_MAX);
    shadow.readers = map(sizeof(struct reader) * READERS_MAX);
    shadow_add_range(REGION_BASE, REGION_BASE + REGION_SIZE);
}

void shadow_wipe(void)
{
    for (int i = 0; i < shadow.n_ranges; i++) {
        struct range *range = &shadow.ranges[i];
        madvise(range->cells, (range->high - range->low) / GRANULE * sizeof(struct cell),
                MADV_DONTNEED);
    }
}

static inline struct cell *cell_of(uintptr_t address)
{
    for (int i = 0; i < shadow.n_ranges; i++) {
        const struct range *range = &shadow.ranges[i];
        if (address - range->low < range->high - range->low)
            return &range->cells[(address - range->low) / GRANULE];
    }
    return NULL;
}

bool shadow_covers(uintptr_t address)
{
    return cell_of(address) != NULL;
}

/* One access is one race, told from its first byte that has one. */
static void raise_race(uintptr_t granule, unsigned mask, epoch with, bool with_is_write, bool write,
                       const void *frame)
{
    if (shadow.raised)
        return;
    shadow.raised = true;
    uintptr_t address = granule + (uintptr_t)__builtin_ctz(mask);
    race_raise(address, (int)(shadow.end - address), with, with_is_write, write, frame);
}

/*
 * Wide cells.
 */

static void reset_pools(void)
{
    shadow.execution = engine.execution;
    shadow.n_wide = 0;
    shadow.n_readers = 0;
}

/* The record of a wide cell, or NULL when it is left from an earlier execution. */
static struct wide *wide_of(const struct cell *cell)
{
    struct wide *wide = &shadow.wide[cell->wide];
    bool live = wide->owner == cell && wide->execution == engine.execution;
    return live ? wide : NULL;
}

static struct reader *reader_of(struct wide *wide, int thread)
{
    for (uint32_t at = wide->readers; at; at = shadow.readers[at - 1].next)
        if (shadow.readers[at - 1].thread == thread)
            return &shadow.readers[at - 1];
    if (shadow.n_readers == READERS_MAX)
        return NULL;
    struct reader *reader = &shadow.readers[shadow.n_readers++];
    memset(reader, 0, sizeof *reader);
    reader->thread = thread;
    reader->next = wide->readers;
    wide->readers = shadow.n_readers;
    return reader;
}

static void record_read(struct wide *wide, epoch e, unsigned mask)
{
    struct reader *reader = reader_of(wide, epoch_thread(e));
    for (int byte = 0; reader && byte < GRANULE; byte++)
        if (mask & 1u << byte)
            reader->clock[byte] = epoch_clock(e);
}

static void record_write(struct wide *wide, epoch e, unsigned mask, bool atomic)
{
    for (int byte = 0; byte < GRANULE; byte++)
        if (mask & 1u << byte)
            wide->write[byte] = e;
    wide->atomic_writes = (uint8_t)((wide->atomic_writes & ~mask) | (atomic ? mask : 0));
}

/* Move what a cell knows to the side. NULL when there is no room: detection of
 * this cell then stays with its two epochs. */
static struct wide *widen(struct cell *cell)
{
    if (shadow.execution != engine.execution)
        reset_pools();
    if (shadow.n_wide == WIDE_MAX)
        return NULL;
    struct wide *wide = &shadow.wide[shadow.n_wide];
    memset(wide, 0, sizeof *wide);
    wide->owner = cell;
    wide->execution = engine.execution;
    for (int byte = 0; byte < GRANULE; byte++)
        if (cell->write_mask & 1u << byte)
            wide->write[byte] = cell->write;
    wide->atomic_writes = cell->atomic_write ? cell->write_mask : 0;
    if (cell->read)
        record_read(wide, cell->read, cell->read_mask);
    cell->is_wide = 1;
    cell->wide = shadow.n_wide++;
    return wide;
}

static bool wide_check_writes(const struct wide *wide, unsigned mask, epoch *with)
{
    const struct thread *self = engine.self;
    for (int byte = 0; byte < GRANULE; byte++)
        if ((mask & 1u << byte) && wide->write[byte] &&
            !epoch_before(wide->write[byte], &self->clock, engine.base)) {
            *with = wide->write[byte];
            return false;
        }
    return true;
}

static bool wide_check_reads(const struct wide *wide, unsigned mask, epoch *with)
{
    const struct thread *self = engine.self;
    for (uint32_t at = wide->readers; at; at = shadow.readers[at - 1].next) {
        const struct reader *reader = &shadow.readers[at - 1];
        for (int byte = 0; byte < GRANULE; byte++) {
            epoch e = epoch_make(reader->thread, reader->clock[byte]);
            if ((mask & 1u << byte) && reader->clock[byte] &&
                !epoch_before(e, &self->clock, engine.base)) {
                *with = e;
                return false;
            }
        }
    }
    return true;
}

static void wide_access(struct wide *wide, uintptr_t address, unsigned mask, bool write, epoch now,
                        const void *frame)
{
    epoch with = 0;
    bool fine = wide_check_writes(wide, mask, &with);
    if (!fine)
        raise_race(address, mask, with, true, write, frame);
    if (!write) {
        record_read(wide, now, mask);
        return;
    }
    if (fine && !wide_check_reads(wide, mask, &with))
        raise_race(address, mask, with, false, write, frame);
    record_write(wide, now, mask, false);
}

/*
 * Narrow cells. What lies at or below the execution's base is history.
 */

static inline bool is_stale(epoch e)
{
    return epoch_clock(e) <= engine.base;
}

static void forget_stale(struct cell *cell)
{
    if (is_stale(cell->write)) {
        cell->write = 0;
        cell->write_mask = 0;
    }
    if (is_stale(cell->read)) {
        cell->read = 0;
        cell->read_mask = 0;
    }
}

static void narrow_read(struct cell *cell, uintptr_t address, unsigned mask, epoch now,
                        const void *frame)
{
    const struct vclock *clock = &engine.self->clock;
    if ((cell->write_mask & mask) && !epoch_before(cell->write, clock, engine.base))
        raise_race(address, mask, cell->write, true, false, frame);
    /* An older read of the same bytes that is ordered before this one is implied by it. */
    bool implied = (cell->read_mask & ~mask) == 0 && epoch_before(cell->read, clock, engine.base);
    if (!cell->read || implied) {
        cell->read = now;
        cell->read_mask = (uint8_t)mask;
        return;
    }
    if (cell->read == now) {
        cell->read_mask |= (uint8_t)mask;
        return;
    }
    struct wide *wide = widen(cell);
    if (wide)
        record_read(wide, now, mask);
}

static void narrow_write(struct cell *cell, uintptr_t address, unsigned mask, epoch now,
                         const void *frame)
{
    const struct vclock *clock = &engine.self->clock;
    if ((cell->write_mask & mask) && !epoch_before(cell->write, clock, engine.base))
        raise_race(address, mask, cell->write, true, true, frame);
    else if ((cell->read_mask & mask) && !epoch_before(cell->read, clock, engine.base))
        raise_race(address, mask, cell->read, false, true, frame);
    if (!cell->write || (cell->write_mask & ~mask) == 0) {
        cell->write = now;
        cell->write_mask = (uint8_t)mask;
        cell->atomic_write = false;
        return;
    }
    if (cell->write == now && !cell->atomic_write) {
        cell->write_mask |= (uint8_t)mask;
        return;
    }
    struct wide *wide = widen(cell);
    if (wide)
        record_write(wide, now, mask, false);
}

static inline void granule(uintptr_t address, unsigned mask, bool write, const void *frame)
{
    struct cell *cell = cell_of(address);
    if (!cell)
        return;
    const struct thread *self = engine.self;
    epoch now = epoch_make(self->id, self->time);
    if (!cell->is_wide) {
        if (cell->write == now && (cell->write_mask & mask) == mask && !cell->atomic_write)
            return;
        if (!write && cell->read == now && (cell->read_mask & mask) == mask)
            return;
        forget_stale(cell);
        if (write)
            narrow_write(cell, address, mask, now, frame);
        else
            narrow_read(cell, address, mask, now, frame);
        return;
    }
    struct wide *wide = wide_of(cell);
    if (wide) {
        wide_access(wide, address, mask, write, now, frame);
        return;
    }
    memset(cell, 0, sizeof *cell);
    if (write)
        narrow_write(cell, address, mask, now, frame);
    else
        narrow_read(cell, address, mask, now, frame);
}

/* The bytes of [address, end) in the granule at `at`. */
static inline unsigned mask_of(uintptr_t at, uintptr_t address, uintptr_t end)
{
    unsigned mask = ALL_BYTES;
    if (at < address)
        mask &= ALL_BYTES << (address - at);
    if (end - at < GRANULE)
        mask &= (1u << (end - at)) - 1;
    return mask & ALL_BYTES;
}

static inline void each_granule(uintptr_t address, size_t size, bool write, const void *frame)
{
    uintptr_t end = address + size;
    shadow.end = end;
    shadow.raised = false;
    for (uintptr_t at = address & ~(uintptr_t)(GRANULE - 1); at < end; at += GRANULE)
        granule(at, mask_of(at, address, end), write, frame);
}

void shadow_read(uintptr_t address, size_t size, const void *frame)
{
    each_granule(address, size, false, frame);
}

void shadow_write(uintptr_t address, size_t size, const void *frame)
{
    each_granule(address, size, true, frame);
}

/*
 * Atomic accesses.
 */

static void atomic_narrow(struct cell *cell, uintptr_t address, unsigned mask, bool write,
                          epoch now, const void *frame)
{
    const struct vclock *clock = &engine.self->clock;
    bool plain_write = (cell->write_mask & mask) && !cell->atomic_write;
    if (plain_write && !epoch_before(cell->write, clock, engine.base))
        raise_race(address, mask, cell->write, true, write, frame);
    if (!write)
        return;
    if ((cell->read_mask & mask) && !epoch_before(cell->read, clock, engine.base))
        raise_race(address, mask, cell->read, false, true, frame);
    cell->write = now;
    cell->write_mask = (uint8_t)mask;
    cell->atomic_write = true;
}

static void atomic_wide(struct wide *wide, uintptr_t address, unsigned mask, bool write, epoch now,
                        const void *frame)
{
    epoch with = 0;
    if (!wide_check_writes(wide, mask & ~wide->atomic_writes, &with))
        raise_race(address, mask, with, true, write, frame);
    else if (write && !wide_check_reads(wide, mask, &with))
        raise_race(address, mask, with, false, true, frame);
    if (write)
        record_write(wide, now, mask, true);
}

static void atomic_granule(uintptr_t address, unsigned mask, bool write, const void *frame)
{
    struct cell *cell = cell_of(address);
    if (!cell)
        return;
    const struct thread *self = engine.self;
    epoch now = epoch_make(self->id, self->time);
    struct wide *wide = cell->is_wide ? wide_of(cell) : NULL;
    if (cell->is_wide && !wide)
        memset(cell, 0, sizeof *cell);
    if (!wide) {
        forget_stale(cell);
        /* Bytes beside these keep a history of their own. */
        if (((cell->write_mask | cell->read_mask) & ~mask) != 0)
            wide = widen(cell);
    }
    if (wide)
        atomic_wide(wide, address, mask, write, now, frame);
    else
        atomic_narrow(cell, address, mask, write, now, frame);
}

void shadow_atomic(uintptr_t address, size_t size, bool write, const void *frame)
{
    shadow.end = address + size;
    shadow.raised = false;
    for (uintptr_t at = address & ~(uintptr_t)(GRANULE - 1); at < shadow.end; at += GRANULE)
        atomic_granule(at, mask_of(at, address, shadow.end), write, frame);
}
