#include "reports/explain.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/language.h"
#include "reports/text.h"

bool op_is(const char *op, const char *name)
{
    for (; *op != '\0' && *name != '\0'; op++, name++) {
        bool gap = strchr("-_ ", *op) != NULL && strchr("-_ ", *name) != NULL;
        if (*op != *name && !gap)
            return false;
    }
    return *op == *name;
}

static bool op_among(const char *op, const char *const *names)
{
    for (; *names != NULL; names++)
        if (op_is(op, *names))
            return true;
    return false;
}

bool op_frees(const char *op)
{
    return strncmp(op, "free", 4) == 0;
}

bool op_writes(const char *op)
{
    return strstr(op, "write") != NULL || strstr(op, "rmw") != NULL || op_frees(op);
}

bool op_signals(const char *op)
{
    static const char *const names[] = {"signal", "broadcast", "cond-signal", "cond-broadcast",
                                        NULL};
    return op_among(op, names);
}

bool op_takes(const char *op)
{
    static const char *const names[] = {"lock",   "trylock",   "timedlock", "rdlock",
                                        "wrlock", "spin-lock", NULL};
    return op_among(op, names);
}

bool op_waits(const char *op)
{
    static const char *const names[] = {"wait", "cond-wait", "timedwait", "cond-timedwait", NULL};
    return op_among(op, names);
}

const char *tale_fill(const struct tale *tale, const char *sentence, const char *const *parts)
{
    size_t n = 0, size = strlen(sentence) + 1;
    while (parts[n] != NULL)
        n++;
    /* Every part may stand in every place: more than enough. */
    for (size_t i = 0; i < n; i++)
        size += strlen(parts[i]) * (strlen(sentence) / 3 + 1);
    char *text = text_need(malloc(size)), *end = text;
    for (const char *at = sentence; *at != '\0';) {
        size_t part = (size_t)(at[0] == '{' ? at[1] - '1' : -1);
        if (part < n && at[2] == '}') {
            end = stpcpy(end, parts[part]);
            at += 3;
        } else {
            *end++ = *at++;
        }
    }
    *end = '\0';
    const char *copy = report_text(tale->report, text);
    free(text);
    return copy;
}

const char *tale_thread(const struct tale *tale, int id)
{
    if (id < 0)
        return _("a thread");
    for (size_t i = 0; i < tale->finding->n_threads; i++) {
        const struct thread_info *thread = &tale->finding->threads[i];
        if (thread->id != id)
            continue;
        if (thread->name[0] == '\0')
            break;
        if (id == 0 && strcmp(thread->name, "main") == 0)
            return _("the main thread");
        return FILL(tale, _("thread `{1}`"), thread->name);
    }
    if (id == 0)
        return _("the main thread");
    return FILL(tale, _("thread {1}"), report_format(tale->report, "%d", id));
}

const char *tale_place(const struct tale *tale, const struct location *at)
{
    if (at == NULL || at->file == NULL || at->file[0] == '\0')
        return "";
    if (at->line <= 0)
        return at->file;
    return report_format(tale->report, "%s:%d", at->file, at->line);
}

const char *tale_with_place(const struct tale *tale, const char *what, const struct location *at)
{
    const char *place = tale_place(tale, at);
    return *place != '\0' ? report_format(tale->report, "%s (%s)", what, place) : what;
}

const char *tale_thread_at(const struct tale *tale, int id, const struct location *at)
{
    return tale_with_place(tale, tale_thread(tale, id), at);
}

/* Objects without a name in the source are told in words by who saw them. */
static const char *nameless(const struct tale *tale, const char *object)
{
    int size = 0;
    if (sscanf(object, "heap block of %d byte", &size) == 1)
        return FILL(
            tale, _n("a heap block of {1} byte", "a heap block of {1} bytes", (unsigned long)size),
            report_format(tale->report, "%d", size));
    return object;
}

const char *tale_object(const struct tale *tale, const char *object, const char *otherwise)
{
    if (object == NULL || *object == '\0')
        return otherwise;
    if (strchr(object, ' ') != NULL)
        return nameless(tale, object);
    return report_format(tale->report, "`%s`", object);
}

const struct location *tale_top(const struct stack *stack)
{
    for (size_t i = 0; i < stack->n_frames; i++)
        if (stack->frames[i].file != NULL && stack->frames[i].file[0] != '\0' &&
            stack->frames[i].line > 0)
            return &stack->frames[i];
    return NULL;
}

const struct location *tale_location(const struct tale *tale, size_t n)
{
    return n < tale->finding->n_locations ? &tale->finding->locations[n] : NULL;
}

int tale_subject(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    for (size_t i = 0; i < finding->n_threads; i++)
        if (finding->object[0] != '\0' && strcmp(finding->threads[i].name, finding->object) == 0)
            return finding->threads[i].id;
    for (size_t i = finding->n_threads; i-- > 0;)
        if (finding->threads[i].id > 0)
            return finding->threads[i].id;
    return -1;
}

int tale_actor(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    if (finding->n_accesses > 0)
        return finding->accesses[0].thread;
    if (finding->n_waits > 0)
        return finding->waits[0].thread;
    return finding->n_trace > 0 ? finding->trace[finding->n_trace - 1].thread : -1;
}

const char *tale_detail_line(const struct tale *tale)
{
    const char *detail = tale->finding->detail;
    if (detail == NULL)
        return "";
    return report_format(tale->report, "%.*s", (int)strcspn(detail, "\n"), detail);
}

/* A sentence may begin with a noun phrase that is written small: "thread `a` ...". */
static const char *sentence(struct report *report, const char *text)
{
    if (!islower((unsigned char)text[0]))
        return text;
    return report_format(report, "%c%s", toupper((unsigned char)text[0]), text + 1);
}

static const char *headline(const struct tale *tale)
{
    static const char *(*const tellers[CATEGORY_COUNT])(const struct tale *) = {
        [CATEGORY_RACES] = explain_race,    [CATEGORY_DEADLOCKS] = explain_deadlock,
        [CATEGORY_JOINS] = explain_join,    [CATEGORY_DAEMONS] = explain_daemon,
        [CATEGORY_MEMORY] = explain_memory, [CATEGORY_FUNCTIONAL] = explain_functional,
        [CATEGORY_MISUSE] = explain_misuse, [CATEGORY_DESIGN] = explain_design,
        [CATEGORY_BUILD] = explain_build,   [CATEGORY_SECURITY] = explain_security,
    };
    enum category category = kind_category(tale->finding->kind);
    const char *text = (size_t)category < CATEGORY_COUNT ? tellers[category](tale) : NULL;
    return text != NULL ? text : kind_name(tale->finding->kind);
}

void finding_explain(struct report *report, struct finding *finding)
{
    report_language(report->language, NULL);
    struct tale tale = {report, finding};
    if (finding->message == NULL || finding->message[0] == '\0')
        finding->message = sentence(report, headline(&tale));
    if (finding->hint == NULL || finding->hint[0] == '\0')
        finding->hint = report_text(report, explain_hint(&tale));
}
