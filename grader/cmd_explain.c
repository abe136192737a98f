#include <stdio.h>

#include "grader/commands.h"

static bool any(const struct finding *finding)
{
    (void)finding;
    return true;
}

int cmd_explain(const struct options *options)
{
    struct error error = {0};
    struct report *report = report_read_json(options->operands[0], &error);
    if (!report)
        return error_print(&error);
    struct terminal_options terminal =
        terminal_options(options->source ? options->source : ".", options->verbose);
    const char *id = options->n_operands > 1 ? options->operands[1] : NULL;
    const struct finding *one = id ? find_finding(report, id, any, &error) : NULL;
    int status = 0;
    if (id && !one)
        status = error_print(&error);
    else if (!id && report->n_findings == 0)
        report_print(report, &terminal);
    for (size_t i = 0; i < report->n_findings && status == 0; i++)
        if (!one || one == &report->findings[i])
            report_print_finding(report, &report->findings[i], &terminal);
    report_free(report);
    return status;
}
