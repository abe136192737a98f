/*
 * key.h - thread-specific data. The values live in struct thread, the keys here.
 *
 * Calling sequence: key_reset() before each execution; key_run_destructors() on the
 * thread that ends, while it can still run the student's code.
 */
#ifndef HILO_EXPLORE_KEY_H
#define HILO_EXPLORE_KEY_H

struct thread;

/* No key exists. */
void key_reset(void);

/* Run the destructors of the current thread's values, as often as POSIX asks for. */
void key_run_destructors(struct thread *thread);

#endif
