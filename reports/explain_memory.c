#include "reports/explain.h"

#include <string.h>

#include "reports/language.h"

/* The access that uses the memory, and the one that frees it; either may be missing. */
static void sort_accesses(const struct tale *tale, const struct access **use,
                          const struct access **freed)
{
    const struct finding *finding = tale->finding;
    *use = *freed = NULL;
    for (size_t i = 0; i < finding->n_accesses; i++) {
        const struct access **place = op_frees(finding->accesses[i].op) ? freed : use;
        if (*place == NULL)
            *place = &finding->accesses[i];
    }
}

static const char *memory_name(const struct tale *tale, const struct access *access)
{
    const char *name = tale->finding->object;
    if (*name == '\0' && access != NULL)
        name = access->object;
    return tale_object(tale, name, _("a block of memory"));
}

static const char *tell_use_after_free(const struct tale *tale)
{
    const struct access *use, *freed;
    sort_accesses(tale, &use, &freed);
    const char *object = memory_name(tale, use);
    const struct location *first = use != NULL ? tale_top(&use->stack) : NULL;
    const char *user = tale_thread_at(tale, use != NULL ? use->thread : tale_actor(tale),
                                      first != NULL ? first : tale_location(tale, 0));
    if (freed != NULL)
        return FILL(tale, _("{1} uses {2} after {3} freed it."), user, object,
                    tale_thread_at(tale, freed->thread, tale_top(&freed->stack)));
    if (strcmp(tale->finding->detail, "stack-of-ended-thread") == 0)
        return FILL(tale, _("{1} uses {2}, on a stack that is gone since its owner ended."), user,
                    object);
    const char *place = tale_place(tale, tale_location(tale, 1));
    if (*place != '\0')
        return FILL(tale, _("{1} uses {2}, which was freed at {3}."), user, object, place);
    return FILL(tale, _("{1} uses {2} after it was freed."), user, object);
}

static const char *tell_double_free(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    const char *object = memory_name(tale, finding->n_accesses > 0 ? finding->accesses : NULL);
    if (finding->n_accesses >= 2)
        return FILL(tale, _("{1} is freed twice: by {2} and by {3}."), object,
                    tale_thread_at(tale, finding->accesses[0].thread,
                                   tale_top(&finding->accesses[0].stack)),
                    tale_thread_at(tale, finding->accesses[1].thread,
                                   tale_top(&finding->accesses[1].stack)));
    const char *place = tale_place(tale, tale_location(tale, 0));
    const char *before = tale_place(tale, tale_location(tale, 1));
    if (*place != '\0' && *before != '\0')
        return FILL(tale, _("{1} is freed at {2}, but it had been freed at {3}."), object, place,
                    before);
    return FILL(tale, _("{1} is freed twice."),
                tale_with_place(tale, object, tale_location(tale, 0)));
}

static const char *tell_bounds(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    const struct access *access = finding->n_accesses > 0 ? finding->accesses : NULL;
    const struct location *at = access != NULL ? tale_top(&access->stack) : NULL;
    const char *who =
        tale_thread_at(tale, tale_actor(tale), at != NULL ? at : tale_location(tale, 0));
    const char *object = memory_name(tale, access);
    if (access == NULL)
        return FILL(tale, _("{1} reaches outside of {2}."), who, object);
    if (op_writes(access->op))
        return FILL(tale, _("{1} writes outside of {2}."), who, object);
    return FILL(tale, _("{1} reads outside of {2}."), who, object);
}

static const char *tell_leak(const struct tale *tale)
{
    const char *object = memory_name(tale, NULL);
    const char *place = tale_place(tale, tale_location(tale, 0));
    if (*place != '\0')
        return FILL(tale, _("{1}, allocated at {2}, is never freed."), object, place);
    return FILL(tale, _("{1} is never freed."), object);
}

static const char *tell_crash(const struct tale *tale)
{
    const char *who = tale_thread_at(tale, tale_actor(tale), tale_location(tale, 0));
    const char *detail = tale_detail_line(tale);
    if (tale->finding->n_locations == 0 && tale_actor(tale) < 0) {
        if (*detail == '\0')
            return _("The program crashes.");
        return FILL(tale, _("The program crashes: {1}."), detail);
    }
    if (*detail == '\0')
        return FILL(tale, _("{1} crashes."), who);
    return FILL(tale, _("{1} crashes: {2}."), who, detail);
}

const char *explain_memory(const struct tale *tale)
{
    switch (tale->finding->kind) {
    case KIND_USE_AFTER_FREE:
        return tell_use_after_free(tale);
    case KIND_DOUBLE_FREE:
        return tell_double_free(tale);
    case KIND_OUT_OF_BOUNDS:
        return tell_bounds(tale);
    case KIND_MEMORY_LEAK:
        return tell_leak(tale);
    default:
        return tell_crash(tale);
    }
}
