/*
 * From a trace to a story.
 *
 * 1. Keep the steps that matter (matters()): those on the objects of the finding, and those
 *    that show a thread of the finding taking or waiting for something when the finding is
 *    about waiting. When nothing would be left, everything is kept.
 * 2. Mark the steps that *are* the finding: the two accesses of a race.
 * 3. Fold loops: a block of steps that follows itself again and again is told once. A marked step
 * is never folded away.
 * 4. Turn steps into cells: the source line when a thread comes to another one, then what
 *    it does. At the end, what each thread is stuck in.
 * 5. Cut the middle when there is still too much.
 */
#include "reports/story.h"

#include <stdlib.h>
#include <string.h>

#include "reports/language.h"
#include "reports/text.h"

enum { BLOCK_MAX = 24, CELLS_FIRST = 16, CELLS_LAST = 64, FRAMES_TOLD = 4 };

struct teller {
    const struct tale *tale;
    struct source *source;
    struct story *story;
    size_t n_kept;
    const struct step **kept;
    bool *marked; /* of kept */
    bool whole;
};

static bool is_object(const struct finding *finding, const char *object)
{
    if (*object == '\0')
        return false;
    if (strcmp(object, finding->object) == 0)
        return true;
    for (size_t i = 0; i < finding->n_accesses; i++) {
        const struct access *access = &finding->accesses[i];
        if (strcmp(object, access->object) == 0)
            return true;
        for (size_t j = 0; j < access->n_held; j++)
            if (strcmp(object, access->held[j]) == 0)
                return true;
    }
    for (size_t i = 0; i < finding->n_waits; i++) {
        const struct wait *wait = &finding->waits[i];
        if (strcmp(object, wait->object) == 0)
            return true;
        for (size_t j = 0; j < wait->n_held; j++)
            if (strcmp(object, wait->held[j]) == 0)
                return true;
    }
    return false;
}

/* Kinds whose story is who did what when, not one object. */
static bool is_about_order(enum kind kind)
{
    switch (kind) {
    case KIND_LOST_WAKEUP:
    case KIND_HANG:
    case KIND_LIVELOCK:
    case KIND_WRONG_RESULT:
    case KIND_ATOMICITY_VIOLATION:
    case KIND_SLEEP_AS_SYNCHRONISATION:
    case KIND_CRASH:
        return true;
    default:
        return false;
    }
}

static bool is_housekeeping(const char *op)
{
    static const char *const names[] = {"start", "malloc", "init", "yield", NULL};
    for (size_t i = 0; names[i] != NULL; i++)
        if (op_is(op, names[i]))
            return true;
    return false;
}

/* The life of the thread that a finding about joins or daemons is about. */
static bool is_life_of(const struct finding *finding, const struct step *step, int subject)
{
    enum category category = kind_category(finding->kind);
    if ((category != CATEGORY_JOINS && category != CATEGORY_DAEMONS) || subject < 0)
        return false;
    return story_other_thread(finding, step) == subject ||
           (step->thread == subject && (op_is(step->op, "exit") || op_is(step->op, "start")));
}

/* Whether the step frees the block that the finding is about a part of: `likes` of `likes->total`.
 */
static bool frees_it(const struct finding *finding, const struct step *step)
{
    size_t length = strlen(step->object);
    return op_is(step->op, "free") && length > 0 &&
           strncmp(finding->object, step->object, length) == 0 &&
           strncmp(finding->object + length, "->", 2) == 0;
}

static bool matters(const struct finding *finding, const struct step *step, int subject)
{
    if (is_life_of(finding, step, subject))
        return true;
    if (kind_category(finding->kind) == CATEGORY_JOINS && subject >= 0)
        return false;
    if (is_housekeeping(step->op) && kind_category(finding->kind) != CATEGORY_MEMORY)
        return false;
    return is_object(finding, step->object) || frees_it(finding, step) ||
           (is_about_order(finding->kind) && !is_housekeeping(step->op));
}

/* Whether the step is the n-th access of the finding: same thread, line and sort. */
static bool is_access(const struct finding *finding, size_t n, const struct step *step)
{
    const struct access *access = &finding->accesses[n];
    const struct location *at = tale_top(&access->stack);
    return step->thread == access->thread && at != NULL && at->line == step->at.line &&
           op_writes(step->op) == op_writes(access->op) &&
           (*step->object == '\0' || strcmp(step->object, access->object) == 0);
}

static void keep(struct teller *teller)
{
    const struct finding *finding = teller->tale->finding;
    teller->kept = text_need(calloc(finding->n_trace + 1, sizeof *teller->kept));
    teller->marked = text_need(calloc(finding->n_trace + 1, sizeof *teller->marked));
    const struct step *unheard = finding->kind == KIND_LOST_WAKEUP ? lost_signal(finding) : NULL;
    int subject = tale_subject(teller->tale);
    for (int all = teller->whole; all < 2 && teller->n_kept == 0; all++) {
        teller->n_kept = 0;
        for (size_t i = 0; i < finding->n_trace; i++)
            if (all || matters(finding, &finding->trace[i], subject))
                teller->kept[teller->n_kept++] = &finding->trace[i];
    }
    for (size_t i = 0; i < teller->n_kept; i++)
        teller->marked[i] = teller->kept[i] == unheard;
    for (size_t n = 0; n < finding->n_accesses; n++)
        for (size_t i = teller->n_kept; i-- > 0;)
            if (is_access(finding, n, teller->kept[i])) {
                teller->marked[i] = true;
                break;
            }
}

static bool same_step(const struct step *a, const struct step *b)
{
    return a->thread == b->thread && a->at.line == b->at.line && strcmp(a->op, b->op) == 0 &&
           strcmp(a->object, b->object) == 0 && strcmp(a->at.file, b->at.file) == 0;
}

/* How often the block of `length` steps at `start` stands there in a row. */
static size_t repeats(const struct teller *teller, size_t start, size_t length)
{
    size_t at = start + length;
    while (at < teller->n_kept && !teller->marked[at] &&
           same_step(teller->kept[at], teller->kept[at - length]))
        at++;
    return (at - start) / length;
}

/* The block at `start` that saves most when folded; 0 when none is worth it. */
static size_t find_loop(const struct teller *teller, size_t start, size_t *times)
{
    size_t best = 0, saved = 0;
    for (size_t length = 1; length <= BLOCK_MAX && start + 2 * length <= teller->n_kept; length++) {
        size_t n = repeats(teller, start, length);
        if (n >= 3 && (n - 1) * length > saved) {
            best = length;
            saved = (n - 1) * length;
            *times = n;
        }
    }
    return best;
}

static struct cell *add_cell(struct story *story, int thread, enum cell_kind kind, const char *text)
{
    /* Powers of two are where it is full. */
    if ((story->n_cells & (story->n_cells - 1)) == 0)
        story->cells = text_need(realloc(story->cells, (story->n_cells ? 2 * story->n_cells : 1) *
                                                           sizeof *story->cells));
    struct cell *cell = &story->cells[story->n_cells++];
    *cell = (struct cell){.thread = thread, .kind = kind, .text = text};
    return cell;
}

/* Where a thread last was, so that a source line is told once while it stays there. */
static const struct cell *last_source(const struct story *story, int thread)
{
    for (size_t i = story->n_cells; i-- > 0;) {
        const struct cell *cell = &story->cells[i];
        if (cell->kind == CELL_NOTE)
            return NULL;
        if (cell->thread == thread && cell->kind == CELL_SOURCE)
            return cell;
    }
    return NULL;
}

static void add_source(struct teller *teller, int thread, const struct location *at)
{
    if (at == NULL || at->line <= 0 || at->file[0] == '\0')
        return;
    const struct cell *last = last_source(teller->story, thread);
    if (last != NULL && last->at.line == at->line && strcmp(last->at.file, at->file) == 0)
        return;
    const char *line = source_line(teller->source, at->file, at->line);
    if (*line == '\0' && at->function[0] != '\0')
        line = FILL(teller->tale, _("in `{1}`"), at->function);
    add_cell(teller->story, thread, CELL_SOURCE, line)->at = *at;
}

static void add_step(struct teller *teller, size_t i)
{
    const struct step *step = teller->kept[i];
    add_source(teller, step->thread, &step->at);
    const char *words = story_words(teller->tale, step->op, step->object, step->value);
    if (op_is(step->why, "timeout"))
        words = FILL(teller->tale, _("{1} (its time is over)"), words);
    if (teller->marked[i] && op_signals(step->op))
        words = FILL(teller->tale, _("{1}: nobody hears it"), words);
    add_cell(teller->story, step->thread, teller->marked[i] ? CELL_CLASH : CELL_DOING, words);
}

static void add_loop_note(struct teller *teller, size_t start, size_t length, size_t times)
{
    int thread = teller->kept[start]->thread;
    for (size_t i = start; i < start + length; i++)
        if (teller->kept[i]->thread != thread)
            thread = STORY_EVERYBODY;
    const char *text =
        FILL(teller->tale,
             _n("... and the same {1} more time", "... and the same {1} more times", times - 1),
             report_format(teller->tale->report, "%zu", times - 1));
    add_cell(teller->story, thread, CELL_NOTE, text);
}

static void tell_steps(struct teller *teller)
{
    for (size_t i = 0; i < teller->n_kept;) {
        size_t times = 0;
        size_t length = teller->whole ? 0 : find_loop(teller, i, &times);
        for (size_t j = 0; j < (length ? length : 1); j++)
            add_step(teller, i + j);
        if (length > 0)
            add_loop_note(teller, i, length, times);
        i += length ? length * times : 1;
    }
}

/* The calls that led to a place, outermost last: "called from `f` (x.c:12)". */
static void add_calls(struct teller *teller, int thread, const struct stack *stack)
{
    const struct location *top = tale_top(stack);
    size_t told = 0;
    for (size_t i = 0; top != NULL && i < stack->n_frames && told < FRAMES_TOLD; i++) {
        const struct location *frame = &stack->frames[i];
        if (frame <= top || frame->function[0] == '\0' || frame->line <= 0)
            continue;
        const char *function = report_format(teller->tale->report, "`%s`", frame->function);
        add_cell(teller->story, thread, CELL_DOING,
                 FILL(teller->tale, _("called from {1}"),
                      tale_with_place(teller->tale, function, frame)));
        told++;
    }
}

static void add_held(struct teller *teller, int thread, const char *const *held, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add_cell(
            teller->story, thread, CELL_DOING,
            FILL(teller->tale, _("holds {1}"), tale_object(teller->tale, held[i], _("a lock"))));
}

/* Of a finding about joins the object is the thread, whatever the harness could see of it. */
static const char *access_words(const struct teller *teller, const struct access *access)
{
    const struct tale *tale = teller->tale;
    int subject = tale_subject(tale);
    if (kind_category(tale->finding->kind) != CATEGORY_JOINS || subject < 0)
        return story_words(tale, access->op, access->object, "");
    return story_words(tale, access->op, "", report_format(tale->report, "%d", subject));
}

/* The accesses themselves, where no step of the trace shows them. */
static void tell_accesses(struct teller *teller)
{
    const struct finding *finding = teller->tale->finding;
    for (size_t n = 0; n < finding->n_accesses; n++) {
        const struct access *access = &finding->accesses[n];
        bool shown = false;
        for (size_t i = 0; i < teller->n_kept && !shown; i++)
            shown = is_access(finding, n, teller->kept[i]);
        if (shown)
            continue;
        add_source(teller, access->thread, tale_top(&access->stack));
        add_cell(teller->story, access->thread, CELL_CLASH, access_words(teller, access));
        if (finding->n_trace > 0)
            continue;
        add_held(teller, access->thread, access->held, access->n_held);
        add_calls(teller, access->thread, &access->stack);
    }
}

/* A thread that merely waits for the end of one that is stuck needs no column of its own. */
static bool is_bystander(const struct teller *teller, const struct wait *wait)
{
    const struct finding *finding = teller->tale->finding;
    if (!op_is(wait->op, "join") || wait->n_held > 0)
        return false;
    for (size_t i = 0; i < teller->story->n_cells; i++)
        if (teller->story->cells[i].thread == wait->thread)
            return false;
    bool others = false;
    for (size_t i = 0; i < finding->n_waits; i++) {
        if (finding->waits[i].owner == wait->thread)
            return false;
        others = others || !op_is(finding->waits[i].op, "join");
    }
    return others;
}

static void tell_wait(struct teller *teller, const struct wait *wait)
{
    const char *stuck = story_stuck(teller->tale, wait);
    if (is_bystander(teller, wait)) {
        const char *who = tale_thread_at(teller->tale, wait->thread, tale_top(&wait->stack));
        add_cell(teller->story, STORY_EVERYBODY, CELL_NOTE,
                 report_format(teller->tale->report, "%s %s", who, stuck));
        return;
    }
    add_source(teller, wait->thread, tale_top(&wait->stack));
    add_cell(teller->story, wait->thread, CELL_STUCK, stuck);
    if (teller->tale->finding->n_trace > 0)
        return;
    add_held(teller, wait->thread, wait->held, wait->n_held);
    add_calls(teller, wait->thread, &wait->stack);
}

static void tell_waits(struct teller *teller)
{
    const struct finding *finding = teller->tale->finding;
    for (int bystanders = 0; bystanders < 2; bystanders++)
        for (size_t i = 0; i < finding->n_waits; i++)
            if (is_bystander(teller, &finding->waits[i]) == bystanders)
                tell_wait(teller, &finding->waits[i]);
}

static void cut_middle(struct teller *teller)
{
    struct story *story = teller->story;
    if (teller->whole || story->n_cells <= CELLS_FIRST + CELLS_LAST + 1)
        return;
    size_t out = story->n_cells - CELLS_FIRST - CELLS_LAST;
    struct cell *gap = &story->cells[CELLS_FIRST];
    *gap = (struct cell){.thread = STORY_EVERYBODY, .kind = CELL_NOTE};
    gap->text = FILL(teller->tale,
                     _n("... {1} line is left out here; the JSON report has every step",
                        "... {1} lines are left out here; the JSON report has every step", out),
                     report_format(teller->tale->report, "%zu", out));
    memmove(gap + 1, &story->cells[story->n_cells - CELLS_LAST], CELLS_LAST * sizeof *gap);
    story->n_cells = CELLS_FIRST + 1 + CELLS_LAST;
}

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static void count_threads(struct story *story)
{
    story->threads = text_need(calloc(story->n_cells + 1, sizeof *story->threads));
    for (size_t i = 0; i < story->n_cells; i++) {
        bool known = story->cells[i].thread == STORY_EVERYBODY;
        for (size_t j = 0; j < story->n_threads && !known; j++)
            known = story->threads[j] == story->cells[i].thread;
        if (!known)
            story->threads[story->n_threads++] = story->cells[i].thread;
    }
    qsort(story->threads, story->n_threads, sizeof *story->threads, by_number);
}

static void find_file(struct story *story)
{
    for (size_t i = 0; i < story->n_cells; i++) {
        if (story->cells[i].kind != CELL_SOURCE)
            continue;
        if (story->file != NULL && strcmp(story->file, story->cells[i].at.file) != 0) {
            story->file = NULL;
            return;
        }
        story->file = story->cells[i].at.file;
    }
}

struct story *story_tell(const struct tale *tale, struct source *source, bool whole)
{
    struct teller teller = {.tale = tale, .source = source, .whole = whole};
    teller.story = text_need(calloc(1, sizeof *teller.story));
    keep(&teller);
    tell_steps(&teller);
    tell_accesses(&teller);
    tell_waits(&teller);
    cut_middle(&teller);
    count_threads(teller.story);
    find_file(teller.story);
    free(teller.kept);
    free(teller.marked);
    return teller.story;
}

void story_free(struct story *story)
{
    free(story->cells);
    free(story->threads);
    free(story);
}
