/*
 * scenario.h - all that an exercise's scenarios may see of hilo.
 *
 * A scenario is a small program that uses the student's functions as the
 * exercise's header allows, and reports what they answered. It does not say
 * what is right: exercise.json does, and the grader judges there, outside of
 * the student's process, with inputs that it drew itself.
 *
 *     SCENARIO(two_sources)                        exercise.json:
 *     {                                            "inputs": {"n": [2, 4]},
 *         long n = input("n");                     "judge": [{"that": "total == 2 * n", ...}]
 *         struct post *post = post_new();
 *         task a = spawn("facebook", add_n, post);
 *         task b = spawn("instagram", add_n, post);
 *         await(a);
 *         await(b);
 *         answer("total", post_total(post));
 *         post_free(post);
 *     }
 *
 * The same source runs unchanged in every lane. In `explore` it runs thousands
 * of times, each time with another interleaving and with all memory as it was at
 * the start; in `stress` and `tsan` it runs repeatedly on real threads, and what
 * the student keeps in globals lives on from one run to the next: so answer the
 * difference made by this run, not a global's absolute value.
 *
 * Scenarios are compiled and instrumented like the student's code. Plain memory
 * shared between a scenario and a callback that the student runs is therefore
 * checked too: read it after a join, and a join that does not synchronise is a
 * data race found. What only the scenario's own tasks share must be synchronised
 * by the scenario: by await(), or by nothing but the student's functions.
 *
 * Names here are linked as hilo_NAME, so a student's function may be called
 * `input` or `answer` without harm.
 */
#ifndef HILO_SCENARIO_H
#define HILO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

/* Define a scenario. The name is the one in exercise.json. */
#define SCENARIO(name) void hilo_scenario_##name(void)

/* An input, drawn by the grader within the range that exercise.json gives. */
long input(const char *name) __asm__("hilo_input");

/* Tell an answer. The grader judges it. A name is answered once an execution;
 * answered again, the later value stands. At most 24 names a scenario. */
void answer(const char *name, long value) __asm__("hilo_answer");

/* Tell whether something that must always hold did. It is an answer of 0 or 1
 * that stays 0 once it was, so it may be said many times and from any task. The grader
 * requires it to be 1: name it for what must hold ("no_half_update"). */
void check(const char *name, bool holds) __asm__("hilo_check");

/* A thread of the scenario's own, as opposed to those that the student's code
 * makes. `name` appears in the story that a student reads. Await each once. */
typedef struct hilo_task *task;
task spawn(const char *name, void (*body)(void *), void *arg) __asm__("hilo_spawn");
void await(task t) __asm__("hilo_await");

/* Watch a piece of memory that the student's code will read, under a label.
 * With "parallel": [["a", "b"]] in exercise.json, some execution must show the
 * uses of a and b overlapping: concurrent by happens-before, or interleaved.
 * If none does, they are `over-synchronised`. */
void watch(const char *label, const void *start, size_t size) __asm__("hilo_watch");

/* The same for a stretch of calls on the calling thread. */
void span_begin(const char *label) __asm__("hilo_span_begin");
void span_end(const char *label) __asm__("hilo_span_end");

/* Seconds on the monotonic clock, and a sleep: virtual in explore, where a
 * minute costs nothing. */
double now(void) __asm__("hilo_now");
void rest(double seconds) __asm__("hilo_rest");

#endif
