#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "grader/batch.h"
#include "grader/commands.h"
#include "reports/text.h"

enum { NAME_COLUMNS_MAX = 40 };

static size_t name_columns(const struct batch *batch)
{
    size_t widest = 4;
    for (size_t i = 0; i < batch->list->n; i++) {
        char clean[1024];
        text_clean(batch->list->entries[i].name, TEXT_ONE_LINE, clean, sizeof clean);
        size_t width = text_width(clean);
        widest = width > widest ? width : widest;
    }
    return widest < NAME_COLUMNS_MAX ? widest : NAME_COLUMNS_MAX;
}

/* Put a text that students control in a column, cut where it is too wide. */
static void put_cell(const char *text, size_t columns)
{
    char clean[1024];
    text_clean(text, TEXT_ONE_LINE, clean, sizeof clean);
    size_t length = text_fit(clean, columns);
    size_t width = text_width_of(clean, length);
    printf("%.*s%*s", (int)length, clean, (int)(columns - width), "");
}

static const char *colour_of(enum verdict verdict)
{
    return verdict == VERDICT_PASS ? "\033[32m" : verdict == VERDICT_FAIL ? "\033[31m" : "\033[35m";
}

static void put_row(const struct batch_row *row, const char *name, size_t columns,
                    const struct terminal_options *terminal)
{
    put_cell(name, columns);
    if (row->verdict == VERDICT_ERROR)
        printf("  %9s", "-");
    else
        printf("  %4g/%-4g", row->points, row->max);
    printf("  %s%-5s%s  ", terminal->colour ? colour_of(row->verdict) : "",
           verdict_name(row->verdict), terminal->colour ? "\033[0m" : "");
    char clean[1024];
    text_clean(row->findings, TEXT_ONE_LINE, clean, sizeof clean);
    size_t used = columns + 20, room = (size_t)terminal->columns;
    bool whole = row->verdict == VERDICT_ERROR || used + 20 > room || !isatty(STDOUT_FILENO);
    printf("%.*s\n", whole ? (int)strlen(clean) : (int)text_fit(clean, room - used), clean);
}

static void put_table(const struct batch *batch)
{
    struct terminal_options terminal = terminal_options(NULL, false);
    size_t columns = name_columns(batch), n[3] = {0};
    put_cell("name", columns);
    printf("  %9s  %-5s  %s\n", "points", "", "findings");
    for (size_t i = 0; i < batch->list->n; i++) {
        if (!batch->rows[i].finished)
            continue;
        put_row(&batch->rows[i], batch->list->entries[i].name, columns, &terminal);
        n[batch->rows[i].verdict]++;
    }
    printf("\n%zu graded: %zu passed, %zu with findings", n[VERDICT_PASS] + n[VERDICT_FAIL],
           n[VERDICT_PASS], n[VERDICT_FAIL]);
    if (n[VERDICT_ERROR])
        printf("; %zu could not be graded", n[VERDICT_ERROR]);
    if (batch->n_kept)
        printf("; %zu of them unchanged since an earlier run", batch->n_kept);
    printf("\nreports: %s/NAME.json  gradebook: %s/gradebook.csv\n", batch->options->out,
           batch->options->out);
}

static int status_of(const struct batch *batch)
{
    int status = 0;
    for (size_t i = 0; i < batch->list->n; i++) {
        if (!batch->rows[i].finished)
            continue;
        int one = exit_status(batch->rows[i].verdict);
        status = one > status ? one : status;
    }
    return status;
}

static int run(const struct options *options, const struct manifest *manifest,
               const struct batch_list *list)
{
    struct batch batch;
    struct error error = {0};
    struct batch_options wanted = {
        .manifest = manifest,
        .grade = options->grade,
        .out = options->out,
        .quiet = options->quiet,
        .work = grade_submission,
    };
    for (size_t i = 0; i < list->n_ignored && !options->quiet; i++)
        fprintf(stderr, "hilo: ignored, since it is no .c file and no folder: %s\n",
                list->ignored[i]);
    bool ran = batch_run(&batch, &wanted, list, &error);
    if (!options->quiet && batch.n_finished > 0)
        put_table(&batch);
    int status = ran ? status_of(&batch) : error_print(&error);
    if (batch.interrupted) {
        fprintf(stderr,
                "hilo: interrupted: %zu of %zu graded; run the same command again to go on\n",
                batch.n_finished, list->n);
        status = 3;
    }
    batch_free(&batch);
    return status;
}

static bool check_options(const struct options *options, struct error *error)
{
    if (!options->exercise)
        return error_set(error, ERROR_USAGE,
                         "batch: -e EXERCISE says which exercise it is; "
                         "`hilo list` lists them");
    if (!options->out)
        return error_set(error, ERROR_USAGE, "batch: -o OUT says where the reports go");
    if (options->json)
        return error_set(error, ERROR_USAGE,
                         "--json: a batch writes one JSON for each submission into OUT");
    return true;
}

int cmd_batch(const struct options *options)
{
    struct error error = {0};
    struct batch_list list = {0};
    if (!check_options(options, &error))
        return error_print(&error);
    struct manifest *manifest = manifest_find(options->exercise, &error);
    int status;
    if (manifest &&
        batch_list_collect(&list, options->operands, options->n_operands, options->out, &error))
        status = run(options, manifest, &list);
    else
        status = error_print(&error);
    batch_list_free(&list);
    manifest_free(manifest);
    return status;
}
