#include "grader/batch_list.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "grader/memory.h"

enum {
    NAME_BYTES_MAX = 180
}; /* leaves room for "-2.json" and the name of the file written aside */

static bool ends_in_c(const char *name)
{
    size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, ".c") == 0;
}

/* The name of a report is made of what a student or an LMS chose: it stays in OUT, is not hidden,
 * is no option to anything and drives no terminal. */
static char *name_of(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    char *name = memory_format("%.*s", (int)(end - start), path + start);
    if (ends_in_c(name))
        name[strlen(name) - 2] = '\0';
    if (strlen(name) > NAME_BYTES_MAX)
        name[NAME_BYTES_MAX] = '\0';
    for (char *at = name; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 127 || *at == '/' || *at == '\\')
            *at = '_';
    if (*name == '.' || *name == '-')
        *name = '_';
    return name;
}

static void add_entry(struct batch_list *list, const char *path)
{
    list->entries = memory_grow(list->entries, list->n, sizeof *list->entries);
    struct batch_entry *entry = &list->entries[list->n++];
    entry->path = memory_text(path);
    entry->name = name_of(path);
}

static void add_ignored(struct batch_list *list, const char *path)
{
    list->ignored = memory_grow(list->ignored, list->n_ignored, sizeof *list->ignored);
    list->ignored[list->n_ignored++] = memory_text(path);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* What is called .c is a submission whatever it is: a link or a pipe is refused when it is read,
 * in a report that says so, rather than passed over in silence. */
static void add_found(struct batch_list *list, const char *path, const char *name,
                      const struct stat *out)
{
    struct stat status;
    bool known = lstat(path, &status) == 0;
    if (known && S_ISDIR(status.st_mode)) {
        if (!out || !same_file(&status, out))
            add_entry(list, path);
    } else if (ends_in_c(name)) {
        add_entry(list, path);
    } else {
        add_ignored(list, path);
    }
}

static bool add_folder(struct batch_list *list, const char *path, const struct stat *out,
                       struct error *error)
{
    struct dirent **found;
    int n = scandir(path, &found, NULL, alphasort);
    if (n < 0)
        return error_errno(error, ERROR_USAGE, "%s", path);
    bool slash = path[strlen(path) - 1] == '/';
    for (int i = 0; i < n; i++) {
        const char *name = found[i]->d_name;
        char *whole = memory_format("%s%s%s", path, slash ? "" : "/", name);
        if (name[0] != '.')
            add_found(list, whole, name, out);
        free(whole);
        free(found[i]);
    }
    free(found);
    return true;
}

static bool add_path(struct batch_list *list, const char *path, const struct stat *out,
                     struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return error_errno(error, ERROR_USAGE, "%s", path);
    if (S_ISDIR(status.st_mode))
        return add_folder(list, path, out, error);
    if (!ends_in_c(path))
        return error_set(error, ERROR_USAGE,
                         "%s: neither a .c file nor a folder; archives must be unpacked first",
                         path);
    add_entry(list, path);
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct batch_entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->path, y->path);
}

static bool taken(const struct batch_list *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->entries[i].name, name) == 0)
            return true;
    return false;
}

/* The second `ana` becomes `ana-2`, unless somebody is called so. */
static void tell_apart(struct batch_list *list)
{
    for (size_t i = 1; i < list->n; i++) {
        struct batch_entry *entry = &list->entries[i];
        const char *name = list->entries[i - 1].name;
        if (strcmp(entry->name, name) != 0)
            continue;
        for (size_t j = i; j < list->n && strcmp(list->entries[j].name, name) == 0; j++) {
            char *other = NULL;
            for (size_t number = j - i + 2; !other || taken(list, other); number++) {
                free(other);
                other = memory_format("%s-%zu", name, number);
            }
            free(list->entries[j].name);
            list->entries[j].name = other;
            list->entries[j].renamed = true;
        }
    }
}

bool batch_list_collect(struct batch_list *list, char *const *paths, size_t n_paths,
                        const char *out, struct error *error)
{
    struct stat status;
    *list = (struct batch_list){0};
    const struct stat *own = stat(out, &status) == 0 ? &status : NULL;
    for (size_t i = 0; i < n_paths; i++)
        if (!add_path(list, paths[i], own, error))
            return false;
    if (list->n == 0)
        return error_set(error, ERROR_USAGE, "%s: no .c file and no folder in there to grade",
                         paths[0]);
    qsort(list->entries, list->n, sizeof *list->entries, by_name);
    tell_apart(list);
    qsort(list->entries, list->n, sizeof *list->entries, by_name);
    return true;
}

void batch_list_free(struct batch_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->entries[i].path);
        free(list->entries[i].name);
    }
    for (size_t i = 0; i < list->n_ignored; i++)
        free(list->ignored[i]);
    free(list->entries);
    free(list->ignored);
    *list = (struct batch_list){0};
}
