/*
 * scenarios.h - an exercise's scenarios, compiled for the lanes and kept in a cache.
 *
 * They are ours: compiled and linked like a submission, but never audited, and kept below
 * $XDG_CACHE_HOME/hilo under a name made of all that they depend on (sources, flags, wrapped
 * symbols, tool chain). A product appears in the cache whole or not at all, so graders that run
 * side by side need no lock; where no cache can be had, each work folder has its own.
 *
 * Threads: one.
 */
#ifndef HILO_GRADER_SCENARIOS_H
#define HILO_GRADER_SCENARIOS_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/link.h"
#include "grader/manifest.h"
#include "grader/tools.h"
#include "reports/error.h"

enum { PRODUCT_PATH = 576 };

/* Find or make the four objects. `work` is a folder of ours for what must be made. ERROR_USAGE when
 * scenarios.c does not compile: it is the exercise's author who can help it. */
bool scenarios_build(const struct manifest *manifest, const struct tools *tools, const char *work,
                     char paths[PRODUCT_COUNT][PRODUCT_PATH], double *cpu_ms, struct error *error);

#endif
