/*
 * Theory of operation. The details of a record are a flat list. Threads and objects are named
 * first, into tables by number, since everything else speaks of them; then accesses, waits and
 * steps are taken in their order, each with the frames and locks that say they belong to it
 * (`of=access0`). What the finding is about and where to look first follows from those.
 */
#include "grader/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/memory.h"
#include "grader/object_names.h"
#include "grader/scene.h"
#include "grader/symbolise.h"

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

/* ---- threads ---- */

static void see_thread(struct scene *scene, long long id)
{
    struct finding *finding = scene->finding;
    if (id < 0 || scene_thread(scene, id))
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
    struct thread_info *thread = scene_thread(scene, detail->thread);
    struct symboliser *symbols = scene_symbols(scene, detail->module);
    scene_locate(scene, detail, &thread->start);
    const char *function =
        symbols ? symboliser_function(symbols, detail->offset, scene->report) : NULL;
    thread->name = *detail->name ? report_text(scene->report, detail->name)
                   : function    ? scene_plain_function(function)
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

/* ---- accesses, waits, steps ---- */

static const char **held_by(const struct scene *scene, const char *of, long long number, size_t *n)
{
    const struct record_finding *record = scene->record;
    size_t count = 0;
    for (size_t i = 0; i < record->n_details; i++)
        count += record->details[i].type == DETAIL_HELD &&
                 scene_belongs(&record->details[i], of, number);
    const char **held = report_array(scene->report, count, sizeof *held);
    *n = 0;
    for (size_t i = 0; i < record->n_details; i++)
        if (record->details[i].type == DETAIL_HELD &&
            scene_belongs(&record->details[i], of, number))
            held[(*n)++] = scene_object_name(scene, record->details[i].object, "");
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
    access->object = scene_object_name(scene, detail->object, detail->op);
    access->stack = scene_stack(scene, "access", detail->n);
    access->held = held_by(scene, "access", detail->n, &access->n_held);
}

static void take_wait(struct scene *scene, const struct record_detail *detail)
{
    struct wait *wait = &scene->finding->waits[scene->finding->n_waits++];
    wait->thread = (int)detail->thread;
    wait->op = report_text(scene->report, detail->op);
    wait->object = scene_object_name(scene, detail->object, detail->op);
    wait->owner = (int)detail->owner;
    wait->stack = scene_stack(scene, "wait", detail->thread);
    wait->held = held_by(scene, "wait", detail->thread, &wait->n_held);
}

static void take_step(struct scene *scene, const struct record_detail *detail)
{
    struct step *step = &scene->finding->trace[scene->finding->n_trace++];
    step->n = (int)detail->n;
    step->thread = (int)detail->thread;
    step->op = report_text(scene->report, detail->op);
    step->object = scene_object_name(scene, detail->object, detail->op);
    step->value = report_text(scene->report, detail->value);
    step->why = report_text(scene->report, detail->why);
    scene_locate(scene, detail, &step->at);
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
        struct stack freed = scene_stack(scene, "free", scene->objects[i].id);
        look_at(scene, &freed);
    }
    for (size_t i = 0; finding->kind != KIND_DATA_RACE && i < finding->n_threads; i++) {
        struct stack made = scene_stack(scene, "thread", finding->threads[i].id);
        look_at(scene, &made);
    }
    for (size_t i = 0; finding->n_locations == 0 && i < scene->n_objects; i++) {
        struct stack made = scene_stack(scene, "object", scene->objects[i].id);
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
            return scene_thread_name(scene, strtoll(detail->value, NULL, 10));
    }
    for (size_t i = 0; i < scene->record->n_details; i++)
        if (scene->record->details[i].type == DETAIL_THREAD)
            return scene_thread_name(scene, scene->record->details[i].thread);
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
    const struct named_object *object = scene_object(scene, subject_id(scene));
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

/* Of what the finding is about. A thread's number is not the same in every lane. */
static struct finding_key key_of(const struct scene *scene)
{
    const struct finding *finding = scene->finding;
    if (finding->kind == KIND_THREAD_LEAK)
        return (struct finding_key){"", ""};
    for (size_t i = 0; i < scene->n_objects; i++) {
        const struct named_object *object = &scene->objects[i];
        if (*finding->object && (strcmp(object->name, finding->object) == 0 ||
                                 strcmp(object->whole, finding->object) == 0))
            return (struct finding_key){object->key, object->loose};
    }
    return (struct finding_key){finding->object, ""};
}

struct finding_key resolver_finding(struct resolver *resolver, const struct record_finding *record,
                                    struct finding *finding)
{
    struct scene scene = {
        .resolver = resolver,
        .report = resolver->report,
        .record = record,
        .finding = finding,
    };
    take_threads(&scene);
    scene_take_objects(&scene);
    take_events(&scene);
    take_locations(&scene);
    take_subject(&scene);
    take_head(&scene);
    struct finding_key key = key_of(&scene);
    free(scene.objects);
    return key;
}
