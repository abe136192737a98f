#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "grader/commands.h"
#include "grader/memory.h"

static int is_exercise(const struct dirent *entry)
{
    if (entry->d_name[0] == '.')
        return 0;
    char *manifest = memory_format("%s/%s/exercise.json", exercises_dir(), entry->d_name);
    int there = access(manifest, F_OK) == 0;
    free(manifest);
    return there;
}

static double points_of(const struct manifest *manifest)
{
    double points = 0;
    for (size_t i = 0; i < manifest->n_scenarios; i++)
        points += manifest->scenarios[i].points;
    return points;
}

/* A broken exercise is told in its place and does not hide the others. */
static int list_one(const char *name, const char *language)
{
    struct error error = {0};
    char *dir = memory_format("%s/%s", exercises_dir(), name);
    struct manifest *manifest = manifest_load(dir, &error);
    free(dir);
    if (!manifest)
        return error_print(&error);
    printf("%-12s  %5g  %s\n", manifest->name, points_of(manifest),
           bilingual_get(&manifest->title, language));
    manifest_free(manifest);
    return 0;
}

int cmd_list(const struct options *options)
{
    struct dirent **entries;
    int status = 0;
    int n = scandir(exercises_dir(), &entries, is_exercise, alphasort);
    if (n < 0) {
        struct error error = {0};
        error_errno(&error, ERROR_MACHINE, "%s: cannot list the exercises", exercises_dir());
        return error_print(&error);
    }
    for (int i = 0; i < n; i++) {
        int one = list_one(entries[i]->d_name, options->grade.language);
        status = one > status ? one : status;
        free(entries[i]);
    }
    free(entries);
    if (n == 0)
        fprintf(stderr, "hilo: %s: no exercises there; HILO_EXERCISES names another folder\n",
                exercises_dir());
    return status;
}
