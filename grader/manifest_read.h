/*
 * manifest_read.h - reading the members of a JSON object strictly: for manifest_load.c only.
 *
 * jansson refuses what is not JSON and says the line; its values no longer know theirs. So a
 * loader keeps the way down to the value it is at ("scenarios[2].inputs.n") and puts it before
 * every complaint. Each read_*() takes one member of an object: it goes down, checks, copies,
 * comes up. After a complaint nobody comes up: loading is over.
 *
 * Ownership: what is read is allocated and belongs to the manifest, also after a complaint.
 * Threads: a loader belongs to one.
 */
#ifndef HILO_GRADER_MANIFEST_READ_H
#define HILO_GRADER_MANIFEST_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "grader/manifest.h"

struct loader {
    const char *dir; /* as the caller named it */
    char place[400];
    struct error *error;
};

/* Complain: "DIR/exercise.json: PLACE: text". Always false. */
bool bad(struct loader *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool no_memory(struct loader *l);

/* Go down to a member or an item; leave() takes what they return, and is always true. */
size_t enter(struct loader *l, const char *key);
size_t enter_item(struct loader *l, size_t index);
bool leave(struct loader *l, size_t mark);

/* The value is an object, and has no key but these (which end with NULL). */
bool is_object(struct loader *l, const json_t *json);
bool only_keys(struct loader *l, json_t *object, const char *const *keys);

/* The value itself. */
bool copy_text(struct loader *l, const json_t *json, char **copy);
bool check_name(struct loader *l, const char *text);
bool take_long(struct loader *l, const json_t *json, long low, long high, long *value);

/* A member. Numbers are 1 to `high`, and keep their value when absent and not required. */
bool read_text(struct loader *l, json_t *object, const char *key, char **text);
bool read_name(struct loader *l, json_t *object, const char *key, char **name);
bool read_file_name(struct loader *l, json_t *object, const char *key, const char *suffix,
                    char **name);
bool read_long(struct loader *l, json_t *object, const char *key, bool required, long high,
               long *value);
bool read_points(struct loader *l, json_t *object, double *points);
bool read_bilingual(struct loader *l, json_t *object, const char *key, bool required,
                    struct bilingual *text);

/* A list. Its items are allocated zeroed and counted before the first is loaded, so that what
 * is half filled can be freed. */
typedef bool load_item(struct loader *l, json_t *json, void *item);

struct list {
    void *items;
    size_t n;
};

struct list_spec {
    const char *key;
    size_t item_size;
    size_t min, max; /* min 0: the key may be absent */
    load_item *load;
};

bool read_list(struct loader *l, json_t *object, const struct list_spec *spec, struct list *list);

#endif
