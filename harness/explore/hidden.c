/* hidden.c - see hidden.h. */
#include "harness/explore/hidden.h"

#include <string.h>

#include "harness/explore/arena.h"
#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"

static struct {
    uint64_t execution; /* that it belongs to */
    void *memory;
} hidden[HIDDEN_COUNT];

void *hidden_use(enum hidden which, size_t size, const void *frame)
{
    if (hidden[which].execution != engine.execution) {
        hidden[which].execution = engine.execution;
        hidden[which].memory = arena_allocate(size, 16, NULL);
        if (!hidden[which].memory)
            finding_unsupported("a heap of more than 64 MB", frame);
        memset(hidden[which].memory, 0, size);
    }
    memory_write(hidden[which].memory, size, frame);
    return hidden[which].memory;
}
