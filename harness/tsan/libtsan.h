/*
 * libtsan.h - the part of libtsan's interface that we use; gcc installs no header for it.
 *
 * The functions that take a report may be called from __tsan_on_report() only. Addresses in traces
 * are return addresses, innermost first, and end with a NULL if there is room.
 */
#ifndef HILO_HARNESS_TSAN_LIBTSAN_H
#define HILO_HARNESS_TSAN_LIBTSAN_H

#include <stddef.h>

int __tsan_get_report_data(void *report, const char **type, int *count, int *stacks, int *mops,
                           int *locs, int *mutexes, int *threads, int *unique_tids,
                           void **sleep_trace, size_t trace_size);
int __tsan_get_report_stack(void *report, size_t n, void **trace, size_t trace_size);
int __tsan_get_report_mop(void *report, size_t n, int *tid, void **address, int *size, int *write,
                          int *atomic, void **trace, size_t trace_size);
int __tsan_get_report_loc(void *report, size_t n, const char **type, void **address, size_t *start,
                          size_t *size, int *tid, int *fd, int *suppressable, void **trace,
                          size_t trace_size);
int __tsan_get_report_mutex(void *report, size_t n, size_t *id, void **address, int *destroyed,
                            void **trace, size_t trace_size);
int __tsan_get_report_thread(void *report, size_t n, int *tid, int *os_id, int *running,
                             const char **name, int *parent_tid, void **trace, size_t trace_size);

void __sanitizer_set_death_callback(void (*callback)(void));

void __tsan_read1_pc(void *address, void *pc);
void __tsan_read2_pc(void *address, void *pc);
void __tsan_read4_pc(void *address, void *pc);
void __tsan_read8_pc(void *address, void *pc);
void __tsan_read16_pc(void *address, void *pc);
void __tsan_write1_pc(void *address, void *pc);
void __tsan_write2_pc(void *address, void *pc);
void __tsan_write4_pc(void *address, void *pc);
void __tsan_write8_pc(void *address, void *pc);
void __tsan_write16_pc(void *address, void *pc);
void __tsan_read_range_pc(void *address, size_t size, void *pc);
void __tsan_write_range_pc(void *address, size_t size, void *pc);

#endif
