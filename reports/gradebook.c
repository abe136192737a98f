#include "reports/gradebook.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/output.h"
#include "reports/text.h"

struct row {
    char *submission;
    double points, max;
    enum verdict verdict;
    size_t counts[CATEGORY_COUNT];
};

struct gradebook {
    size_t n, room;
    struct row *rows;
};

struct gradebook *gradebook_new(void)
{
    return text_need(calloc(1, sizeof(struct gradebook)));
}

void gradebook_free(struct gradebook *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->n; i++)
        free(book->rows[i].submission);
    free(book->rows);
    free(book);
}

void gradebook_add(struct gradebook *book, const struct report *report)
{
    if (book->n == book->room) {
        book->room = book->room ? 2 * book->room : 64;
        book->rows = text_need(realloc(book->rows, book->room * sizeof *book->rows));
    }
    struct row *row = &book->rows[book->n++];
    row->submission = text_need(strdup(report->submission));
    row->points = report->points;
    row->max = report->max;
    row->verdict = report->verdict;
    for (int i = 0; i < CATEGORY_COUNT; i++)
        row->counts[i] = report_count(report, (enum category)i);
}

/* What a spreadsheet takes for the beginning of a formula, also in full-width letters. */
static bool begins_formula(const char *text)
{
    static const char *const signs[] = {"=", "+", "-",  "@",  "\t", "\r", "\n",
                                        "|", "%", "＝", "＋", "－", "＠"};
    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}

char *gradebook_cell(const char *text)
{
    char *clean = text_clean_copy(text, TEXT_ONE_LINE);
    char *cell = text_need(malloc(2 * strlen(clean) + 4)), *end = cell;
    *end++ = '"';
    if (begins_formula(text) || begins_formula(clean))
        *end++ = '\'';
    for (const char *at = clean; *at != '\0'; at++) {
        if (*at == '"')
            *end++ = '"';
        *end++ = *at;
    }
    *end++ = '"';
    *end = '\0';
    free(clean);
    return cell;
}

static int by_submission(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return strcmp(x->submission, y->submission);
}

/* Up to three decimals, none that are not needed. */
static void write_number(FILE *out, double number)
{
    char text[64];
    if (!isfinite(number))
        number = 0;
    snprintf(text, sizeof text, "%.3f", number);
    char *end = text + strlen(text);
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        *--end = '\0';
    fputs(strcmp(text, "-0") == 0 ? "0" : text, out);
}

static void write_row(FILE *out, const struct row *row)
{
    char *name = gradebook_cell(row->submission);
    fprintf(out, "%s,", name);
    free(name);
    if (row->verdict != VERDICT_ERROR)
        write_number(out, row->points);
    fputc(',', out);
    write_number(out, row->max);
    fprintf(out, ",%s", verdict_name(row->verdict));
    for (int i = 0; i < CATEGORY_COUNT; i++)
        fprintf(out, ",%zu", row->counts[i]);
    fputc('\n', out);
}

bool gradebook_write(const struct gradebook *book, const char *path, struct error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = text_need(open_memstream(&bytes, &size));
    if (book->n > 0)
        qsort(book->rows, book->n, sizeof *book->rows, by_submission);
    fputs("submission,points,max,verdict", out);
    for (int i = 0; i < CATEGORY_COUNT; i++)
        fprintf(out, ",%s", category_name((enum category)i));
    fputc('\n', out);
    for (size_t i = 0; i < book->n; i++)
        write_row(out, &book->rows[i]);
    if (fclose(out) != 0)
        text_need(NULL);
    bool written = output_write(path, bytes, size, error);
    free(bytes);
    return written;
}
