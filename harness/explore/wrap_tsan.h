/*
 * wrap_tsan.h - the entry points that -fsanitize=thread makes the compiler call.
 * Reference: the interface of the ThreadSanitizer run-time library.
 */
#ifndef HILO_EXPLORE_WRAP_TSAN_H
#define HILO_EXPLORE_WRAP_TSAN_H

#define TSAN_SIZES(X) X(1) X(2) X(4) X(8) X(16)
#define TSAN_ACCESSES(size)                                                                        \
    void __tsan_read##size(void *address);                                                         \
    void __tsan_write##size(void *address);                                                        \
    void __tsan_volatile_read##size(void *address);                                                \
    void __tsan_volatile_write##size(void *address);                                               \
    void __tsan_unaligned_read##size(void *address);                                               \
    void __tsan_unaligned_write##size(void *address);                                              \
    void __tsan_unaligned_volatile_read##size(void *address);                                      \
    void __tsan_unaligned_volatile_write##size(void *address);
TSAN_SIZES(TSAN_ACCESSES)

void __tsan_read_range(void *address, unsigned long size);
void __tsan_write_range(void *address, unsigned long size);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);
void __tsan_init(void);

#endif
