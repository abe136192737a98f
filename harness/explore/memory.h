/*
 * memory.h - the student's memory: what may be touched, and by whom it was last.
 *
 * Two questions are asked of every access, in this order. May this be touched at all (heap blocks
 * exact, stacks of threads that ended, nothing of ours)? And is there a race?
 * Both are answered before the access happens.
 */
#ifndef HILO_EXPLORE_MEMORY_H
#define HILO_EXPLORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A plain access of the current thread to [address, address + size): checks that it
 * is allowed and looks for races. For library functions that read or write
 * the student's memory, call it before doing so. */
void memory_read(const void *address, size_t size, const void *frame);
void memory_write(void *address, size_t size, const void *frame);

/* Only whether it may be touched: for synchronisation objects. */
void memory_check(const void *address, size_t size, bool write, const void *frame);

/* Read a string as a library function does: checks each byte, terminator included; at
 * most `max` bytes. Returns its length without the terminator. */
size_t memory_read_string(const char *text, size_t max, const void *frame);

#endif
