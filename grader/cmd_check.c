#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/commands.h"
#include "grader/grade.h"
#include "grader/manifest.h"
#include "grader/marker.h"
#include "grader/progress.h"

static struct manifest *exercise_of(const struct options *options, struct error *error)
{
    if (options->exercise)
        return manifest_find(options->exercise, error);
    const char *path = options->operands[0];
    if (access(path, F_OK) != 0) {
        error_errno(error, ERROR_USAGE, "%s", path);
        return NULL;
    }
    char *name = marker_read(path);
    if (!name) {
        error_set(error, ERROR_USAGE,
                  "%s: which exercise is it? Name it with -e; `hilo list` lists them", path);
        return NULL;
    }
    struct manifest *manifest = manifest_find(name, error);
    free(name);
    return manifest;
}

bool put_report(const struct report *report, const struct options *options, const char *source,
                struct error *error)
{
    if (options->json && !report_write_json(report, options->json, error))
        return false;
    if (options->quiet || (options->json && strcmp(options->json, "-") == 0))
        return true;
    char *dir = source_dir_of(source);
    struct terminal_options terminal = terminal_options(dir, options->verbose);
    report_print(report, &terminal);
    free(dir);
    return true;
}

static void on_progress(const char *what, void *data)
{
    progress_say(data, what);
}

static int check(const struct options *options, const struct manifest *manifest)
{
    struct error error = {0};
    struct grade_options grade = options->grade;
    struct progress *progress = progress_open(0, options->quiet ? PROGRESS_NONE : PROGRESS_BAR);
    grade.progress = on_progress;
    grade.progress_data = progress;
    struct report *report = grade_submission(options->operands[0], manifest, &grade, &error);
    progress_close(progress);
    if (!report)
        return error_print(&error);
    int status = exit_status(report->verdict);
    if (!put_report(report, options, options->operands[0], &error))
        status = error_print(&error);
    report_free(report);
    return status;
}

int cmd_check(const struct options *options)
{
    struct error error = {0};
    struct manifest *manifest = exercise_of(options, &error);
    if (!manifest)
        return error_print(&error);
    int status = check(options, manifest);
    manifest_free(manifest);
    return status;
}
