/*
 * Who waits for whom.
 *
 * The waits of a finding are the edges of the wait-for graph, at most one a thread.
 * When following them from some thread comes back to it, that circle is the
 * deadlock and the others are merely stuck behind it; when nothing comes
 * back, somebody waits for what nobody will do, and all of them are told.
 */
#include "reports/explain.h"

#include <string.h>

#include "reports/language.h"

enum { CIRCLE_MAX = 16, TOLD_MAX = 4 };

struct circle {
    size_t n;
    const struct wait *waits[CIRCLE_MAX];
};

static const struct wait *wait_of(const struct finding *finding, int thread)
{
    for (size_t i = 0; i < finding->n_waits; i++)
        if (finding->waits[i].thread == thread)
            return &finding->waits[i];
    return NULL;
}

static struct circle find_circle(const struct finding *finding)
{
    struct circle circle = {0};
    for (size_t i = 0; i < finding->n_waits; i++) {
        const struct wait *wait = &finding->waits[i];
        for (circle.n = 0; wait != NULL && circle.n < CIRCLE_MAX;) {
            circle.waits[circle.n++] = wait;
            if (wait->owner == finding->waits[i].thread)
                return circle;
            wait = wait->owner >= 0 ? wait_of(finding, wait->owner) : NULL;
        }
    }
    circle.n = 0;
    return circle;
}

static bool is_lock(const struct wait *wait)
{
    return op_takes(wait->op);
}

/* "thread `a` (x.c:3) waits for the lock `m`, which thread `b` holds" */
static const char *tell_wait(const struct tale *tale, const struct wait *wait)
{
    const char *who = tale_thread_at(tale, wait->thread, tale_top(&wait->stack));
    const char *owner = tale_thread(tale, wait->owner);
    const char *object = tale_object(tale, wait->object, "");
    if (is_lock(wait) && wait->owner == wait->thread)
        return FILL(tale, _("{1} waits for the lock {2}, which it holds itself"), who, object);
    if (is_lock(wait) && wait->owner >= 0)
        return FILL(tale, _("{1} waits for the lock {2}, which {3} holds"), who, object, owner);
    if (is_lock(wait))
        return FILL(tale, _("{1} waits for the lock {2}"), who, object);
    if (op_waits(wait->op))
        return FILL(tale, _("{1} waits for a signal on {2}"), who, object);
    if (op_is(wait->op, "join"))
        return FILL(tale, _("{1} waits in a join until {2} ends"), who, owner);
    if (op_is(wait->op, "sem-wait"))
        return FILL(tale, _("{1} waits for the semaphore {2}"), who, object);
    if (op_is(wait->op, "barrier"))
        return FILL(tale, _("{1} waits at the barrier {2}"), who, object);
    return FILL(tale, _("{1} waits ({2})"), who, wait->op);
}

/* Several waits in one sentence, the first few of them. */
static const char *tell_waits(const struct tale *tale, const struct wait *const *waits, size_t n)
{
    const char *text = "";
    size_t told = n > TOLD_MAX ? TOLD_MAX - 1 : n;
    for (size_t i = 0; i < told; i++)
        text = report_format(tale->report, "%s%s%s", text, i > 0 ? "; " : "",
                             tell_wait(tale, waits[i]));
    if (told < n)
        text = FILL(
            tale, _n("{1}; and {2} more thread waits", "{1}; and {2} more threads wait", n - told),
            text, report_format(tale->report, "%zu", n - told));
    return text;
}

static const char *tell_all(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    size_t n = finding->n_waits;
    const struct wait *waits[CIRCLE_MAX];
    for (size_t i = 0; i < n && i < CIRCLE_MAX; i++)
        waits[i] = &finding->waits[i];
    return tell_waits(tale, waits, n < CIRCLE_MAX ? n : CIRCLE_MAX);
}

static const char *tell_pair(const struct tale *tale, const struct wait *a, const struct wait *b)
{
    return FILL(tale,
                _("{1} holds {2} and waits for {3}, while {4} holds {3} and waits for {2}: "
                  "each waits for the other, for ever."),
                tale_thread_at(tale, a->thread, tale_top(&a->stack)),
                tale_object(tale, b->object, ""), tale_object(tale, a->object, ""),
                tale_thread_at(tale, b->thread, tale_top(&b->stack)));
}

static const char *tell_deadlock(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    struct circle circle = find_circle(finding);
    if (finding->n_waits == 0)
        return _("No thread can go on: every one of them waits for another, for ever.");
    if (circle.n == 0)
        return FILL(tale, _("Nobody can go on: {1}, and nobody is left to help."), tell_all(tale));
    const struct wait *const *waits = circle.waits;
    if (circle.n == 1 && is_lock(waits[0]))
        return FILL(tale,
                    _("{1} locks {2}, which it holds already: it waits for itself, for "
                      "ever."),
                    tale_thread_at(tale, waits[0]->thread, tale_top(&waits[0]->stack)),
                    tale_object(tale, waits[0]->object, _("a lock")));
    if (circle.n == 2 && is_lock(waits[0]) && is_lock(waits[1]) && *waits[0]->object != '\0' &&
        *waits[1]->object != '\0')
        return tell_pair(tale, waits[0], waits[1]);
    return FILL(tale, _("Threads wait for each other in a circle: {1}."),
                tell_waits(tale, waits, circle.n));
}

/* The wait that nobody ends: on a condition variable if there is one. */
static const struct wait *unheard_wait(const struct finding *finding)
{
    for (size_t i = 0; i < finding->n_waits; i++)
        if (op_waits(finding->waits[i].op))
            return &finding->waits[i];
    return finding->n_waits > 0 ? &finding->waits[0] : NULL;
}

/* The last signal on the wait's object that came from another thread. */
const struct step *lost_signal(const struct finding *finding)
{
    const struct wait *wait = unheard_wait(finding);
    for (size_t i = finding->n_trace; wait != NULL && i-- > 0;) {
        const struct step *step = &finding->trace[i];
        if (op_signals(step->op) && step->thread != wait->thread &&
            strcmp(step->object, wait->object) == 0)
            return step;
    }
    return NULL;
}

static const char *tell_lost_wakeup(const struct tale *tale)
{
    const struct wait *wait = unheard_wait(tale->finding);
    if (wait == NULL)
        return FILL(tale,
                    _("A signal on {1} came when nobody was waiting, and then one waits for it."),
                    tale_object(tale, tale->finding->object, _("a condition variable")));
    const char *waiter = tale_thread_at(tale, wait->thread, tale_top(&wait->stack));
    const char *object = tale_object(tale, wait->object, _("a condition variable"));
    const struct step *signal = lost_signal(tale->finding);
    if (signal == NULL)
        return FILL(tale, _("{1} waits for a signal on {2} that nobody will send any more."),
                    waiter, object);
    return FILL(
        tale,
        _("{1} signals {2} when nobody is waiting yet, and nobody hears it; then {3} starts to "
          "wait for it, for ever."),
        tale_thread_at(tale, signal->thread, &signal->at), object, waiter);
}

static const char *tell_livelock(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    const char *object = tale_object(tale, finding->object, _("a value"));
    if (finding->n_waits > 0)
        return FILL(
            tale,
            _("{1} asks again and again whether {2} has changed, and no thread is left to change "
              "it."),
            tale_thread_at(tale, finding->waits[0].thread, tale_top(&finding->waits[0].stack)),
            tale_object(tale, finding->waits[0].object, object));
    return FILL(tale,
                _("The threads keep running and get nowhere: {1} never changes as they hope."),
                tale_with_place(tale, object, tale_location(tale, 0)));
}

static const char *tell_hang(const struct tale *tale)
{
    if (tale->finding->n_waits > 0)
        return FILL(tale, _("The program does not end: {1}."), tell_all(tale));
    const char *place = tale_place(tale, tale_location(tale, 0));
    if (*place != '\0' && strcmp(tale->finding->detail, "endless-loop") == 0)
        return FILL(tale, _("The program does not end: it is in a loop at {1} that nothing ends."),
                    place);
    if (*place != '\0')
        return FILL(tale, _("The program does not end; it was last seen at {1}."), place);
    return _("The program does not end, and was stopped when its time was over.");
}

static const char *tell_lock_order(const struct tale *tale)
{
    struct circle circle = find_circle(tale->finding);
    if (circle.n == 2 && *circle.waits[0]->object != '\0' && *circle.waits[1]->object != '\0') {
        const struct wait *a = circle.waits[0], *b = circle.waits[1];
        return FILL(tale,
                    _("{1} takes {2} and then {3}, while {4} takes {3} and then {2}: with "
                      "bad luck each waits for the other."),
                    tale_thread_at(tale, a->thread, tale_top(&a->stack)),
                    tale_object(tale, b->object, ""), tale_object(tale, a->object, ""),
                    tale_thread_at(tale, b->thread, tale_top(&b->stack)));
    }
    if (circle.n > 0)
        return FILL(tale, _("Locks are taken in an order that can close a circle: {1}."),
                    tell_waits(tale, circle.waits, circle.n));
    return FILL(tale,
                _("Locks are taken in different orders ({1}): with bad luck, threads wait for each "
                  "other in "
                  "a circle."),
                tale_with_place(tale, tale_object(tale, tale->finding->object, _("several locks")),
                                tale_location(tale, 0)));
}

const char *explain_deadlock(const struct tale *tale)
{
    switch (tale->finding->kind) {
    case KIND_LOST_WAKEUP:
        return tell_lost_wakeup(tale);
    case KIND_LIVELOCK:
        return tell_livelock(tale);
    case KIND_HANG:
        return tell_hang(tale);
    case KIND_LOCK_ORDER:
        return tell_lock_order(tale);
    default:
        return tell_deadlock(tale);
    }
}
