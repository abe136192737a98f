/*
 * findings.h - what was found in the scenario under way, kept until it ends.
 *
 * A finding that comes again in a later repetition only counts up `seen`, so nothing is sent before
 * the scenario's end:
 *
 *     if (finding_open("double-join", pc, 0)) {
 *         finding_thread(...);
 *         finding_close();
 *     }
 *
 * Threads: one finding is open at a time, on any thread. Async-signal-safe. Nothing here allocates
 * or calls what libtsan intercepts.
 */
#ifndef HILO_HARNESS_NATIVE_FINDINGS_H
#define HILO_HARNESS_NATIVE_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/native/stack.h"
#include "harness/native/threads.h"

/* A new scenario, or the next repetition of it. */
void findings_reset(void);
void findings_next_run(void);

/* Whether it is new; then the caller describes and closes it. The order of the keys is free. */
bool finding_open(const char *kind, uintptr_t key_a, uintptr_t key_b);
void finding_close(void);

/* The details of the open finding. */
void finding_thread(const struct thread *thread);
void finding_frames(const char *of, int number, const struct stack *stack);
void finding_held(const char *of, int number, int object);

/* What an object is; `object` is its number within the finding. */
void finding_object(int object, const char *kind, uintptr_t address);

/* A line of another type, with `finding` set; push it when complete. */
struct record *finding_line(const char *type);
void finding_push(void);

/* Send all of them; between stream_take() and stream_give(). */
void findings_send(void);

#endif
