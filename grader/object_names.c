/*
 * Theory of operation. An object is named by the best that is known of it: a variable with a
 * place of its own, a variable of a function whose frame holds it, a part of a block whose
 * type is certain, and else by what it is and where it comes from. Names that a reader could take
 * for one and the same thing are then told apart.
 *
 * What another lane knows of the same object may be less. So an object has keys beside its name: of
 * a block always what is told of it without types; of a local variable also (`loose`) no more
 * than on whose stack it is.
 */
#include "grader/object_names.h"

#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "grader/memory.h"
#include "grader/symbolise.h"

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
        return scene_spanish(scene) ? "bloque" : "block";
    return plain ? "variable" : report_text(scene->report, detail->kind);
}

/* What has no name in the source is told by where it comes from, which is the same in each lane. */
static const char *unnamed(const struct scene *scene, const struct record_detail *detail,
                           const char *origin)
{
    const char *kind = kind_in_words(scene, detail);
    if (*origin && detail->heap > 0)
        return report_format(scene->report,
                             scene_spanish(scene) ? "%s de %s + %lld" : "%s from %s + %lld", kind,
                             origin, detail->heap);
    if (*origin)
        return report_format(scene->report, scene_spanish(scene) ? "%s de %s" : "%s from %s", kind,
                             origin);
    if (detail->thread >= 0)
        return report_format(scene->report,
                             scene_spanish(scene) ? "%s en la pila de %s" : "%s on the stack of %s",
                             kind, scene_thread_name(scene, detail->thread));
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
    bool part = object->size < 0 || object->heap >= 0; /* of a block that is the block's */
    for (size_t i = 0; part && i < scene->record->n_details; i++) {
        const struct record_detail *detail = &scene->record->details[i];
        if (detail->type == DETAIL_ACCESS && detail->object == object->object && detail->size > 0)
            return (uint64_t)detail->size;
    }
    return !part ? (uint64_t)object->size : 0;
}

/* ---- with the help of types ---- */

/* The call that allocated the object's block, as far as our own frames are not asked. */
static const struct record_detail *allocation(const struct scene *scene,
                                              const struct record_detail *object)
{
    struct location at;
    for (size_t i = 0; i < scene->record->n_details; i++) {
        const struct record_detail *detail = &scene->record->details[i];
        if (detail->type == DETAIL_FRAME && scene_belongs(detail, "object", object->object) &&
            scene_locate(scene, detail, &at))
            return detail;
    }
    return NULL;
}

/* At least one byte: where nobody said how many are meant, the innermost part is. */
static uint64_t part_size(const struct scene *scene, const struct record_detail *detail)
{
    uint64_t size = object_size(scene, detail);
    return size ? size : 1;
}

static bool name_block(struct scene *scene, struct named_object *object)
{
    const struct record_detail *detail = object->detail;
    const struct record_detail *made = detail->heap >= 0 ? allocation(scene, detail) : NULL;
    struct block_name name;
    if (!made || detail->size <= 0 ||
        !symboliser_block(scene_symbols(scene, made->module), made->offset, (uint64_t)detail->size,
                          (uint64_t)detail->heap, part_size(scene, detail), scene->report, &name) ||
        (detail->heap > 0 && *name.path == '\0'))
        return false;
    object->type = name.type;
    object->path = name.path;
    object->origin =
        report_format(scene->report, scene_spanish(scene) ? "se reservó en %s" : "allocated at %s",
                      object->origin);
    return true;
}

static bool name_local(struct scene *scene, struct named_object *object)
{
    const struct record_detail *detail = object->detail;
    struct symboliser *symbols = scene_symbols(scene, detail->module);
    struct local_name local;
    if (!detail->is_local || !symbols ||
        !symboliser_local(symbols, detail->offset, detail->local, part_size(scene, detail),
                          scene->report, &local))
        return false;
    const struct location *at = &local.declared;
    object->name = local.path;
    object->function = scene_plain_function(at->function);
    object->key = report_format(scene->report, "%s in %s()", local.path, object->function);
    object->origin = report_format(scene->report,
                                   scene_spanish(scene) ? "variable local de %s(), %s:%d"
                                                        : "local variable of %s(), %s:%d",
                                   object->function, at->file, at->line);
    return true;
}

static bool name_static(struct scene *scene, struct named_object *object)
{
    const struct record_detail *detail = object->detail;
    struct symboliser *symbols = scene_symbols(scene, detail->module);
    return !detail->is_local && symbols &&
           symboliser_variable(symbols, detail->offset, object_size(scene, detail), scene->report,
                               &object->name);
}

static void take_object(struct scene *scene, const struct record_detail *detail)
{
    struct named_object *object = &scene->objects[scene->n_objects++];
    struct stack made = scene_stack(scene, "object", detail->object);
    *object = (struct named_object){.id = detail->object,
                                    .detail = detail,
                                    .origin = place_of(scene, &made),
                                    .loose = "",
                                    .type = "",
                                    .path = "",
                                    .function = ""};
    object->name = object->key = unnamed(scene, detail, object->origin);
    if (detail->thread >= 0)
        object->loose = unnamed(scene, detail, "");
    if (strcmp(detail->kind, "thread") == 0)
        object->name = object->key = scene_thread_name(scene, detail->thread);
    else if (name_static(scene, object))
        object->key = object->name;
    else if (!name_local(scene, object))
        name_block(scene, object);
    object->whole = object->name;
}

/* ---- telling apart what has one name ---- */

/* The how manieth of the finding's blocks of this type it is part of, from 1; 0 if there is but
 * one. Blocks are numbered as they lie, which is in the order of their allocation. */
static int instance(const struct scene *scene, const struct named_object *object)
{
    long long seen = -1;
    int before = 0;
    bool others = false;
    for (;;) {
        long long next = LLONG_MAX;
        for (size_t i = 0; i < scene->n_objects; i++) {
            const struct named_object *other = &scene->objects[i];
            long long block = other->detail->block;
            if (block > seen && block < next && strcmp(other->type, object->type) == 0)
                next = block;
        }
        if (next == LLONG_MAX)
            break;
        seen = next;
        before += next < object->detail->block;
        others |= next != object->detail->block;
    }
    return others ? before + 1 : 0;
}

static void call_block(struct scene *scene, struct named_object *object)
{
    struct report *report = scene->report;
    if (*object->type == '\0')
        return;
    int n = object->detail->block >= 0 ? instance(scene, object) : 0;
    object->whole =
        n ? report_format(report, "%s#%d", object->type, n) : report_text(report, object->type);
    object->name = *object->path ? report_format(report, "%s->%s", object->whole, object->path)
                                 : object->whole;
}

/* What else has the name of a local variable, as it was given by the source. */
static const struct named_object *namesake(const struct scene *scene,
                                           const struct named_object *object, const char *name)
{
    for (size_t i = 0; i < scene->n_objects; i++) {
        const struct named_object *other = &scene->objects[i];
        size_t length = strlen(name);
        if (other != object && strncmp(other->name, name, length) == 0 &&
            (other->name[length] == '\0' || other->name[length] == ' '))
            return other;
    }
    return NULL;
}

static void qualify_local(struct scene *scene, struct named_object *object)
{
    const struct named_object *other =
        *object->function ? namesake(scene, object, object->name) : NULL;
    if (!other)
        return;
    if (strcmp(other->function, object->function) != 0)
        object->name =
            report_format(scene->report, scene_spanish(scene) ? "%s de %s()" : "%s in %s()",
                          object->name, object->function);
    else if (other->detail->thread != object->detail->thread)
        object->name =
            report_format(scene->report, scene_spanish(scene) ? "%s de %s" : "%s of %s",
                          object->name, scene_thread_name(scene, object->detail->thread));
}

void scene_take_objects(struct scene *scene)
{
    size_t n = 0;
    for (size_t i = 0; i < scene->record->n_details; i++)
        n += scene->record->details[i].type == DETAIL_OBJECT;
    scene->objects = memory_new(n, sizeof *scene->objects);
    for (size_t i = 0; i < scene->record->n_details; i++)
        if (scene->record->details[i].type == DETAIL_OBJECT)
            take_object(scene, &scene->record->details[i]);
    for (size_t i = 0; i < scene->n_objects; i++)
        call_block(scene, &scene->objects[i]);
    for (size_t i = 0; i < scene->n_objects; i++)
        qualify_local(scene, &scene->objects[i]);
}

const struct named_object *scene_object(const struct scene *scene, long long id)
{
    for (size_t i = 0; id >= 0 && i < scene->n_objects; i++)
        if (scene->objects[i].id == id)
            return &scene->objects[i];
    return NULL;
}

const char *scene_object_name(const struct scene *scene, long long id, const char *op)
{
    const struct named_object *object = scene_object(scene, id);
    if (!object)
        return "";
    return strcmp(op, "free") == 0 || strcmp(op, "malloc") == 0 ? object->whole : object->name;
}
