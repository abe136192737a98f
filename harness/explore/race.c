/* race.c - see race.h. One finding a variable, however many pairs of lines race on it. */
#include "harness/explore/race.h"

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/story.h"

void race_raise(uintptr_t address, int size, epoch with, bool with_is_write, bool write,
                const void *frame)
{
    if (!finding_raise("data-race", "", address, (size_t)size, 0))
        return;
    story_access_before(0, epoch_thread(with), with_is_write, address, size);
    story_access(1, engine.self->id, write ? OP_WRITE : OP_READ, address, size, frame);
}
