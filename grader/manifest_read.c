/* manifest_read.c - see manifest_read.h. */
#include "grader/manifest_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool bad(struct loader *l, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_set(l->error, ERROR_USAGE, "%s/exercise.json: %s%s%s", l->dir, l->place,
                     *l->place ? ": " : "", text);
}

bool no_memory(struct loader *l)
{
    return error_set(l->error, ERROR_MACHINE, "%s/exercise.json: out of memory", l->dir);
}

size_t enter(struct loader *l, const char *key)
{
    size_t mark = strlen(l->place);
    snprintf(l->place + mark, sizeof l->place - mark, "%s%.60s", mark ? "." : "", key);
    return mark;
}

size_t enter_item(struct loader *l, size_t index)
{
    size_t mark = strlen(l->place);
    snprintf(l->place + mark, sizeof l->place - mark, "[%zu]", index);
    return mark;
}

bool leave(struct loader *l, size_t mark)
{
    l->place[mark] = '\0';
    return true;
}

bool is_object(struct loader *l, const json_t *json)
{
    return json_is_object(json) || bad(l, "an object { } expected");
}

bool only_keys(struct loader *l, json_t *object, const char *const *keys)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (keys[i] && strcmp(keys[i], key) != 0)
            i++;
        if (keys[i])
            continue;
        char known[300] = "";
        for (i = 0; keys[i]; i++) {
            size_t used = strlen(known);
            snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", keys[i]);
        }
        return bad(l, "unknown key '%.60s': known are %s", key, known);
    }
    return true;
}

bool copy_text(struct loader *l, const json_t *json, char **copy)
{
    if (!json_is_string(json))
        return bad(l, "a text \"...\" expected");
    if (json_string_length(json) == 0)
        return bad(l, "an empty text");
    *copy = strdup(json_string_value(json));
    return *copy || no_memory(l);
}

bool read_text(struct loader *l, json_t *object, const char *key, char **text)
{
    size_t mark = enter(l, key);
    const json_t *json = json_object_get(object, key);
    if (!json)
        return bad(l, "missing");
    return copy_text(l, json, text) && leave(l, mark);
}

static bool is_name(const char *text)
{
    if (*text < 'a' || *text > 'z')
        return false;
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0' &&
           strlen(text) <= MANIFEST_NAME_MAX;
}

bool check_name(struct loader *l, const char *text)
{
    return is_name(text) || bad(l, "'%.60s' is not a name: [a-z][a-z0-9_]*, at most %d bytes", text,
                                (int)MANIFEST_NAME_MAX);
}

bool read_name(struct loader *l, json_t *object, const char *key, char **name)
{
    if (!read_text(l, object, key, name))
        return false;
    size_t mark = enter(l, key);
    return check_name(l, *name) && leave(l, mark);
}

/* The name of a file beside exercise.json. */
bool read_file_name(struct loader *l, json_t *object, const char *key, const char *suffix,
                    char **name)
{
    if (!read_text(l, object, key, name))
        return false;
    size_t mark = enter(l, key);
    size_t length = strlen(*name);
    if (strchr(*name, '/') || (*name)[0] == '.' || length <= strlen(suffix) ||
        strcmp(*name + length - strlen(suffix), suffix) != 0)
        return bad(l, "'%.60s' is not the name of a %s file in this folder", *name, suffix);
    return leave(l, mark);
}

bool take_long(struct loader *l, const json_t *json, long low, long high, long *value)
{
    if (!json_is_integer(json))
        return bad(l, "a whole number expected");
    *value = json_integer_value(json);
    if (*value < low || *value > high)
        return bad(l, "%ld is not within %ld to %ld", *value, low, high);
    return true;
}

bool read_long(struct loader *l, json_t *object, const char *key, bool required, long high,
               long *value)
{
    size_t mark = enter(l, key);
    const json_t *json = json_object_get(object, key);
    if (!json)
        return required ? bad(l, "missing") : leave(l, mark);
    return take_long(l, json, 1, high, value) && leave(l, mark);
}

bool read_points(struct loader *l, json_t *object, double *points)
{
    size_t mark = enter(l, "points");
    const json_t *json = json_object_get(object, "points");
    if (!json)
        return bad(l, "missing");
    if (!json_is_number(json))
        return bad(l, "a number expected");
    *points = json_number_value(json);
    if (!(*points > 0 && *points <= 1000))
        return bad(l, "%g points: more than 0 and at most 1000 expected", *points);
    return leave(l, mark);
}

/* {"es": "...", "en": "..."}, at least one of them. */
bool read_bilingual(struct loader *l, json_t *object, const char *key, bool required,
                    struct bilingual *text)
{
    static const char *const keys[] = {"es", "en", NULL};
    size_t mark = enter(l, key);
    json_t *json = json_object_get(object, key);
    if (!json)
        return required ? bad(l, "missing") : leave(l, mark);
    if (!is_object(l, json) || !only_keys(l, json, keys))
        return false;
    if (json_object_size(json) == 0)
        return bad(l, "a text in \"es\" or \"en\" expected");
    if (json_object_get(json, "es") && !read_text(l, json, "es", &text->es))
        return false;
    if (json_object_get(json, "en") && !read_text(l, json, "en", &text->en))
        return false;
    return leave(l, mark);
}

bool read_list(struct loader *l, json_t *object, const struct list_spec *spec, struct list *list)
{
    size_t mark = enter(l, spec->key);
    json_t *json = json_object_get(object, spec->key);
    if (!json)
        return spec->min > 0 ? bad(l, "missing") : leave(l, mark);
    if (!json_is_array(json))
        return bad(l, "a list [ ] expected");
    size_t n = json_array_size(json);
    if (n < spec->min || n > spec->max)
        return bad(l, "%zu entries: %zu to %zu expected", n, spec->min, spec->max);
    list->items = calloc(n + 1, spec->item_size);
    if (!list->items)
        return no_memory(l);
    list->n = n;
    for (size_t i = 0; i < n; i++) {
        size_t here = enter_item(l, i);
        if (!spec->load(l, json_array_get(json, i), (char *)list->items + i * spec->item_size))
            return false;
        leave(l, here);
    }
    return leave(l, mark);
}
