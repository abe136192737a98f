/*
 * Theory of operation. The details of a record are a flat list. Threads and objects are named
 * first, into tables by number, since everything else speaks of them; then accesses, waits and
 * steps are taken in their order, each with the frames and locks that say they belong to it
 * (`of=access0`). What the finding is about and where to look first follows from those.
 */
#include "grader/findings.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/memory.h"
#include "grader/symbolise.h"

struct resolver {
    struct report *report;
    struct symboliser *student, *scenarios;
};

struct named_object {
    long long id;
    const char *name;
    const char *origin; /* "likes.c:12", or "" */
};

/* One finding being resolved. */
struct scene {
    struct resolver *resolver;
    struct report *report;
    const struct record_finding *record;
    struct finding *finding;
    size_t n_objects;
    struct named_object *objects;
};

struct resolver *resolver_open(struct report *report, const char *student, const char *scenarios)
{
    struct resolver *resolver = memory_new(1, sizeof *resolver);
    resolver->report = report;
    resolver->student = symboliser_open(student);
    resolver->scenarios = symboliser_open(scenarios);
    return resolver;
}

void resolver_close(struct resolver *resolver)
{
    symboliser_close(resolver->student);
    symboliser_close(resolver->scenarios);
    free(resolver);
}

static struct symboliser *symbols_of(const struct resolver *resolver, enum record_module module)
{
    return module == RECORD_STUDENT    ? resolver->student
           : module == RECORD_EXERCISE ? resolver->scenarios
                                       : NULL;
}

/* A scenario is known by its name, not by what the macro makes of it. */
static const char *plain_function(const char *name)
{
    static const char prefix[] = "hilo_scenario_";
    return strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
}

static bool locate(const struct scene *scene, const struct record_detail *detail,
                   struct location *at)
{
    struct symboliser *symbols = symbols_of(scene->resolver, detail->module);
    *at = (struct location){.file = "", .function = ""};
    if (!symbols || !symboliser_line(symbols, detail->offset, scene->report, at))
        return false;
    at->function = plain_function(at->function);
    return true;
}

static bool belongs(const struct record_detail *detail, const char *to, long long number)
{
    char of[48];
    snprintf(of, sizeof of, "%s%lld", to, number);
    return strcmp(detail->of, of) == 0;
}

/* The frames of one stack, without those of our own programs. */
static struct stack stack_of(const struct scene *scene, const char *of, long long number)
{
    struct location frames[RECORDS_FRAMES_MAX];
    struct stack stack = {0};
    for (size_t i = 0; i < scene->record->n_details; i++) {
        const struct record_detail *detail = &scene->record->details[i];
        if (detail->type != DETAIL_FRAME || stack.n_frames == RECORDS_FRAMES_MAX ||
            !belongs(detail, of, number) || !locate(scene, detail, &frames[stack.n_frames]))
            continue;
        stack.n_frames++;
    }
    stack.frames = report_array(scene->report, stack.n_frames, sizeof *stack.frames);
    if (stack.n_frames)
        memcpy(stack.frames, frames, stack.n_frames * sizeof *frames);
    return stack;
}

/* ---- threads ---- */

static struct thread_info *thread_by_id(const struct scene *scene, long long id)
{
    for (size_t i = 0; i < scene->finding->n_threads; i++)
        if (scene->finding->threads[i].id == id)
            return &scene->finding->threads[i];
    return NULL;
}

static void see_thread(struct scene *scene, long long id)
{
    struct finding *finding = scene->finding;
    if (id < 0 || thread_by_id(scene, id))
        return;
    finding->threads[finding->n_threads++] =
        (struct thread_info){.id = (int)id, .name = "", .start = {.file = "", .function = ""}};
}

static int by_id(const void *a, const void *b)
{
    const struct thread_info *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void describe_thread(struct scene *scene, const struct record_detail *detail)
{
    struct thread_info *thread = thread_by_id(scene, detail->thread);
    struct symboliser *symbols = symbols_of(scene->resolver, detail->module);
    locate(scene, detail, &thread->start);
    const char *function =
        symbols ? symboliser_function(symbols, detail->offset, scene->report) : NULL;
    thread->name = *detail->name ? report_text(scene->report, detail->name)
                   : function    ? plain_function(function)
                                 : "";
}

static bool name_taken(const struct scene *scene, const struct thread_info *by)
{
    for (size_t i = 0; i < scene->finding->n_threads; i++) {
        const struct thread_info *other = &scene->finding->threads[i];
        if (other != by && strcmp(other->name, by->name) == 0)
            return true;
    }
    return false;
}

/* Several threads of one function are told apart by their numbers. */
static void settle_names(struct scene *scene)
{
    struct finding *finding = scene->finding;
    const char **names = report_array(scene->report, finding->n_threads, sizeof *names);
    for (size_t i = 0; i < finding->n_threads; i++) {
        struct thread_info *thread = &finding->threads[i];
        if (thread->id == 0 && *thread->name == '\0')
            thread->name = "main";
        if (*thread->name == '\0')
            names[i] = report_format(scene->report, "#%d", thread->id);
        else if (thread->id > 0 && name_taken(scene, thread))
            names[i] = report_format(scene->report, "%s #%d", thread->name, thread->id);
        else
            names[i] = thread->name;
    }
    for (size_t i = 0; i < finding->n_threads; i++)
        finding->threads[i].name = names[i];
}

static void take_threads(struct scene *scene)
{
    const struct record_finding *record = scene->record;
    struct finding *finding = scene->finding;
    finding->n_threads = 0;
    finding->threads = report_array(scene->report, record->n_details * 2, sizeof *finding->threads);
    for (size_t i = 0; i < record->n_details; i++) {
        see_thread(scene, record->details[i].thread);
        see_thread(scene, record->details[i].owner);
    }
    qsort(finding->threads, finding->n_threads, sizeof *finding->threads, by_id);
    for (size_t i = 0; i < record->n_details; i++)
        if (record->details[i].type == DETAIL_THREAD)
            describe_thread(scene, &record->details[i]);
    settle_names(scene);
}

static const char *thread_name(const struct scene *scene, long long id)
{
    const struct thread_info *thread = thread_by_id(scene, id);
    return thread ? thread->name : "";
}

/* ---- objects ---- */

static bool spanish(const struct scene *scene)
{
    return strcmp(scene->report->language, "es") == 0;
}

/* "likes.c:12" of the innermost frame that is known, or "". */
static const char *place_of(const struct scene *scene, const struct stack *stack)
{
    if (stack->n_frames == 0)
        return "";
    return report_format(scene->report, "%s:%d", stack->frames[0].file, stack->frames[0].line);
}

static const char *kind_in_words(const struct scene *scene, const struct record_detail *detail)
{
    bool plain = *detail->kind == '\0' || strcmp(detail->kind, "variable") == 0;
    if (plain && detail->heap >= 0)
        return spanish(scene) ? "bloque" : "block";
    return plain ? "variable" : report_text(scene->report, detail->kind);
}

/* What has no name in the source is told by where it comes from, which is the same in each lane. */
static const char *unnamed(const struct scene *scene, const struct record_detail *detail,
                           const char *origin)
{
    const char *kind = kind_in_words(scene, detail);
    if (*origin && detail->heap > 0)
        return report_format(scene->report,
                             spanish(scene) ? "%s de %s + %lld" : "%s from %s + %lld", kind, origin,
                             detail->heap);
    if (*origin)
        return report_format(scene->report, spanish(scene) ? "%s de %s" : "%s from %s", kind,
                             origin);
    if (detail->thread >= 0)
        return report_format(scene->report,
                             spanish(scene) ? "%s en la pila de %s" : "%s on the stack of %s", kind,
                             thread_name(scene, detail->thread));
    return kind;
}

/* How many bytes an object takes, so that the right member is named; 0 where nobody said. */
static uint64_t object_size(const struct scene *scene, const struct record_detail *object)
{
    static const struct {
        const char *kind;
        size_t size;
    } sizes[] = {
        {"mutex", sizeof(pthread_mutex_t)},
        {"cond", sizeof(pthread_cond_t)},
        {"semaphore", sizeof(sem_t)},
        {"rwlock", sizeof(pthread_rwlock_t)},
        {"spinlock", sizeof(pthread_spinlock_t)},
        {"barrier", sizeof(pthread_barrier_t)},
        {"once", sizeof(pthread_once_t)},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (strcmp(object->kind, sizes[i].kind) == 0)
            return sizes[i].size;
    for (size_t i = 0; object->size < 0 && i < scene->record->n_details; i++) {
        const struct record_detail *detail = &scene->record->details[i];
        if (detail->type == DETAIL_ACCESS && detail->object == object->object && detail->size > 0)
            return (uint64_t)detail->size;
    }
    return object->size > 0 ? (uint64_t)object->size : 0;
}

static void take_object(struct scene *scene, const struct record_detail *detail)
{
    struct named_object *object = &scene->objects[scene->n_objects++];
    struct symboliser *symbols = symbols_of(scene->resolver, detail->module);
    struct stack made = stack_of(scene, "object", detail->object);
    const char *name = NULL;
    object->id = detail->object;
    object->origin = place_of(scene, &made);
    if (strcmp(detail->kind, "thread") == 0)
        object->name = thread_name(scene, detail->thread);
    else if (symbols && symboliser_variable(symbols, detail->offset, object_size(scene, detail),
                                            scene->report, &name))
        object->name = name;
    else
        object->name = unnamed(scene, detail, object->origin);
}

static void take_objects(struct scene *scene)
{
    size_t n = 0;
    for (size_t i = 0; i < scene->record->n_details; i++)
        n += scene->record->details[i].type == DETAIL_OBJECT;
    scene->objects = memory_new(n, sizeof *scene->objects);
    for (size_t i = 0; i < scene->record->n_details; i++)
        if (scene->record->details[i].type == DETAIL_OBJECT)
            take_object(scene, &scene->record->details[i]);
}

static const struct named_object *object_by_id(const struct scene *scene, long long id)
{
    for (size_t i = 0; id >= 0 && i < scene->n_objects; i++)
        if (scene->objects[i].id == id)
            return &scene->objects[i];
    return NULL;
}

static const char *object_name(const struct scene *scene, long long id)
{
    const struct named_object *object = object_by_id(scene, id);
    return object ? object->name : "";
}

/* ---- accesses, waits, steps ---- */

static const char **held_by(const struct scene *scene, const char *of, long long number, size_t *n)
{
    const struct record_finding *record = scene->record;
    size_t count = 0;
    for (size_t i = 0; i < record->n_details; i++)
        count += record->details[i].type == DETAIL_HELD && belongs(&record->details[i], of, number);
    const char **held = report_array(scene->report, count, sizeof *held);
    *n = 0;
    for (size_t i = 0; i < record->n_details; i++)
        if (record->details[i].type == DETAIL_HELD && belongs(&record->details[i], of, number))
            held[(*n)++] = object_name(scene, record->details[i].object);
    return held;
}

static size_t count(const struct record_finding *record, enum record_detail_type type)
{
    size_t n = 0;
    for (size_t i = 0; i < record->n_details; i++)
        n += record->details[i].type == type;
    return n;
}

static void take_access(struct scene *scene, const struct record_detail *detail)
{
    struct access *access = &scene->finding->accesses[scene->finding->n_accesses++];
    access->thread = (int)detail->thread;
    access->op = report_text(scene->report, detail->op);
    access->size = detail->size > 0 && detail->size < 1 << 30 ? (int)detail->size : 0;
    access->object = object_name(scene, detail->object);
    access->stack = stack_of(scene, "access", detail->n);
    access->held = held_by(scene, "access", detail->n, &access->n_held);
}

static void take_wait(struct scene *scene, const struct record_detail *detail)
{
    struct wait *wait = &scene->finding->waits[scene->finding->n_waits++];
    wait->thread = (int)detail->thread;
    wait->op = report_text(scene->report, detail->op);
    wait->object = object_name(scene, detail->object);
    wait->owner = (int)detail->owner;
    wait->stack = stack_of(scene, "wait", detail->thread);
    wait->held = held_by(scene, "wait", detail->thread, &wait->n_held);
}

static void take_step(struct scene *scene, const struct record_detail *detail)
{
    struct step *step = &scene->finding->trace[scene->finding->n_trace++];
    step->n = (int)detail->n;
    step->thread = (int)detail->thread;
    step->op = report_text(scene->report, detail->op);
    step->object = object_name(scene, detail->object);
    step->value = report_text(scene->report, detail->value);
    step->why = report_text(scene->report, detail->why);
    locate(scene, detail, &step->at);
}

static void take_events(struct scene *scene)
{
    const struct record_finding *record = scene->record;
    struct finding *finding = scene->finding;
    struct report *report = scene->report;
    finding->accesses =
        report_array(report, count(record, DETAIL_ACCESS), sizeof *finding->accesses);
    finding->waits = report_array(report, count(record, DETAIL_WAIT), sizeof *finding->waits);
    finding->trace = report_array(report, count(record, DETAIL_STEP), sizeof *finding->trace);
    for (size_t i = 0; i < record->n_details; i++) {
        const struct record_detail *detail = &record->details[i];
        if (detail->type == DETAIL_ACCESS)
            take_access(scene, detail);
        else if (detail->type == DETAIL_WAIT)
            take_wait(scene, detail);
        else if (detail->type == DETAIL_STEP)
            take_step(scene, detail);
    }
}

/* ---- what it is about, and where ---- */

static void look_at(struct scene *scene, const struct stack *stack)
{
    struct finding *finding = scene->finding;
    for (size_t i = 0; i < stack->n_frames; i++) {
        const struct location *at = &stack->frames[i];
        if (at->line == 0)
            continue;
        for (size_t j = 0; j < finding->n_locations; j++)
            if (finding->kind != KIND_DATA_RACE && finding->locations[j].line == at->line &&
                strcmp(finding->locations[j].file, at->file) == 0)
                return;
        finding->locations[finding->n_locations++] = *at;
        return;
    }
}

/* Accesses first, then waits, then where what they are about was freed, and where threads and
 * objects come from. */
static void take_locations(struct scene *scene)
{
    struct finding *finding = scene->finding;
    size_t most =
        finding->n_accesses + finding->n_waits + finding->n_threads + 2 * scene->n_objects;
    finding->locations = report_array(scene->report, most, sizeof *finding->locations);
    for (size_t i = 0; i < finding->n_accesses; i++)
        look_at(scene, &finding->accesses[i].stack);
    for (size_t i = 0; i < finding->n_waits; i++)
        look_at(scene, &finding->waits[i].stack);
    for (size_t i = 0; i < scene->n_objects; i++) {
        struct stack freed = stack_of(scene, "free", scene->objects[i].id);
        look_at(scene, &freed);
    }
    for (size_t i = 0; finding->kind != KIND_DATA_RACE && i < finding->n_threads; i++) {
        struct stack made = stack_of(scene, "thread", finding->threads[i].id);
        look_at(scene, &made);
    }
    for (size_t i = 0; finding->n_locations == 0 && i < scene->n_objects; i++) {
        struct stack made = stack_of(scene, "object", scene->objects[i].id);
        look_at(scene, &made);
    }
}

/* The thread that was left behind: the one that the creating access made, else the only one told.
 */
static const char *leaked_thread(const struct scene *scene)
{
    for (size_t i = 0; i < scene->record->n_details; i++) {
        const struct record_detail *detail = &scene->record->details[i];
        if (detail->type == DETAIL_ACCESS && *detail->value)
            return thread_name(scene, strtoll(detail->value, NULL, 10));
    }
    for (size_t i = 0; i < scene->record->n_details; i++)
        if (scene->record->details[i].type == DETAIL_THREAD)
            return thread_name(scene, scene->record->details[i].thread);
    return "";
}

static long long subject_id(const struct scene *scene)
{
    for (size_t i = 0; i < scene->record->n_details; i++) {
        const struct record_detail *detail = &scene->record->details[i];
        if ((detail->type == DETAIL_ACCESS || detail->type == DETAIL_WAIT) && detail->object >= 0)
            return detail->object;
    }
    return scene->n_objects ? scene->objects[0].id : -1;
}

static void take_subject(struct scene *scene)
{
    struct finding *finding = scene->finding;
    const struct named_object *object = object_by_id(scene, subject_id(scene));
    finding->object = object ? object->name : "";
    finding->object_origin = object ? object->origin : "";
    if (finding->n_accesses > 0 && *finding->accesses[0].object)
        finding->object = finding->accesses[0].object;
    if (finding->kind == KIND_THREAD_LEAK)
        finding->object = leaked_thread(scene);
}

static void take_head(struct scene *scene)
{
    struct finding *finding = scene->finding;
    const struct record_finding *record = scene->record;
    finding->detail = report_text(scene->report, record->why);
    if (finding->kind == KIND_CRASH && *finding->detail == '\0' && finding->n_accesses > 0)
        finding->detail = finding->accesses[0].op;
    if (finding->lane == LANE_EXPLORE)
        finding->replay = report_text(scene->report, record->token);
    finding->seen = record->seen;
}

const char *resolver_finding(struct resolver *resolver, const struct record_finding *record,
                             struct finding *finding)
{
    struct scene scene = {
        .resolver = resolver,
        .report = resolver->report,
        .record = record,
        .finding = finding,
    };
    take_threads(&scene);
    take_objects(&scene);
    take_events(&scene);
    take_locations(&scene);
    take_subject(&scene);
    take_head(&scene);
    free(scene.objects);
    return finding->kind == KIND_THREAD_LEAK ? "" : finding->object;
}
