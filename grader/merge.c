#include "grader/merge.h"

#include <stdlib.h>
#include <string.h>

static bool blocked(enum kind kind)
{
    return kind == KIND_HANG || kind == KIND_DEADLOCK || kind == KIND_LOST_WAKEUP ||
           kind == KIND_LIVELOCK;
}

static bool same_place(const struct location *a, const struct location *b)
{
    return a->line == b->line && a->line != 0 && strcmp(a->file, b->file) == 0;
}

/* A race is at two places, whichever came first; anything else is at its first. */
static bool same_lines(const struct finding *a, const struct finding *b)
{
    if (a->n_locations == 0 || b->n_locations == 0)
        return false;
    const struct location *x = a->locations, *y = b->locations;
    if (a->kind != KIND_DATA_RACE || a->n_locations < 2 || b->n_locations < 2)
        return same_place(&x[0], &y[0]);
    return (same_place(&x[0], &y[0]) && same_place(&x[1], &y[1])) ||
           (same_place(&x[0], &y[1]) && same_place(&x[1], &y[0]));
}

static bool same_thing(const struct draft *a, const struct draft *b)
{
    /* The same judgement failed, be it that explore knows a sleep to be the cause. */
    if (a->outcome || b->outcome)
        return a->outcome == b->outcome && strcmp(a->key, b->key) == 0;
    if (a->finding.kind != b->finding.kind)
        return false;
    if (*a->key && strcmp(a->key, b->key) == 0)
        return true;
    if (a->finding.lane != b->finding.lane && *a->loose && strcmp(a->loose, b->loose) == 0)
        return true;
    return same_lines(&a->finding, &b->finding);
}

/* Kinds of which a native lane cannot tell one from another within a scenario, or tells at
 * another line than explore: there it is enough that explore has the kind at all. */
static bool told_by_kind(enum kind kind)
{
    return kind != KIND_DATA_RACE && kind != KIND_ATOMICITY_VIOLATION && kind != KIND_WRONG_RESULT;
}

static bool explore_tells(const struct draft *explore, const struct draft *native)
{
    enum kind kind = native->finding.kind, told = explore->finding.kind;
    if (native->outcome || explore->outcome)
        return false;
    if (kind == told)
        return told_by_kind(kind);
    if (blocked(kind))
        return blocked(told);
    if (kind == KIND_LOCK_ORDER)
        return told == KIND_DEADLOCK;
    return kind == KIND_CRASH && kind_category(told) == CATEGORY_MEMORY && told != KIND_MEMORY_LEAK;
}

static bool waits_at(const struct finding *finding, const struct location *place)
{
    for (size_t i = 0; i < finding->n_waits; i++)
        if (finding->waits[i].stack.n_frames &&
            same_place(&finding->waits[i].stack.frames[0], place))
            return true;
    return false;
}

/* A wait that nobody ends is told as what it came from: the wakeup that was lost there. */
static bool same_wait(const struct finding *deadlock, const struct finding *lost)
{
    if (deadlock->kind != KIND_DEADLOCK || lost->kind != KIND_LOST_WAKEUP)
        return false;
    for (size_t i = 0; i < deadlock->n_waits; i++)
        if (deadlock->waits[i].stack.n_frames &&
            waits_at(lost, &deadlock->waits[i].stack.frames[0]))
            return true;
    return false;
}

static bool matches(const struct draft *kept, const struct draft *later)
{
    if (kept->dropped || kept->scenario != later->scenario)
        return false;
    if (same_thing(kept, later) || same_wait(&kept->finding, &later->finding) ||
        same_wait(&later->finding, &kept->finding))
        return true;
    return kept->finding.lane == LANE_EXPLORE && later->finding.lane != LANE_EXPLORE &&
           explore_tells(kept, later);
}

static void absorb(struct draft *kept, struct draft *later)
{
    later->dropped = true;
    if (same_wait(&kept->finding, &later->finding)) {
        struct finding lost = later->finding;
        later->finding = kept->finding;
        kept->finding = lost;
        kept->key = later->key;
    }
    if (kept->finding.lane == later->finding.lane) {
        kept->finding.seen += later->finding.seen;
        return;
    }
    kept->finding.also_seen |= 1u << later->finding.lane;
}

/* A cycle that no schedule closes, all of them seen, was none: a gate lock guards it. */
static bool refuted(const struct draft *draft, const struct explored *seen)
{
    return seen->done && seen->proved && draft->finding.lane == LANE_TSAN &&
           draft->finding.kind == KIND_LOCK_ORDER;
}

void merge_drafts(struct drafts *drafts, const struct explored *explored)
{
    for (size_t i = 0; i < drafts->n; i++) {
        struct draft *later = &drafts->items[i];
        for (size_t j = 0; j < i && !later->dropped; j++)
            if (matches(&drafts->items[j], later))
                absorb(&drafts->items[j], later);
        if (refuted(later, &explored[later->scenario]))
            later->dropped = true;
    }
}

static int rank(enum lane lane)
{
    return lane == LANE_EXPLORE ? 0 : lane == LANE_TSAN ? 1 : 2;
}

static int compare(long long a, long long b)
{
    return (a > b) - (a < b);
}

static int by_place(const struct finding *a, const struct finding *b)
{
    if (a->n_locations == 0 || b->n_locations == 0)
        return compare((long long)a->n_locations, (long long)b->n_locations);
    int order = strcmp(a->locations[0].file, b->locations[0].file);
    return order ? order : compare(a->locations[0].line, b->locations[0].line);
}

static int by_order(const void *a, const void *b)
{
    const struct draft *x = a, *y = b;
    int order = compare(rank(x->finding.lane), rank(y->finding.lane));
    if (!order)
        order = compare((long long)x->scenario, (long long)y->scenario);
    if (!order)
        order = compare(x->finding.kind, y->finding.kind);
    if (!order)
        order = by_place(&x->finding, &y->finding);
    if (!order)
        order = strcmp(x->key, y->key);
    return order ? order : strcmp(x->finding.replay, y->finding.replay);
}

void merge_sort(struct drafts *drafts)
{
    if (drafts->n > 1)
        qsort(drafts->items, drafts->n, sizeof *drafts->items, by_order);
}
