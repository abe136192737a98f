/*
 * story_data.h - what a story consists of; between story.c, which gathers it, and
 * story_write.c, which writes it. Nobody else includes this.
 */
#ifndef HILO_EXPLORE_STORY_DATA_H
#define HILO_EXPLORE_STORY_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/explore/engine.h"
#include "harness/protocol.h"

enum { STEPS_MAX = RECORDS_STEPS_MAX, LOG_MAX = 512, FRAMES = RECORDS_FRAMES_MAX, WAITS_MAX = 64 };
enum { LOCALS_MAX = 256 };

struct stack {
    int n;
    uintptr_t pcs[FRAMES];
};

struct told_access {
    bool present;
    int thread;
    enum op_kind op;
    uintptr_t address;
    int size;
    bool has_value;
    uint64_t value;
    struct stack stack;
    int n_held;
    struct held held[HELD_MAX];
};

/* Why this thread runs, and not the one of the step before. */
enum told_switch { SWITCH_NONE, SWITCH_PREEMPTED, SWITCH_BLOCKED };

struct told_step {
    int thread;
    enum op_kind op;
    uintptr_t address;
    bool has_value;
    int64_t value;
    uintptr_t pc;
    enum told_switch switched;
};

struct told_wait {
    int thread, owner;
    enum op_kind op;
    uintptr_t address;
    bool in_cycle;
    struct stack stack;
};

/* Whose local variable an address on a stack is. Told while its frame is there; `settled` once
 * the finding spoke of it, since later calls use the same stack for something else. */
struct told_local {
    uintptr_t address;
    uintptr_t pc;
    int64_t local;
    bool settled;
};

struct story {
    uintptr_t focus;
    size_t focus_size;
    bool all;
    int last_thread;
    int n_steps;
    struct told_step steps[STEPS_MAX];
    int n_log; /* ever; the last LOG_MAX are kept */
    struct told_access log[LOG_MAX];
    struct told_access accesses[2];
    struct stack remembered[FIBERS_MAX];
    int n_waits;
    struct told_wait waits[WAITS_MAX];
    int n_locals;
    struct told_local locals[LOCALS_MAX];
    int n_objects;
    uintptr_t objects[WAITS_MAX * 2];
};

extern struct story story;

/* An address is spoken of; `frame` is the running thread's. Ignores what is on no stack. */
void story_note_local(uintptr_t address, const void *frame, bool settle);

/* What was noted of it, or NULL. */
const struct told_local *story_local(uintptr_t address);

#endif
