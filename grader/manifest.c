/* manifest.c - where exercises are found, and which inputs their scenarios get. Loading one is
 * in manifest_load.c. */
#include "grader/manifest.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void free_bilingual(struct bilingual *text)
{
    free(text->es);
    free(text->en);
}

static void free_scenario(struct manifest_scenario *scenario)
{
    free(scenario->name);
    free_bilingual(&scenario->title);
    for (size_t i = 0; i < scenario->n_inputs; i++)
        free(scenario->inputs[i].name);
    free(scenario->inputs);
    for (size_t i = 0; i < scenario->n_judgements; i++) {
        free(scenario->judgements[i].text);
        judge_free(scenario->judgements[i].that);
        free_bilingual(&scenario->judgements[i].message);
    }
    free(scenario->judgements);
    for (size_t i = 0; i < scenario->n_parallel; i++) {
        free(scenario->parallel[i].a);
        free(scenario->parallel[i].b);
    }
    free(scenario->parallel);
}

void manifest_free(struct manifest *manifest)
{
    if (!manifest)
        return;
    free(manifest->dir);
    free(manifest->name);
    free_bilingual(&manifest->title);
    free(manifest->header);
    free(manifest->starter);
    for (size_t i = 0; i < manifest->n_functions; i++)
        free(manifest->functions[i]);
    free(manifest->functions);
    for (size_t i = 0; i < manifest->n_scenarios; i++)
        free_scenario(&manifest->scenarios[i]);
    free(manifest->scenarios);
    free(manifest);
}

const char *bilingual_get(const struct bilingual *text, const char *language)
{
    bool english = strcmp(language, "en") == 0;
    const char *first = english ? text->en : text->es;
    const char *second = english ? text->es : text->en;
    if (first)
        return first;
    return second ? second : "";
}

static bool holds_exercise(const char *dir, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s%s%s/exercise.json", dir, *name ? "/" : "", name);
    return length > 0 && (size_t)length < sizeof path && access(path, F_OK) == 0;
}

/* The folder above the one that holds the running program; "" when the system does not tell. */
static void program_root(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    path[length > 0 ? length : 0] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(path, '/');
        if (slash)
            *slash = '\0';
    }
}

const char *exercises_dir(void)
{
    static char dir[PATH_MAX + sizeof "/share/hilo/exercises"];
    const char *chosen = getenv("HILO_EXERCISES");
    if (chosen && *chosen) {
        snprintf(dir, sizeof dir, "%s", chosen);
        return dir;
    }
    char root[PATH_MAX];
    program_root(root, sizeof root);
    snprintf(dir, sizeof dir, "%s/exercises", root);
    if (access(dir, F_OK) != 0)
        snprintf(dir, sizeof dir, "%s/share/hilo/exercises", root);
    return dir;
}

/* "likes, queue": what there is, for whoever asked for something else. */
static void list_exercises(const char *dir, char *list, size_t size)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, NULL, alphasort);
    size_t used = 0;
    list[0] = '\0';
    for (int i = 0; i < n; i++) {
        const char *name = entries[i]->d_name;
        if (name[0] != '.' && used < size && holds_exercise(dir, name))
            used += (size_t)snprintf(list + used, size - used, "%s%s", used ? ", " : "", name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

struct manifest *manifest_find(const char *name, struct error *error)
{
    const char *dir = exercises_dir();
    bool plain = *name && name[0] != '.' && !strchr(name, '/');
    if (plain && holds_exercise(dir, name)) {
        char path[2 * PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", dir, name);
        return manifest_load(path, error);
    }
    if (*name && holds_exercise(name, ""))
        return manifest_load(name, error);
    char list[512];
    list_exercises(dir, list, sizeof list);
    if (*list)
        error_set(error, ERROR_USAGE, "no exercise '%.100s': there are %s (in %.200s)", name, list,
                  dir);
    else
        error_set(error, ERROR_USAGE,
                  "no exercise '%.100s': %.200s holds none (HILO_EXERCISES says where to look)",
                  name, dir);
    return NULL;
}

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* FNV-1a over a text and its terminating zero, which keeps "ab","c" apart from "a","bc". */
static uint64_t absorb(uint64_t hash, const char *text)
{
    size_t length = strlen(text) + 1;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    return hash;
}

static long draw_uniform(uint64_t state, long low, long high)
{
    uint64_t span = (uint64_t)high - (uint64_t)low + 1; /* 0 stands for 2^64 */
    uint64_t rest = span ? (UINT64_MAX % span + 1) % span : 0;
    uint64_t output;
    do {
        output = splitmix64(&state);
    } while (output > UINT64_MAX - rest);
    return (long)((uint64_t)low + (span ? output % span : output));
}

void manifest_draw(const struct manifest *manifest, const struct manifest_scenario *scenario,
                   enum lane lane, uint64_t seed, long *values)
{
    bool explore = lane == LANE_EXPLORE;
    char version[16];
    snprintf(version, sizeof version, "%d", manifest->version);
    uint64_t hash = absorb(0xcbf29ce484222325u, "hilo-draw/1");
    hash = absorb(absorb(absorb(hash, manifest->name), version), scenario->name);
    uint64_t mixed_seed = splitmix64(&seed);
    for (size_t i = 0; i < scenario->n_inputs; i++) {
        const struct input_range *range = &scenario->inputs[i];
        uint64_t state = absorb(absorb(hash, range->name), explore ? "explore" : "native");
        values[i] =
            draw_uniform(state ^ mixed_seed, explore ? range->explore_low : range->native_low,
                         explore ? range->explore_high : range->native_high);
    }
}
