#include "reports/story.h"

#include <stdlib.h>
#include <string.h>

#include "reports/language.h"

/* What a nameless object of an operation is called. */
enum thing { NOTHING, THREAD, LOCK, COND, SEM, BARRIER, MEMORY };

static const char *thing_name(enum thing thing)
{
    switch (thing) {
    case THREAD:
        return _("a thread");
    case LOCK:
        return _("a lock");
    case COND:
        return _("a condition variable");
    case SEM:
        return _("a semaphore");
    case BARRIER:
        return _("a barrier");
    case MEMORY:
        return _("a place in memory");
    case NOTHING:
        break;
    }
    return "";
}

static const struct {
    const char *op;
    enum thing thing;
    const char *words; /* {1}: the object */
} table[] = {
    {"start", NOTHING, N_("begins")},
    {"exit", NOTHING, N_("ends")},
    {"create", THREAD, N_("creates {1}")},
    {"join", THREAD, N_("joins {1}")},
    {"tryjoin", THREAD, N_("asks in vain whether {1} has ended")},
    {"detach", THREAD, N_("detaches {1}")},
    {"cancel", THREAD, N_("cancels {1}")},
    {"name", THREAD, N_("gives {1} a name")},
    {"lock", LOCK, N_("locks {1}")},
    {"trylock", LOCK, N_("tries to lock {1}")},
    {"timedlock", LOCK, N_("locks {1}, with a time limit")},
    {"unlock", LOCK, N_("unlocks {1}")},
    {"spin-lock", LOCK, N_("locks {1}")},
    {"rdlock", LOCK, N_("locks {1} for reading")},
    {"wrlock", LOCK, N_("locks {1} for writing")},
    {"rw-unlock", LOCK, N_("unlocks {1}")},
    {"wait", COND, N_("waits on {1}, its lock given up")},
    {"cond-wait", COND, N_("waits on {1}, its lock given up")},
    {"timedwait", COND, N_("waits on {1}, with a time limit")},
    {"wake", COND, N_("wakes up from {1}")},
    {"signal", COND, N_("signals {1}")},
    {"broadcast", COND, N_("signals {1}, all who wait")},
    {"sem-wait", SEM, N_("takes one from {1}")},
    {"sem-trywait", SEM, N_("tries to take one from {1}")},
    {"sem-post", SEM, N_("gives one to {1}")},
    {"barrier", BARRIER, N_("arrives at {1}")},
    {"barrier-leave", BARRIER, N_("passes {1}")},
    {"once", LOCK, N_("runs {1} once")},
    {"sleep", NOTHING, N_("sleeps")},
    {"yield", NOTHING, N_("lets the others go first")},
    {"read", MEMORY, N_("reads {1}")},
    {"write", MEMORY, N_("writes {1}")},
    {"atomic-read", MEMORY, N_("reads {1} (atomic)")},
    {"atomic-write", MEMORY, N_("writes {1} (atomic)")},
    {"atomic-rmw", MEMORY, N_("changes {1} (atomic)")},
    {"volatile-read", MEMORY, N_("reads {1} (volatile)")},
    {"volatile-write", MEMORY, N_("writes {1} (volatile)")},
    {"malloc", MEMORY, N_("allocates {1}")},
    {"free", MEMORY, N_("frees {1}")},
    {"init", LOCK, N_("initialises {1}")},
    {"destroy", LOCK, N_("destroys {1}")},
    {"spin", MEMORY, N_("keeps asking for {1}")},
};

/* A thread by its name, or by its number in the value. */
static int thread_of(const struct finding *finding, const char *object, const char *value)
{
    for (size_t i = 0; *object != '\0' && i < finding->n_threads; i++)
        if (strcmp(finding->threads[i].name, object) == 0)
            return finding->threads[i].id;
    if (*value == '\0' || strlen(value) > 8 || strspn(value, "0123456789") != strlen(value))
        return -1;
    return atoi(value);
}

static bool is_about_a_thread(const char *op)
{
    static const char *const ops[] = {"create", "join", "tryjoin", "detach", "cancel", "name"};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
        if (op_is(op, ops[i]))
            return true;
    return false;
}

int story_other_thread(const struct finding *finding, const struct step *step)
{
    return is_about_a_thread(step->op) ? thread_of(finding, step->object, step->value) : -1;
}

const char *story_words(const struct tale *tale, const char *op, const char *object,
                        const char *value)
{
    const char *words = NULL;
    if (is_about_a_thread(op) && thread_of(tale->finding, object, value) >= 0) {
        object = tale_thread(tale, thread_of(tale->finding, object, value));
        value = "";
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0] && words == NULL; i++)
        if (op_is(op, table[i].op))
            words = FILL(tale, _(table[i].words),
                         is_about_a_thread(op) && *object != '\0'
                             ? object
                             : tale_object(tale, object, thing_name(table[i].thing)));
    if (words == NULL && *object != '\0')
        words = report_format(tale->report, "%s %s", op, tale_object(tale, object, ""));
    if (words == NULL)
        words = op;
    return *value != '\0' ? report_format(tale->report, "%s: %s", words, value) : words;
}

const char *story_stuck(const struct tale *tale, const struct wait *wait)
{
    const char *owner = tale_thread(tale, wait->owner);
    if (op_takes(wait->op) && wait->owner == wait->thread)
        return FILL(tale, _("waits for {1}, which it holds itself"),
                    tale_object(tale, wait->object, _("a lock")));
    if (op_takes(wait->op) && wait->owner >= 0)
        return FILL(tale, _("waits for {1}, which {2} holds"),
                    tale_object(tale, wait->object, _("a lock")), owner);
    if (op_waits(wait->op))
        return FILL(tale, _("waits on {1}, for ever"),
                    tale_object(tale, wait->object, _("a condition variable")));
    if (op_is(wait->op, "join"))
        return FILL(tale, _("waits until {1} ends"), owner);
    if (op_is(wait->op, "spin"))
        return FILL(tale, _("asks for {1} again and again"),
                    tale_object(tale, wait->object, _("a place in memory")));
    if (*wait->object == '\0')
        return FILL(tale, _("waits here ({1})"), wait->op);
    return FILL(tale, _("waits for {1}"), tale_object(tale, wait->object, ""));
}
