/*
 * order.h - cycles in the order in which locks are taken, found without a deadlock having happened.
 *
 * Threads: lane_took() notes on any thread; the rest on the scenario's thread when the others
 * have ended, or on the one that ends the process.
 */
#ifndef HILO_HARNESS_TSAN_ORDER_H
#define HILO_HARNESS_TSAN_ORDER_H

void order_begin_run(void);

/* Tell the cycles of this repetition as findings. */
void order_collect(void);

#endif
