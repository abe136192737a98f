#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/commands.h"
#include "grader/grade.h"
#include "grader/manifest.h"
#include "grader/memory.h"
#include "grader/program.h"

static bool replayable(const struct finding *finding)
{
    return finding->replay && *finding->replay && *finding->scenario;
}

/* A report speaks of no machine's folders, so the sources are where the user says, or here. */
static char *sources_of(const struct report *report, const struct options *options,
                        struct error *error)
{
    if (options->source)
        return memory_text(options->source);
    char *file = memory_format("%s.c", report->submission);
    if (access(file, F_OK) == 0)
        return file;
    free(file);
    if (access(report->submission, F_OK) == 0)
        return memory_text(report->submission);
    error_set(error, ERROR_USAGE, "%s: not in this folder; say with --source where it is",
              report->submission);
    return NULL;
}

static bool same_sources(const struct report *a, const struct report *b)
{
    if (a->n_files != b->n_files)
        return false;
    for (size_t i = 0; i < a->n_files; i++)
        if (strcmp(a->files[i].path, b->files[i].path) != 0 ||
            strcmp(a->files[i].sha256, b->files[i].sha256) != 0)
            return false;
    return true;
}

static enum effort effort_of(const char *name)
{
    for (int i = EFFORT_QUICK; i <= EFFORT_DEEP; i++)
        if (strcmp(effort_name((enum effort)i), name) == 0)
            return (enum effort)i;
    return EFFORT_NORMAL;
}

static void tell_changes(const struct report *before, const struct report *now)
{
    if (!same_sources(before, now))
        fprintf(stderr, "hilo: the sources changed since the report: what follows is what this "
                        "schedule does to the code as it is now\n");
    if (before->exercise_version != now->exercise_version)
        fprintf(stderr, "hilo: the exercise changed since the report, from version %d to %d\n",
                before->exercise_version, now->exercise_version);
}

static void before_gdb(const struct report *now, const void *before)
{
    tell_changes(before, now);
    fflush(NULL);
}

static int show(const struct report *before, const struct report *now, const char *source, bool gdb)
{
    char *dir = source_dir_of(source);
    struct terminal_options terminal = terminal_options(dir, true);
    if (!gdb)
        tell_changes(before, now);
    for (size_t i = 0; i < now->n_findings; i++)
        report_print_finding(now, &now->findings[i], &terminal);
    for (size_t i = 0; i < now->n_errors; i++)
        fprintf(stderr, "hilo: %s\n", now->errors[i]);
    if (now->n_findings == 0 && now->n_errors == 0 && !gdb)
        printf("This schedule shows nothing wrong any more.\n");
    free(dir);
    return now->n_findings > 0 ? 1 : now->n_errors > 0 ? 3 : 0;
}

static int run_again(const struct report *before, const struct finding *finding,
                     const struct options *options, const char *source,
                     const struct manifest *manifest, const struct program *program,
                     struct error *error)
{
    struct grade_options grade = options->grade;
    grade.seed = before->seed;
    grade.effort = effort_of(before->effort);
    grade.program = program;
    grade.debug = options->gdb ? before_gdb : NULL;
    grade.debug_data = before;
    struct report *now =
        grade_replay(source, manifest, &grade, finding->scenario, finding->replay, error);
    int status = now ? show(before, now, source, options->gdb) : error_print(error);
    report_free(now);
    return status;
}

static int replay(const struct report *before, const struct finding *finding,
                  const struct options *options, struct error *error)
{
    char *source = sources_of(before, options, error);
    struct manifest *manifest = source ? manifest_find(before->exercise, error) : NULL;
    int status = manifest ? run_again(before, finding, options, source, manifest, NULL, error)
                          : error_print(error);
    manifest_free(manifest);
    free(source);
    return status;
}

/* The files of a program are where the user says, or here; so is what it is given. */
static int replay_program(const struct report *before, const struct finding *finding,
                          const struct options *options, struct error *error)
{
    char *base = source_dir_of(options->source ? options->source : ".");
    struct program program;
    bool opened =
        program_reopen(&program, base, before, error) &&
        program_give(&program, options->arguments, options->n_arguments, options->input, error);
    int status = opened
                     ? run_again(before, finding, options, base, &program_manifest, &program, error)
                     : error_print(error);
    program_free(&program);
    free(base);
    return status;
}

int cmd_replay(const struct options *options)
{
    struct error error = {0};
    struct report *report = report_read_json(options->operands[0], &error);
    if (!report)
        return error_print(&error);
    const char *id = options->n_operands > 1 ? options->operands[1] : NULL;
    const struct finding *finding = find_finding(report, id, replayable, &error);
    int status = !finding           ? error_print(&error)
                 : report->exercise ? replay(report, finding, options, &error)
                                    : replay_program(report, finding, options, &error);
    report_free(report);
    return status;
}
