#include "grader/batch_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/memory.h"
#include "grader/submission.h"
#include "grader/version.h"

enum { KINDS_TOLD = 4 };

/* The kinds that were found, each once with how often, those of whole-number order first. */
static char *kinds_of(const struct report *report)
{
    size_t times[KIND_COUNT] = {0}, told = 0, more = 0, size;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return memory_text("");
    for (size_t i = 0; i < report->n_findings; i++)
        times[report->findings[i].kind]++;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (times[kind] == 0)
            continue;
        if (told == KINDS_TOLD) {
            more++;
            continue;
        }
        fprintf(out, "%s%s", told++ ? ", " : "", kind_name((enum kind)kind));
        if (times[kind] > 1)
            fprintf(out, " x%zu", times[kind]);
    }
    if (more)
        fprintf(out, ", +%zu", more);
    fclose(out);
    return text;
}

void batch_row_take(struct batch_row *row, const struct report *report)
{
    row->finished = true;
    row->verdict = report->verdict;
    row->points = report->points;
    row->max = report->max;
    free(row->findings);
    row->findings = report->verdict == VERDICT_ERROR && report->n_errors > 0
                        ? memory_text(report->errors[0])
                        : kinds_of(report);
}

static bool same_options(const struct report *report, const struct batch_options *options)
{
    const struct grade_options *grade = &options->grade;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (report->lanes[lane].asked != grade->lanes[lane])
            return false;
    return report->exercise && strcmp(report->exercise, options->manifest->name) == 0 &&
           report->exercise_version == options->manifest->version && report->seed == grade->seed &&
           strcmp(report->effort, effort_name(grade->effort)) == 0 &&
           strcmp(report->language, grade->language) == 0 &&
           strcmp(report->tool_version, HILO_VERSION) == 0 &&
           report->isolation.tier >= grade->require_isolation;
}

static bool same_sources(const struct report *report, const struct batch_options *options,
                         const struct batch_entry *entry)
{
    struct error error = {0};
    struct submission *submission = submission_open(entry->path, options->manifest->header, &error);
    bool same = submission && submission->n_files == report->n_files;
    for (size_t i = 0; same && i < submission->n_files; i++)
        same = strcmp(submission->files[i].path, report->files[i].path) == 0 &&
               strcmp(submission->files[i].sha256, report->files[i].sha256) == 0;
    submission_free(submission);
    return same;
}

/* An error is tried again: the machine may be better now. So is what has no files: there is nothing
 * to tell it by. */
struct report *batch_row_keep(const struct batch_options *options, const struct batch_entry *entry,
                              const char *report_path)
{
    struct error error = {0};
    if (access(report_path, F_OK) != 0)
        return NULL;
    struct report *report = report_read_json(report_path, &error);
    if (report && report->verdict != VERDICT_ERROR && report->n_files > 0 &&
        same_options(report, options) && same_sources(report, options, entry))
        return report;
    report_free(report);
    return NULL;
}
