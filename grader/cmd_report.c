#include <string.h>

#include "grader/commands.h"

static bool known_format(const struct options *options, struct error *error)
{
    if (!options->to)
        return error_set(error, ERROR_USAGE, "report: --to says the format: text or json");
    if (strcmp(options->to, "text") != 0 && strcmp(options->to, "json") != 0)
        return error_set(error, ERROR_USAGE,
                         "--to %s: this format is not available in this version", options->to);
    if (strcmp(options->to, "json") == 0 && options->n_operands > 1)
        return error_set(error, ERROR_USAGE, "--to json: one report at a time");
    return true;
}

static bool put_one(const char *path, const struct options *options, struct error *error)
{
    struct report *report = report_read_json(path, error);
    if (!report)
        return false;
    bool put = true;
    if (strcmp(options->to, "json") == 0) {
        put = report_write_json(report, "-", error);
    } else {
        struct terminal_options terminal = terminal_options(NULL, options->verbose);
        report_print(report, &terminal);
    }
    report_free(report);
    return put;
}

int cmd_report(const struct options *options)
{
    struct error error = {0};
    if (!known_format(options, &error))
        return error_print(&error);
    for (size_t i = 0; i < options->n_operands; i++)
        if (!put_one(options->operands[i], options, &error))
            return error_print(&error);
    return 0;
}
