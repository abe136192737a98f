/* watch.c - see watch.h; the functions of scenario.h that label uses are here too. */
#include "harness/explore/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/engine.h"
#include "harness/explore/scenario_api.h"
#include "harness/scenario.h"

int watch_count;

struct watched {
    uintptr_t low, high;
    int label;
};

/* How a label was used in this execution. */
struct use {
    uint32_t last[FIBERS_MAX]; /* clock of each thread's last use; 0 none */
    int n_threads;
};

struct span {
    int label, thread;
    bool ended;
    epoch begin;
    struct vclock end;
};

enum { SPANS_MAX = 64 };

static struct {
    int n_labels;
    char labels[LABELS_MAX][ANSWER_NAME_MAX];
    bool overlapped[LABELS_MAX][LABELS_MAX];
    struct watched watched[WATCHES_MAX];
    struct use uses[LABELS_MAX];
    int previous_label, previous_thread; /* the last run of uses */
    int before_label, before_thread;     /* and the one before it */
    int n_spans;
    struct span spans[SPANS_MAX];
} watches;

void watch_begin(void)
{
    watches.n_labels = 0;
    memset(watches.overlapped, 0, sizeof watches.overlapped);
}

void watch_reset(void)
{
    watch_count = 0;
    watches.n_spans = 0;
    watches.previous_label = watches.before_label = -1;
    for (int i = 0; i < watches.n_labels; i++)
        watches.uses[i].n_threads = 0;
}

static int label_of(const char *name)
{
    for (int i = 0; i < watches.n_labels; i++)
        if (!strcmp(watches.labels[i], name))
            return i;
    if (watches.n_labels == LABELS_MAX || strlen(name) >= ANSWER_NAME_MAX) {
        fprintf(stderr, "hilo-explore: scenario %s: too many labels, or too long: %s\n",
                engine.scenario->name, name);
        exit(3);
    }
    int label = watches.n_labels++;
    strcpy(watches.labels[label], name);
    watches.uses[label].n_threads = 0;
    return label;
}

void watch(const char *label, const void *start, size_t size)
{
    if (watch_count == WATCHES_MAX) {
        fprintf(stderr, "hilo-explore: scenario %s: more than 16 watches\n", engine.scenario->name);
        exit(3);
    }
    watches.watched[watch_count++] =
        (struct watched){(uintptr_t)start, (uintptr_t)start + size, label_of(label)};
}

static void overlap(int a, int b)
{
    watches.overlapped[a][b] = watches.overlapped[b][a] = true;
}

static void use_label(int label)
{
    const struct thread *self = engine.self;
    struct use *use = &watches.uses[label];
    for (; use->n_threads <= self->id; use->n_threads++)
        use->last[use->n_threads] = 0;
    use->last[self->id] = self->time;
    for (int other = 0; other < watches.n_labels; other++)
        for (int t = 0; other != label && t < watches.uses[other].n_threads; t++) {
            uint32_t time = watches.uses[other].last[t];
            if (t != self->id && time &&
                !epoch_before(epoch_make(t, time), &self->clock, engine.base))
                overlap(label, other);
        }
    if (watches.previous_label == label && watches.previous_thread == self->id)
        return;
    if (watches.before_label == label && watches.before_thread == self->id &&
        watches.previous_label != label && watches.previous_thread != self->id)
        overlap(label, watches.previous_label);
    watches.before_label = watches.previous_label;
    watches.before_thread = watches.previous_thread;
    watches.previous_label = label;
    watches.previous_thread = self->id;
}

void watch_access(uintptr_t address, size_t size)
{
    for (int i = 0; i < watch_count; i++)
        if (address < watches.watched[i].high && address + size > watches.watched[i].low)
            use_label(watches.watched[i].label);
}

void span_begin(const char *label)
{
    if (watches.n_spans == SPANS_MAX)
        return;
    struct span *span = &watches.spans[watches.n_spans++];
    span->label = label_of(label);
    span->thread = engine.self->id;
    span->ended = false;
    span->begin = epoch_make(engine.self->id, engine.self->time);
    engine_tick(engine.self);
}

/* Whether two spans of different threads, `a` just ended, have no order between them. */
static bool spans_overlap(const struct span *a, const struct span *b)
{
    if (b->thread == a->thread || epoch_before(b->begin, &a->end, engine.base))
        return false;
    return !b->ended || !epoch_before(a->begin, &b->end, engine.base);
}

void span_end(const char *label)
{
    int wanted = label_of(label);
    struct span *ended = NULL;
    for (int i = watches.n_spans - 1; i >= 0 && !ended; i--) {
        struct span *span = &watches.spans[i];
        if (span->label == wanted && span->thread == engine.self->id && !span->ended)
            ended = span;
    }
    if (!ended)
        return;
    ended->ended = true;
    vclock_copy(&ended->end, &engine.self->clock);
    for (int i = 0; i < watches.n_spans; i++)
        if (spans_overlap(ended, &watches.spans[i]) && watches.spans[i].ended)
            overlap(ended->label, watches.spans[i].label);
}

void scenario_each_overlap(void (*see)(const char *a, const char *b, bool overlapped))
{
    for (int a = 0; a < watches.n_labels; a++)
        for (int b = 0; b < watches.n_labels; b++)
            if (a != b)
                see(watches.labels[a], watches.labels[b], watches.overlapped[a][b]);
}
