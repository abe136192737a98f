/*
 * A story on a terminal: time runs down the page, every thread has its column.
 *
 *   facebook              │ instagram
 *   ──────────────────────┼──────────────────────
 *   31  total += 1;       │
 *       reads total: 0  ◄ │
 *                         │ 31  total += 1;
 *
 * When the columns would be narrower than a short line of C, threads are told one below the
 * other, each under its name.
 */
#include "reports/story.h"

#include <stdlib.h>
#include <string.h>

#include "reports/language.h"
#include "reports/text.h"

enum { INDENT = 2, BETWEEN = 3, COLUMN_MIN = 24, NAME_MAX_WIDTH = 18 };

struct page {
    const struct tale *tale;
    const struct story *story;
    const struct canvas *canvas;
    int width;  /* of a column */
    int gutter; /* of it, for line numbers */
};

static const char *column_name(const struct tale *tale, int id)
{
    for (size_t i = 0; i < tale->finding->n_threads; i++) {
        const struct thread_info *thread = &tale->finding->threads[i];
        if (thread->id == id && thread->name[0] != '\0' && strcmp(thread->name, "main") != 0)
            return thread->name;
    }
    return tale_thread(tale, id);
}

static enum style style_of(enum cell_kind kind)
{
    switch (kind) {
    case CELL_CLASH:
    case CELL_STUCK:
        return RED;
    case CELL_NOTE:
        return DIM;
    case CELL_DOING:
        return CYAN;
    case CELL_SOURCE:
        break;
    }
    return PLAIN;
}

/* The words of a cell that is not source: marked, and without backticks, which a table needs not.
 */
static char *cell_words(const struct cell *cell)
{
    const char *before = cell->kind == CELL_STUCK ? "✗ " : "";
    const char *after = cell->kind == CELL_CLASH ? " ◄" : "";
    char *words = NULL;
    if (asprintf(&words, "%s%s%s", before, cell->text, after) < 0)
        text_need(NULL);
    char *to = words;
    for (const char *from = words; *from != '\0'; from++)
        if (*from != '`')
            *to++ = *from;
    *to = '\0';
    return words;
}

/* Bytes of `text` that fit on a line of `width`, broken between words when possible. */
static size_t line_of(const char *text, int width)
{
    size_t fit = text_fit(text, (size_t)width);
    if (text[fit] == '\0' || text[fit] == ' ')
        return fit;
    for (size_t at = fit; at > 0; at--)
        if (text[at - 1] == ' ')
            return at;
    return fit > 0 ? fit : strlen(text);
}

/* What stands left of a line of the cell in its row; `column` is the index of its thread. */
static void open_row(const struct page *page, size_t column)
{
    paint_spaces(page->canvas, INDENT);
    for (size_t i = 0; i < column; i++) {
        paint_spaces(page->canvas, page->width);
        paint(page->canvas, DIM, " │ ");
    }
}

static void close_row(const struct page *page, size_t column, int used)
{
    for (size_t i = column + 1; i < page->story->n_threads; i++) {
        paint_spaces(page->canvas, page->width - (i == column + 1 ? used : 0));
        paint(page->canvas, DIM, " │");
        if (i + 1 < page->story->n_threads)
            paint_spaces(page->canvas, 1);
    }
    fputc('\n', page->canvas->out);
}

static void source_row(const struct page *page, const struct cell *cell, size_t column)
{
    char label[512];
    if (page->story->file != NULL)
        snprintf(label, sizeof label, "%*d  ", page->gutter - 2, cell->at.line);
    else
        snprintf(label, sizeof label, "%.400s:%d  ", cell->at.file, cell->at.line);
    open_row(page, column);
    int used = paint_cut(page->canvas, DIM, label, page->width, false);
    if (used < page->width)
        used += paint_cut(page->canvas, PLAIN, cell->text, page->width - used, false);
    close_row(page, column, used);
}

static void words_rows(const struct page *page, const struct cell *cell, size_t column)
{
    char *words = cell_words(cell);
    int indent = page->gutter;
    for (const char *at = words; *at != '\0';) {
        size_t length = line_of(at, page->width - indent);
        size_t trimmed = length - (length > 0 && at[length - 1] == ' ');
        char *line = text_need(strndup(at, trimmed));
        open_row(page, column);
        paint_spaces(page->canvas, indent);
        int used = indent +
                   paint_cut(page->canvas, style_of(cell->kind), line, page->width - indent, false);
        close_row(page, column, used);
        free(line);
        at += length;
        at += strspn(at, " ");
        indent = page->gutter + 2;
    }
    free(words);
}

static void everybody_row(const struct page *page, const struct cell *cell)
{
    paint_spaces(page->canvas, INDENT);
    char *words = cell_words(cell);
    paint_cut(page->canvas, style_of(cell->kind), words, page->canvas->columns - INDENT, false);
    fputc('\n', page->canvas->out);
    free(words);
}

static size_t column_of(const struct story *story, int thread)
{
    size_t i = 0;
    while (i + 1 < story->n_threads && story->threads[i] != thread)
        i++;
    return i;
}

static void print_heads(const struct page *page)
{
    const struct story *story = page->story;
    paint_spaces(page->canvas, INDENT);
    for (size_t i = 0; i < story->n_threads; i++) {
        bool last = i + 1 == story->n_threads;
        paint_cut(page->canvas, BOLD, column_name(page->tale, story->threads[i]), page->width,
                  !last);
        if (!last)
            paint(page->canvas, DIM, " │ ");
    }
    fputc('\n', page->canvas->out);
    paint_spaces(page->canvas, INDENT);
    for (size_t i = 0; i < story->n_threads; i++) {
        for (int j = 0; j < page->width; j++)
            paint(page->canvas, PLAIN, "─");
        if (i + 1 < story->n_threads)
            paint(page->canvas, PLAIN, "─┼─");
    }
    fputc('\n', page->canvas->out);
}

static void print_columns(const struct page *page)
{
    print_heads(page);
    for (size_t i = 0; i < page->story->n_cells; i++) {
        const struct cell *cell = &page->story->cells[i];
        if (cell->thread == STORY_EVERYBODY)
            everybody_row(page, cell);
        else if (cell->kind == CELL_SOURCE)
            source_row(page, cell, column_of(page->story, cell->thread));
        else
            words_rows(page, cell, column_of(page->story, cell->thread));
    }
}

/* One below the other: a name when the thread changes, its cells indented below it. */
static void print_list(const struct page *wide)
{
    const struct story *all = wide->story;
    const struct story one = {.n_threads = 1, .threads = all->threads, .file = all->file};
    struct page narrow = *wide, *page = &narrow;
    int current = STORY_EVERYBODY;
    page->width = page->canvas->columns - INDENT;
    page->gutter += INDENT;
    page->story = &one;
    for (size_t i = 0; i < all->n_cells; i++) {
        const struct cell *cell = &all->cells[i];
        if (cell->thread != current && cell->thread != STORY_EVERYBODY) {
            paint_spaces(page->canvas, INDENT);
            paint_cut(page->canvas, BOLD, column_name(page->tale, cell->thread), page->width,
                      false);
            fputc('\n', page->canvas->out);
            current = cell->thread;
        }
        if (cell->thread == STORY_EVERYBODY)
            everybody_row(page, cell);
        else if (cell->kind == CELL_SOURCE)
            source_row(page, cell, 0);
        else
            words_rows(page, cell, 0);
    }
}

/* Room for the widest line number, or for a little indent when places are in several files. */
static int gutter_of(const struct story *story)
{
    int digits = 2;
    for (size_t i = 0; i < story->n_cells; i++)
        if (story->file != NULL && story->cells[i].kind == CELL_SOURCE)
            for (int line = story->cells[i].at.line, n = 1; line > 0; line /= 10, n++)
                digits = n > digits ? n : digits;
    return digits + 2;
}

void story_print(const struct tale *tale, const struct story *story, const struct canvas *canvas)
{
    int n = (int)story->n_threads;
    if (story->n_cells == 0 || n == 0)
        return;
    struct page page = {.tale = tale, .story = story, .canvas = canvas};
    page.gutter = gutter_of(story);
    page.width = (canvas->columns - INDENT - BETWEEN * (n - 1)) / n;
    if (n > STORY_COLUMNS_MAX || page.width < COLUMN_MIN)
        print_list(&page);
    else
        print_columns(&page);
}
