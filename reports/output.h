/*
 * output.h - a file that is written whole or not at all.
 *
 * Threads: no state but a counter for names, so one thread at a time. Ownership: none kept.
 */
#ifndef HILO_REPORTS_OUTPUT_H
#define HILO_REPORTS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"

/* Write `bytes` to `path`: beside it under another name, synced, then renamed, so a
 * reader sees the old file or the new one, even after a power cut. "-" is standard output; a
 * device or pipe is written as it is. A path that cannot be written to is ERROR_USAGE, a disk
 * that is full or fails ERROR_MACHINE; nothing is left behind. */
bool output_write(const char *path, const char *bytes, size_t size, struct error *error);

#endif
