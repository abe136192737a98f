/*
 * input.h - a file of which nothing is believed, read whole; the counterpart of output.h.
 */
#ifndef HILO_REPORTS_INPUT_H
#define HILO_REPORTS_INPUT_H

#include <stddef.h>

#include "reports/error.h"

/* The bytes of the file at `path` ("-" is standard input), at most 64 MiB, which the caller frees.
 * NULL with `error` set (ERROR_USAGE) when it cannot be read or is larger. */
char *input_read(const char *path, size_t *size, struct error *error);

#endif
