#include "grader/build.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "grader/audit.h"
#include "grader/blame.h"
#include "grader/compile.h"
#include "grader/diagnostics.h"
#include "grader/fsutil.h"
#include "grader/link.h"
#include "grader/memory.h"
#include "grader/rules.h"
#include "grader/scenarios.h"
#include "grader/tools.h"

enum { HEADER_MAX = 1 << 20 };

/* Everything about one build; the folders are below the work folder. */
struct builder {
    const struct submission *submission;
    const struct manifest *manifest; /* NULL: a program of its own */
    struct report *report;
    struct build *build;
    struct error *error;
    struct tools tools;
    char *sources;  /* the submission's files */
    char *includes; /* the exercise's header, alone, so that <pthread.h> stays the system's */
    char *objects;
    size_t n_files;
    const char **files; /* the .c ones */
    struct compile compile;
    struct audit audits[FLAVOUR_COUNT];
};

/* Steps return this: go on, stop because findings say why, or stop because we failed. */
enum advance { GO_ON, REFUSED, FAILED };

static bool make_folder(const char *path, struct error *error)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ||
           error_errno(error, ERROR_MACHINE, "cannot make the folder %s", path);
}

static bool copy_header(struct builder *builder)
{
    if (!builder->manifest)
        return true;
    const char *name = builder->manifest->header;
    char *from = memory_format("%s/%s", builder->manifest->dir, name);
    char *to = memory_format("%s/%s", builder->includes, name);
    size_t size;
    char *bytes = fs_read_file(from, HEADER_MAX, &size, builder->error);
    bool done = bytes && fs_write_file(to, bytes, size, builder->error);
    free(bytes);
    free(to);
    free(from);
    return done;
}

static void list_files(struct builder *builder)
{
    for (size_t i = 0; i < builder->submission->n_files; i++) {
        const char *path = builder->submission->files[i].path;
        size_t length = strlen(path);
        if (length < 2 || strcmp(path + length - 2, ".c") != 0)
            continue;
        builder->files = memory_grow(builder->files, builder->n_files, sizeof *builder->files);
        builder->files[builder->n_files++] = path;
    }
}

static enum advance prepare(struct builder *builder)
{
    const struct submission *submission = builder->submission;
    if (submission->refused) {
        const char *spanish = submission->refused_es ? submission->refused_es : submission->refused;
        blame(builder->report, KIND_COMPILE_ERROR, "", (struct location){0},
              say(builder->report, submission->refused, spanish));
        return REFUSED;
    }
    if (!rules_check_source(submission, builder->report))
        return REFUSED;
    list_files(builder);
    bool done = tools_find(&builder->tools, builder->error) &&
                make_folder(builder->sources, builder->error) &&
                make_folder(builder->includes, builder->error) &&
                make_folder(builder->objects, builder->error) &&
                submission_write(submission, builder->sources, builder->error) &&
                copy_header(builder);
    return done ? GO_ON : FAILED;
}

static enum advance compile(struct builder *builder)
{
    struct compile *compile = &builder->compile;
    *compile = (struct compile){
        .tools = &builder->tools,
        .source_dir = builder->sources,
        .include = {builder->includes, NULL},
        .object_dir = builder->objects,
        .prefix = "",
        .files = builder->files,
        .n_files = builder->n_files,
        /* Of the stress lane one half is instrumented, too. */
        .wanted = {[INSTRUMENTED] = true, [NATIVE] = builder->report->lanes[LANE_STRESS].asked},
    };
    bool well = false;
    if (!compile_run(compile, &well, builder->error))
        return FAILED;
    compile_blame(compile, builder->report);
    if (!well || !compile_check(compile, builder->report))
        return REFUSED;
    return compile_assemble(compile, builder->error) ? GO_ON : FAILED;
}

/* What the exercise's header promises must be there. */
static bool check_functions(struct builder *builder)
{
    static char *const only_main[] = {"main"};
    const struct manifest *manifest = builder->manifest;
    char *const *functions = manifest ? manifest->functions : only_main;
    size_t n = manifest ? manifest->n_functions : 1;
    bool all = true;
    for (size_t i = 0; i < n; i++) {
        if (audit_defines(&builder->audits[INSTRUMENTED], functions[i]))
            continue;
        char *detail =
            manifest
                ? memory_format(say(builder->report, "%s declares %s(), but no file defines it",
                                    "%s declara %s(), pero ningún archivo la define"),
                                manifest->header, functions[i])
                : memory_text(say(builder->report, "a program needs a function main",
                                  "un programa necesita una función main"));
        blame(builder->report, KIND_LINK_ERROR, functions[i], (struct location){0}, detail);
        free(detail);
        all = false;
    }
    return all;
}

static enum advance check_objects(struct builder *builder)
{
    bool passed = true;
    for (int flavour = 0; flavour < FLAVOUR_COUNT && passed; flavour++) {
        if (!builder->compile.wanted[flavour])
            continue;
        struct audit *audit = &builder->audits[flavour];
        if (!audit_objects((const char *const *)builder->compile.objects[flavour], builder->n_files,
                           flavour, builder->report, audit, builder->error))
            return FAILED;
        passed = audit->passed;
        builder->build->unsupported = builder->build->unsupported || audit->unsupported;
    }
    /* Both are told: they are different mistakes. */
    return check_functions(builder) && passed ? GO_ON : REFUSED;
}

static bool set_path(char *path, size_t size, const char *dir, const char *name)
{
    int written = snprintf(path, size, "%s/%s.so", dir, name);
    return written > 0 && (size_t)written < size;
}

static enum advance join(struct builder *builder)
{
    struct build *build = builder->build;
    const struct lane_result *lanes = builder->report->lanes;
    struct link link = {
        .tools = &builder->tools, .dir = builder->objects, .n_objects = builder->n_files};
    struct {
        char *path;
        bool wanted;
    } products[PRODUCT_COUNT] = {
        [EXPLORE_SO] = {build->explore_so, lanes[LANE_EXPLORE].asked && !build->unsupported},
        [TSAN_SO] = {build->tsan_so, lanes[LANE_TSAN].asked},
        [STRESS_SO] = {build->stress_so, lanes[LANE_STRESS].asked},
        [PERTURB_SO] = {build->perturb_so, lanes[LANE_STRESS].asked},
    };
    for (int i = 0; i < PRODUCT_COUNT; i++)
        if (products[i].wanted &&
            set_path(products[i].path, sizeof build->explore_so, builder->objects, product_name(i)))
            link.outputs[i] = products[i].path;
    for (int i = 0; i < FLAVOUR_COUNT; i++) {
        link.objects[i] = builder->compile.objects[i];
        link.audits[i] = &builder->audits[i];
    }
    bool well = false, done = link_run(&link, &well, builder->error);
    /* What one lane's link says, all say. */
    for (size_t i = 0; i < link.n_runs && done && !well; i++)
        if (!tool_succeeded(&link.runs[i])) {
            diagnostics_link(&link.runs[i].result, builder->report);
            break;
        }
    build->cpu_ms += link.cpu_ms;
    link_free(&link);
    return !done ? FAILED : well ? GO_ON : REFUSED;
}

static enum advance add_scenarios(struct builder *builder)
{
    struct build *build = builder->build;
    if (!builder->manifest)
        return GO_ON;
    char paths[PRODUCT_COUNT][PRODUCT_PATH];
    if (!scenarios_build(builder->manifest, &builder->tools, builder->objects, paths,
                         &build->cpu_ms, builder->error))
        return FAILED;
    memcpy(build->scenarios_explore, paths[EXPLORE_SO], sizeof build->scenarios_explore);
    memcpy(build->scenarios_tsan, paths[TSAN_SO], sizeof build->scenarios_tsan);
    memcpy(build->scenarios_stress, paths[STRESS_SO], sizeof build->scenarios_stress);
    memcpy(build->scenarios_perturb, paths[PERTURB_SO], sizeof build->scenarios_perturb);
    return GO_ON;
}

static enum advance run(struct builder *builder)
{
    static enum advance (*const steps[])(struct builder *) = {prepare, compile, check_objects, join,
                                                              add_scenarios};
    enum advance advance = GO_ON;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && advance == GO_ON; i++)
        advance = steps[i](builder);
    return advance;
}

bool build_submission(const struct submission *submission, const struct manifest *manifest,
                      const char *dir, struct report *report, struct build *build,
                      struct error *error)
{
    *build = (struct build){0};
    char real[PATH_MAX];
    if (!realpath(dir, real))
        return error_errno(error, ERROR_MACHINE, "%s", dir);
    int written = snprintf(build->dir, sizeof build->dir, "%s", real);
    if (written < 0 || (size_t)written >= sizeof build->dir)
        return error_set(error, ERROR_MACHINE, "%s: the name of this folder is too long", real);

    struct builder builder = {.submission = submission,
                              .manifest = manifest,
                              .report = report,
                              .build = build,
                              .error = error,
                              .sources = memory_format("%s/src", build->dir),
                              .includes = memory_format("%s/include", build->dir),
                              .objects = memory_format("%s/objects", build->dir)};
    enum advance end = run(&builder);
    build->failed = end != GO_ON;
    build->cpu_ms += builder.compile.cpu_ms;
    compile_free(&builder.compile);
    for (int i = 0; i < FLAVOUR_COUNT; i++)
        audit_free(&builder.audits[i]);
    free(builder.files);
    free(builder.sources);
    free(builder.includes);
    free(builder.objects);
    return end != FAILED;
}
