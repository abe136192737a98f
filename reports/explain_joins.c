#include "reports/explain.h"

#include <string.h>

#include "reports/language.h"

/* Where the subject was made: the create step that names it, else the first place. */
static const struct location *birthplace(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    for (size_t i = 0; i < finding->n_trace; i++)
        if (op_is(finding->trace[i].op, "create") && finding->object[0] != '\0' &&
            strcmp(finding->trace[i].object, finding->object) == 0)
            return &finding->trace[i].at;
    return tale_location(tale, 0);
}

static const char *tell_leak(const struct tale *tale)
{
    const char *thread = tale_thread(tale, tale_subject(tale));
    const char *place = tale_place(tale, birthplace(tale));
    if (*place == '\0')
        return FILL(tale, _("{1} is still there at the end: it was neither joined nor detached."),
                    thread);
    return FILL(
        tale,
        _("{1}, created at {2}, is still there at the end: it was neither joined nor detached."),
        thread, place);
}

/* "thread `a` is joined at likes.c:40", and where that had been made impossible. */
static const char *tell_join(const struct tale *tale, const char *with_both, const char *with_one,
                             const char *with_none)
{
    const char *thread = tale_thread(tale, tale_subject(tale));
    const char *here = tale_place(tale, tale_location(tale, 0));
    const char *there = tale_place(tale, tale_location(tale, 1));
    if (*here != '\0' && *there != '\0')
        return FILL(tale, with_both, thread, here, there);
    if (*here != '\0')
        return FILL(tale, with_one, thread, here);
    return FILL(tale, with_none, thread);
}

static const char *tell_timeout(const struct tale *tale, const char *placed, const char *placeless)
{
    const char *place = tale_place(tale, tale_location(tale, 0));
    return *place != '\0' ? FILL(tale, placed, place) : placeless;
}

const char *explain_join(const struct tale *tale)
{
    switch (tale->finding->kind) {
    case KIND_DOUBLE_JOIN:
        return tell_join(tale, _("{1} is joined at {2}, but it had been joined at {3} already."),
                         _("{1} is joined at {2}, but it had been joined already."),
                         _("{1} is joined twice."));
    case KIND_JOIN_DETACHED:
        return tell_join(tale, _("{1} is joined at {2}, but it was detached at {3}."),
                         _("{1} is joined at {2}, but it is detached."),
                         _("{1} is joined, but it is detached."));
    case KIND_SELF_JOIN:
        return tell_join(tale,
                         _("{1} joins itself at {2} (see also {3}): it waits for its own end."),
                         _("{1} joins itself at {2}: it waits for its own end."),
                         _("{1} joins itself: it waits for its own end."));
    case KIND_EARLY_TIMEOUT:
        return tell_timeout(tale, _("The wait at {1} gives up before its time is over."),
                            _("A timed wait gives up before its time is over."));
    case KIND_LATE_TIMEOUT:
        return tell_timeout(tale, _("The wait at {1} goes on long after its time is over."),
                            _("A timed wait goes on long after its time is over."));
    default:
        return tell_leak(tale);
    }
}

static const char *tell_late_daemon(const struct tale *tale)
{
    const char *thread = tale_thread_at(tale, tale_subject(tale), tale_location(tale, 0));
    const char *object = tale_object(tale, tale->finding->object, _("memory"));
    const char *freed = tale_place(tale, tale_location(tale, 1));
    if (*freed != '\0')
        return FILL(tale, _("The daemon {1} still uses {2} after the shutdown freed it ({3})."),
                    thread, object, freed);
    return FILL(tale, _("The daemon {1} still uses {2} after the shutdown freed it."), thread,
                object);
}

const char *explain_daemon(const struct tale *tale)
{
    const char *thread = tale_thread(tale, tale_subject(tale));
    const char *place = tale_place(tale, tale_location(tale, 0));
    switch (tale->finding->kind) {
    case KIND_DAEMON_USE_AFTER_SHUTDOWN:
        return tell_late_daemon(tale);
    case KIND_NON_DAEMON_ABANDONED:
        return FILL(tale, _("The program ends while {1}, which is no daemon, is still working."),
                    thread);
    default:
        if (*place == '\0')
            return FILL(tale, _("The end of the program waits for the daemon {1}."), thread);
        return FILL(tale, _("The end of the program waits for the daemon {1} (at {2})."), thread,
                    place);
    }
}
