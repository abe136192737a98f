/*
 * story.h - everything a reader needs to understand one finding, gathered while its
 * execution is told and written as records when it is over.
 *
 * Bounded: steps, accesses and stacks beyond their limits are dropped, oldest first
 * for accesses (the last ones matter for a race), newest first for steps.
 */
#ifndef HILO_EXPLORE_STORY_H
#define HILO_EXPLORE_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/explore/arena.h"
#include "harness/explore/engine.h"

/* Begin to tell: accesses that touch [address, address + size) are remembered. */
void story_begin(uintptr_t address, size_t size);

/* Tell every access to memory that is not a stack (of a wrong result, nobody
 * knows yet which one matters). */
void story_tell_all(void);

/* Write what was gathered as the details of finding `id`, and stop telling. */
void story_write(int id);

/* Access `n` of the finding (0 or 1) is what the current thread does now. */
void story_access(int n, int thread, enum op_kind op, uintptr_t address, int size,
                  const void *frame);

/* Access `n` is the last one that `thread` made to this memory. */
void story_access_before(int n, int thread, bool write, uintptr_t address, int size);

/* Keep the current stack, for story_access_remembered() later. */
void story_remember(const void *frame);
void story_access_remembered(int n, int thread, enum op_kind op, uintptr_t address, int size);

/* A thread that waits at the end, for `owner` or nobody in particular. */
void story_wait(const struct thread *thread, const struct thread *owner, bool in_cycle);

/* The signal that nobody heard. */
void story_lost_signal(const struct object *cond);

/* A lock that its thread never gave back; a thread that nobody joined; a lost block. */
void story_lock_leaked(const struct held *held);
void story_thread_leak(const struct thread *thread);
void story_block(const struct block *block);

/* A crash at an instruction, with the frame pointer it had. */
void story_fault(uintptr_t pc, uintptr_t frame, uintptr_t address);

#endif
