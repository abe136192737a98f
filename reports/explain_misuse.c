#include "reports/explain.h"

#include <string.h>

#include "reports/language.h"

const char *explain_functional(const struct tale *tale)
{
    const char *detail = tale_detail_line(tale);
    if (*detail == '\0')
        return _("The answer is not the right one.");
    /* A sentence of the exercise's author, or the answers themselves. */
    bool ends = strchr(".!?", detail[strlen(detail) - 1]) != NULL;
    return ends ? detail : report_format(tale->report, "%s.", detail);
}

static const char *tell_unlock(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    const char *who = tale_thread_at(tale, tale_actor(tale), tale_location(tale, 0));
    const char *lock = tale_object(tale, finding->object, _("a lock"));
    if (finding->n_waits > 0 && finding->waits[0].owner >= 0)
        return FILL(tale, _("{1} unlocks {2}, which {3} holds."), who, lock,
                    tale_thread(tale, finding->waits[0].owner));
    return FILL(tale, _("{1} unlocks {2}, which it does not hold."), who, lock);
}

static const char *tell_destroyed(const struct tale *tale)
{
    const char *who = tale_thread_at(tale, tale_actor(tale), tale_location(tale, 0));
    const char *lock = tale_object(tale, tale->finding->object, _("a lock"));
    const char *since = tale_place(tale, tale_location(tale, 1));
    if (*since != '\0')
        return FILL(tale, _("{1} destroys {2}, which is held since {3}."), who, lock, since);
    return FILL(tale, _("{1} destroys {2} while somebody holds it."), who, lock);
}

static const char *tell_lock_leak(const struct tale *tale)
{
    const char *who = tale_thread(tale, tale_actor(tale));
    const char *lock = tale_object(tale, tale->finding->object, _("a lock"));
    const char *place = tale_place(tale, tale_location(tale, 0));
    if (*place != '\0')
        return FILL(tale, _("{1} ends and still holds {2}, which it locked at {3}."), who, lock,
                    place);
    return FILL(tale, _("{1} ends and still holds {2}."), who, lock);
}

/* What the explorer says in one word about the misuse of an object. */
static const char *misuse_in_words(const char *code)
{
    static const struct {
        const char *code, *words;
    } table[] = {
        {"copied", N_("it is a copy of a lock, and a copy is another lock")},
        {"uninitialised", N_("it was never initialised")},
        {"destroyed", N_("it has been destroyed already")},
        {"reinitialised", N_("it is initialised a second time while in use")},
        {"wait-without-lock", N_("its lock is not held by the thread that waits")},
        {"destroyed-while-waited-for", N_("it is destroyed while a thread waits for it")},
        {"other-mutex", N_("its waiters use different locks")},
        {"format", N_("the arguments do not fit the format")},
        {"free-of-no-block", N_("this was never allocated, or is not the start of a block")},
        {"no-such-key", N_("there is no such key")},
        {"not-a-thread", N_("this is no thread, or one that was joined already")},
        {"overlap", N_("source and destination overlap")},
        {"percent-n", N_("%n is not allowed")},
        {"stream", N_("this is neither stdout nor stderr")},
        {"null", N_("it is a null pointer")},
        {"cleanup-not-popped", N_("its function is left without pthread_cleanup_pop")},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(code, table[i].code) == 0)
            return _(table[i].words);
    return code;
}

static const char *tell_api(const struct tale *tale)
{
    const char *object =
        tale_with_place(tale, tale_object(tale, tale->finding->object, _("a threads function")),
                        tale_location(tale, 0));
    const char *detail = misuse_in_words(tale_detail_line(tale));
    if (*detail == '\0')
        return FILL(tale, _("{1} is used in a way that its manual forbids."), object);
    return FILL(tale, _("{1} is used in a way that its manual forbids: {2}."), object, detail);
}

static const char *tell_unsupported(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    const char *name = finding->object[0] != '\0' ? finding->object : tale_detail_line(tale);
    const char *what =
        tale_with_place(tale, tale_object(tale, name, _("a function")), tale_location(tale, 0));
    return FILL(tale,
                _("The explorer does not know {1}, so it could not try the interleavings "
                  "of this program."),
                what);
}

const char *explain_misuse(const struct tale *tale)
{
    switch (tale->finding->kind) {
    case KIND_UNLOCK_NOT_OWNER:
        return tell_unlock(tale);
    case KIND_LOCK_DESTROYED_WHILE_HELD:
        return tell_destroyed(tale);
    case KIND_LOCK_LEAKED:
        return tell_lock_leak(tale);
    case KIND_UNSUPPORTED:
        return tell_unsupported(tale);
    default:
        return tell_api(tale);
    }
}

static const char *tell_busy_wait(const struct tale *tale)
{
    const char *who = tale_thread_at(tale, tale_actor(tale), tale_location(tale, 0));
    if (tale->finding->object[0] == '\0')
        return FILL(tale, _("{1} waits by asking again and again."), who);
    return FILL(tale, _("{1} waits by asking again and again whether {2} changed."), who,
                tale_object(tale, tale->finding->object, ""));
}

/* The object is the pair of labels that never overlapped: "facebook, instagram". */
static const char *tell_over_synchronised(const struct tale *tale)
{
    const char *object = tale->finding->object;
    const char *comma = strstr(object, ", ");
    if (comma != NULL)
        return FILL(
            tale,
            _("`{1}` and `{2}` never run at the same time: one always waits for the other to "
              "be done, in every interleaving."),
            report_format(tale->report, "%.*s", (int)(comma - object), object), comma + 2);
    return FILL(tale, _("{1} never run at the same time, in any interleaving."),
                tale_object(tale, object, _("The threads")));
}

const char *explain_design(const struct tale *tale)
{
    switch (tale->finding->kind) {
    case KIND_BUSY_WAIT:
        return tell_busy_wait(tale);
    case KIND_OVER_SYNCHRONISED:
        return tell_over_synchronised(tale);
    default:
        break;
    }
    const char *place = tale_place(tale, tale_location(tale, 0));
    if (*place == '\0')
        return _("The result is right only as long as a sleep is long enough.");
    return FILL(tale, _("The result is right only as long as the sleep at {1} is long enough."),
                place);
}
