#include "grader/scenarios.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/memory.h"
#include "grader/sha256.h"

enum { SOURCE_MAX = 4 << 20, PRODUCT_MAX = 64 << 20 };

/* Raised when the way they are built changes in a way that the key does not see. */
static const char recipe[] = "hilo-scenarios/1";

static bool add_file(struct sha256 *sha, const char *dir, const char *name, struct error *error)
{
    char *path = memory_format("%s/%s", dir, name);
    size_t size;
    char *bytes = fs_read_file(path, SOURCE_MAX, &size, error);
    if (bytes) {
        /* With their lengths, so that no two sets of files read alike. */
        char head[64];
        snprintf(head, sizeof head, "file %zu\n", size);
        sha256_add(sha, head, strlen(head));
        sha256_add(sha, bytes, size);
    }
    free(path);
    free(bytes);
    return bytes != NULL;
}

static bool make_key(const struct manifest *manifest, const char *include,
                     const struct tools *tools, char key[static SHA256_HEX], struct error *error)
{
    struct sha256 sha;
    char text[4096];
    sha256_begin(&sha);
    sha256_add(&sha, recipe, sizeof recipe);
    tools_identity(tools, text, sizeof text);
    sha256_add(&sha, text, strlen(text));
    compile_flags(text, sizeof text);
    sha256_add(&sha, text, strlen(text));
    for (size_t i = 0; i < known_count(); i++) {
        snprintf(text, sizeof text, "%s %u\n", known_name((int)i), known_lanes((int)i));
        sha256_add(&sha, text, strlen(text));
    }
    bool done = add_file(&sha, manifest->dir, "scenarios.c", error) &&
                add_file(&sha, manifest->dir, manifest->header, error) &&
                add_file(&sha, include, "scenario.h", error);
    sha256_end(&sha, key);
    return done;
}

/* Make a folder and those above it; false when that cannot be. */
static bool make_folder(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* The folder of cached products, made when missing; NULL when there can be none. One that somebody
 * else may write into is none: what lies there is loaded. */
static char *cache_dir(void)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char *dir = NULL;
    if (base && *base == '/')
        dir = memory_format("%s/hilo/scenarios", base);
    else if (home && *home == '/')
        dir = memory_format("%s/.cache/hilo/scenarios", home);
    struct stat status;
    if (dir && make_folder(dir) && lstat(dir, &status) == 0 && S_ISDIR(status.st_mode) &&
        status.st_uid == geteuid() && !(status.st_mode & (S_IWGRP | S_IWOTH)))
        return dir;
    free(dir);
    return NULL;
}

static bool set_paths(char paths[PRODUCT_COUNT][PRODUCT_PATH], const char *dir)
{
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        int written = snprintf(paths[i], PRODUCT_PATH, "%s/scenarios-%s.so", dir, product_name(i));
        if (written < 0 || written >= PRODUCT_PATH)
            return false;
    }
    return true;
}

static bool all_there(char paths[PRODUCT_COUNT][PRODUCT_PATH])
{
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct stat status;
        if (lstat(paths[i], &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
            status.st_uid != geteuid())
            return false;
    }
    return true;
}

/* Put what was made into the cache. Best effort: without it, the next one is made again. */
static void publish(char paths[PRODUCT_COUNT][PRODUCT_PATH], const char *cache, const char *place)
{
    char *aside = memory_format("%s/new-XXXXXX", cache);
    char copies[PRODUCT_COUNT][PRODUCT_PATH];
    struct error error = {0};
    bool done = mkdtemp(aside) && set_paths(copies, aside);
    for (int i = 0; i < PRODUCT_COUNT && done; i++) {
        size_t size;
        char *bytes = fs_read_file(paths[i], PRODUCT_MAX, &size, &error);
        done = bytes && fs_write_file(copies[i], bytes, size, &error);
        free(bytes);
    }
    /* Somebody who was faster leaves a folder that is not empty, and then rename() fails. */
    if (!done || rename(aside, place) != 0)
        fs_remove_tree(aside, &error);
    free(aside);
}

static bool link_all(struct compile *compile, const struct tools *tools, const char *work,
                     char paths[PRODUCT_COUNT][PRODUCT_PATH], double *cpu_ms, struct error *error)
{
    struct audit audits[FLAVOUR_COUNT] = {0};
    struct link link = {.tools = tools, .dir = work, .n_objects = compile->n_files};
    bool done = true, well = false;
    for (int i = 0; i < FLAVOUR_COUNT && done; i++) {
        done = audit_ours((const char *const *)compile->objects[i], compile->n_files, &audits[i],
                          error);
        link.objects[i] = compile->objects[i];
        link.audits[i] = &audits[i];
    }
    for (int i = 0; i < PRODUCT_COUNT; i++)
        link.outputs[i] = paths[i];
    done = done && link_run(&link, &well, error);
    *cpu_ms += link.cpu_ms;
    for (size_t i = 0; i < link.n_runs && done && !well; i++)
        if (!tool_succeeded(&link.runs[i]))
            done = error_set(error, ERROR_USAGE, "the scenarios do not link: %.400s",
                             link.runs[i].result.errors);
    link_free(&link);
    for (int i = 0; i < FLAVOUR_COUNT; i++)
        audit_free(&audits[i]);
    return done;
}

/* "scenario.h" and "harness/scenario.h" are both right, wherever hilo is installed; and of the
 * folder that it lies in nothing else is to be seen. */
static bool copy_include(const char *include, const char *own, struct error *error)
{
    char *nested = memory_format("%s/harness", own);
    bool done = make_folder(nested) ||
                error_errno(error, ERROR_MACHINE, "cannot make the folder %s", nested);
    const char *const folders[] = {own, nested};
    char *from = memory_format("%s/scenario.h", include);
    size_t size;
    char *bytes = done ? fs_read_file(from, SOURCE_MAX, &size, error) : NULL;
    for (size_t i = 0; i < 2 && bytes && done; i++) {
        char *to = memory_format("%s/scenario.h", folders[i]);
        done = fs_write_file(to, bytes, size, error);
        free(to);
    }
    done = done && bytes;
    free(bytes);
    free(from);
    free(nested);
    return done;
}

static bool make(const char *source_dir, const char *include, const struct tools *tools,
                 const char *work, char paths[PRODUCT_COUNT][PRODUCT_PATH], double *cpu_ms,
                 struct error *error)
{
    static const char *const files[] = {"scenarios.c"};
    char *own = memory_format("%s/include", work);
    struct compile compile = {.tools = tools,
                              .source_dir = source_dir,
                              .include = {own, NULL},
                              .object_dir = work,
                              .prefix = "scenarios",
                              .files = files,
                              .n_files = 1,
                              .wanted = {[INSTRUMENTED] = true, [NATIVE] = true}};
    bool well = false;
    bool done = copy_include(include, own, error) && compile_run(&compile, &well, error);
    if (done && !well) {
        char text[600];
        compile_first_error(&compile, text, sizeof text);
        done =
            error_set(error, ERROR_USAGE, "%s/scenarios.c does not compile: %s", source_dir, text);
    }
    done = done && compile_assemble(&compile, error);
    *cpu_ms += compile.cpu_ms;
    done = done && link_all(&compile, tools, work, paths, cpu_ms, error);
    compile_free(&compile);
    free(own);
    return done;
}

bool scenarios_build(const struct manifest *manifest, const struct tools *tools, const char *work,
                     char paths[PRODUCT_COUNT][PRODUCT_PATH], double *cpu_ms, struct error *error)
{
    char source_dir[PATH_MAX], key[SHA256_HEX];
    const char *include = include_dir();
    if (!include)
        return error_set(error, ERROR_MACHINE,
                         "scenario.h is not beside the program; set HILO_INCLUDE to its folder");
    if (!realpath(manifest->dir, source_dir))
        return error_errno(error, ERROR_USAGE, "%s", manifest->dir);
    if (!make_key(manifest, include, tools, key, error))
        return false;

    char *cache = cache_dir();
    char *place = cache ? memory_format("%s/%s", cache, key) : NULL;
    bool done = place && set_paths(paths, place) && all_there(paths);
    if (!done) {
        done = set_paths(paths, work) ||
               error_set(error, ERROR_MACHINE, "%s: the name of this folder is too long", work);
        done = done && make(source_dir, include, tools, work, paths, cpu_ms, error);
        if (done && place)
            publish(paths, cache, place);
    }
    free(place);
    free(cache);
    return done;
}
