/*
 * object_names.h - what the objects of a finding are called.
 *
 * A name is what a student would write: "total", "post_table[2].count", "counter.total" of a local
 * variable, "likes->total" of a struct likes on the heap and "likes" for all of it; where the
 * source has none, "block from likes.c:39 + 40". Never a guess.
 *
 * Ownership: the caller frees scene->objects, texts belong to the report. Threads: one.
 */
#ifndef HILO_GRADER_OBJECT_NAMES_H
#define HILO_GRADER_OBJECT_NAMES_H

#include "grader/scene.h"

/* Fill scene->objects. The threads must have their names. */
void scene_take_objects(struct scene *scene);

/* The object of a number, or NULL. */
const struct named_object *scene_object(const struct scene *scene, long long id);

/* Its name, or "". What is allocated and freed is the block, even where it begins with a lock. */
const char *scene_object_name(const struct scene *scene, long long id, const char *op);

#endif
