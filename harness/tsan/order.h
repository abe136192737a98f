/*
 * order.h - who took which lock while holding which, to judge the cycles that libtsan reports.
 *
 * Threads: edges are noted by any thread; order_possible() when the threads have ended.
 */
#ifndef HILO_HARNESS_TSAN_ORDER_H
#define HILO_HARNESS_TSAN_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void order_begin_run(void);

/* Whether the cycle locks[0] -> locks[1] -> ... -> locks[0] may close in some schedule. */
bool order_possible(const uintptr_t *locks, size_t n);

#endif
