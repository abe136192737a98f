/*
 * scene.h - one finding while its numbers become names; between findings.c, which resolves it, and
 * object_names.c, which names what it is about. Nobody else includes this.
 */
#ifndef HILO_GRADER_SCENE_H
#define HILO_GRADER_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/records.h"
#include "grader/symbolise.h"
#include "reports/report.h"

struct resolver {
    struct report *report;
    struct symboliser *student, *scenarios;
};

struct named_object {
    long long id;
    const struct record_detail *detail;
    const char *name;
    const char *whole;    /* of the block that it is part of; else the name */
    const char *origin;   /* "likes.c:12", "local variable of next(), likes.c:12", or "" */
    const char *key;      /* what to know it by in another scenario or lane */
    const char *loose;    /* the same for lanes that know less of it, or "" */
    const char *type;     /* heap: of what structure it is a part, or "" */
    const char *path;     /* which part, or "" for all of it */
    const char *function; /* stack: whose variable it is, or "" */
};

struct scene {
    struct resolver *resolver;
    struct report *report;
    const struct record_finding *record;
    struct finding *finding;
    size_t n_objects;
    struct named_object *objects;
};

/* Of a module that nobody knows: NULL. */
struct symboliser *scene_symbols(const struct scene *scene, enum record_module module);

/* A scenario is known by its name, not by what the macro makes of it. */
const char *scene_plain_function(const char *name);

/* The place of a detail's instruction; false, with an empty place, when unknown. */
bool scene_locate(const struct scene *scene, const struct record_detail *detail,
                  struct location *at);

/* Whether it details `to` number `number`: "access", 0. */
bool scene_belongs(const struct record_detail *detail, const char *to, long long number);

/* The frames of one stack, without those of our own programs. */
struct stack scene_stack(const struct scene *scene, const char *of, long long number);

struct thread_info *scene_thread(const struct scene *scene, long long id);

/* "" when there is no such thread. */
const char *scene_thread_name(const struct scene *scene, long long id);

bool scene_spanish(const struct scene *scene);

#endif
