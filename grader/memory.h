/*
 * memory.h - allocation that does not fail.
 *
 * A grader that is out of memory cannot grade: it says so and ends with status 3, as the report's
 * pool does. In a batch that costs one submission, since each is graded in a process of its own.
 * Hostile input never decides a size here without a bound checked before.
 *
 * Ownership: the caller's, to be given to free(). Threads: any.
 */
#ifndef HILO_GRADER_MEMORY_H
#define HILO_GRADER_MEMORY_H

#include <stddef.h>

/* Zeroed memory. */
void *memory_new(size_t count, size_t size);

/* Room for one more element behind the `count` that `array` holds: capacities are powers of two,
 * so that `count` alone says when to grow. The new element is zeroed. */
void *memory_grow(void *array, size_t count, size_t size);

char *memory_text(const char *text);
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
