#include "grader/commands.h"
#include "grader/grade.h"
#include "grader/program.h"
#include "grader/progress.h"

static void on_progress(const char *what, void *data)
{
    progress_say(data, what);
}

static int run(const struct options *options, const struct program *program)
{
    struct error error = {0};
    struct grade_options grade = options->grade;
    struct progress *progress = progress_open(0, options->quiet ? PROGRESS_NONE : PROGRESS_BAR);
    grade.progress = on_progress;
    grade.progress_data = progress;
    grade.program = program;
    struct report *report = grade_submission(program->base, &program_manifest, &grade, &error);
    progress_close(progress);
    if (!report)
        return error_print(&error);
    int status = exit_status(report->verdict);
    if (!put_report(report, options, program->base, &error))
        status = error_print(&error);
    report_free(report);
    return status;
}

int cmd_run(const struct options *options)
{
    struct error error = {0};
    struct program program;
    bool opened =
        program_open(&program, options->operands, options->n_operands, &error) &&
        program_give(&program, options->arguments, options->n_arguments, options->input, &error);
    int status = opened ? run(options, &program) : error_print(&error);
    program_free(&program);
    return status;
}
