/*
 * key.h - thread-specific data. The values live in struct thread, the keys here.
 *
 * Calling sequence: key_reset() before each execution; key_run_destructors() on the
 * thread that ends, while it can still run the student's code.
 */
#ifndef HILO_EXPLORE_KEY_H
#define HILO_EXPLORE_KEY_H

#include <pthread.h>

struct thread;

/* The calls themselves, whatever they are called by: pthread_* and tss_*. */
int key_create(pthread_key_t *key, void (*destructor)(void *), const void *frame);
int key_delete(pthread_key_t key, const void *frame);
void *key_get(pthread_key_t key, const void *frame);
int key_set(pthread_key_t key, const void *value, const void *frame);

/* No key exists. */
void key_reset(void);

/* Run the destructors of the current thread's values, as often as POSIX asks for. */
void key_run_destructors(struct thread *thread);

/* A thread begins: it has no value for any key. */
void key_begin_thread(struct thread *thread);

#endif
