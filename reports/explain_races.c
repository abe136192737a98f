#include "reports/explain.h"

#include <string.h>

#include "reports/language.h"

static bool share_a_lock(const struct access *a, const struct access *b)
{
    for (size_t i = 0; i < a->n_held; i++)
        for (size_t j = 0; j < b->n_held; j++)
            if (strcmp(a->held[i], b->held[j]) == 0)
                return true;
    return false;
}

enum guard race_guard(const struct finding *finding)
{
    if (finding->n_accesses < 2)
        return GUARD_UNKNOWN;
    const struct access *a = &finding->accesses[0], *b = &finding->accesses[1];
    bool atomic_a = strncmp(a->op, "atomic", 6) == 0, atomic_b = strncmp(b->op, "atomic", 6) == 0;
    if (atomic_a != atomic_b && !op_frees(a->op) && !op_frees(b->op))
        return GUARD_HALF_ATOMIC;
    if (a->n_held == 0 && b->n_held == 0)
        return GUARD_NONE;
    if (b->n_held == 0)
        return GUARD_FIRST_ONLY;
    if (a->n_held == 0)
        return GUARD_SECOND_ONLY;
    return share_a_lock(a, b) ? GUARD_SAME_NAME : GUARD_DIFFERENT;
}

static const struct location *access_place(const struct tale *tale, size_t n)
{
    const struct location *at = tale_top(&tale->finding->accesses[n].stack);
    return at != NULL ? at : tale_location(tale, n);
}

/* The two accesses, the one that changes something first. */
static const char *clash(const struct tale *tale)
{
    const struct access *accesses = tale->finding->accesses;
    size_t first =
        op_frees(accesses[1].op) || (op_writes(accesses[1].op) && !op_writes(accesses[0].op));
    const struct access *a = &accesses[first], *b = &accesses[!first];
    const char *name = *a->object != '\0' ? a->object : tale->finding->object;
    const char *object = tale_object(tale, name, _("a place in memory"));
    const char *one = tale_thread_at(tale, a->thread, access_place(tale, first));
    const char *other = tale_thread_at(tale, b->thread, access_place(tale, !first));
    /* TRANSLATORS: object, then the two threads with their places. */
    const char *format = _("{1} is written by {2} while {3} reads it");
    if (op_frees(a->op))
        format = _("{1} is freed by {2} while {3} still uses it");
    else if (op_writes(b->op))
        format = _("{1} is written by {2} and by {3} at the same time");
    return FILL(tale, format, object, one, other);
}

/* Why nothing kept them apart. The first access is named as the finding has it. */
static const char *missing(const struct tale *tale)
{
    const struct access *a = &tale->finding->accesses[0], *b = &tale->finding->accesses[1];
    switch (race_guard(tale->finding)) {
    case GUARD_FIRST_ONLY:
        return FILL(tale, _("only {1} holds a lock ({2})"), tale_thread(tale, a->thread),
                    tale_object(tale, a->held[0], ""));
    case GUARD_SECOND_ONLY:
        return FILL(tale, _("only {1} holds a lock ({2})"), tale_thread(tale, b->thread),
                    tale_object(tale, b->held[0], ""));
    case GUARD_DIFFERENT:
        return FILL(tale, _("one holds the lock {1}, the other {2}, and those are two"),
                    tale_object(tale, a->held[0], ""), tale_object(tale, b->held[0], ""));
    case GUARD_SAME_NAME:
        return FILL(tale, _("both hold {1}, but it did not keep them apart"),
                    tale_object(tale, a->held[0], ""));
    case GUARD_HALF_ATOMIC:
        return _("one of the two accesses is atomic, the other is not");
    case GUARD_NONE:
    case GUARD_UNKNOWN:
        break;
    }
    return _("no lock protects both");
}

static const char *tell_data_race(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    if (finding->n_accesses >= 2)
        /* TRANSLATORS: "`x` is written by A while B reads it": "no lock protects both". */
        return FILL(tale, _("{1}: {2}."), clash(tale), missing(tale));
    const char *object = tale_object(tale, finding->object, _("a place in memory"));
    return FILL(tale,
                _("Two threads use {1} at the same time, and at least one writes it: no "
                  "lock protects both."),
                tale_with_place(tale, object, tale_location(tale, 0)));
}

static const char *tell_atomicity(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    const char *object = tale_object(tale, finding->object, _("a shared value"));
    if (finding->n_accesses < 2)
        return FILL(tale,
                    _("{1} is looked at and changed in two separate steps, and another "
                      "thread gets in between."),
                    tale_with_place(tale, object, tale_location(tale, 0)));
    return FILL(tale,
                _("{1} relies on what it saw in {2}, but {3} changes it before the first is done."),
                tale_thread_at(tale, finding->accesses[0].thread, access_place(tale, 0)), object,
                tale_thread_at(tale, finding->accesses[1].thread, access_place(tale, 1)));
}

const char *explain_race(const struct tale *tale)
{
    return tale->finding->kind == KIND_DATA_RACE ? tell_data_race(tale) : tell_atomicity(tale);
}
