#include "reports/paint.h"

#include <stdlib.h>
#include <string.h>

#include "reports/language.h"
#include "reports/text.h"

static const char *const codes[] = {
    [PLAIN] = "",         [BOLD] = "\x1b[1m",    [DIM] = "\x1b[2m",   [RED] = "\x1b[31m",
    [GREEN] = "\x1b[32m", [YELLOW] = "\x1b[33m", [CYAN] = "\x1b[36m",
};

/* The text, clean, and without the "##[" that some CI systems obey anywhere on a line. */
static char *harmless(const char *text, enum text_form form)
{
    char *clean = text_clean_copy(text, form);
    for (char *at = clean; (at = strstr(at, "##[")) != NULL;)
        at[1] = ' ';
    return clean;
}

void paint(const struct canvas *canvas, enum style style, const char *text)
{
    if (!canvas->colour || style == PLAIN)
        fputs(text, canvas->out);
    else
        fprintf(canvas->out, "%s%s\x1b[0m", codes[style], text);
}

void paint_spaces(const struct canvas *canvas, int count)
{
    if (count > 0)
        fprintf(canvas->out, "%*s", count, "");
}

int paint_cut(const struct canvas *canvas, enum style style, const char *text, int columns,
              bool pad)
{
    char *clean = harmless(text, TEXT_ONE_LINE);
    /* It may stand at the start of a line, where "::" would be a workflow command. */
    if (strncmp(clean, "::", 2) == 0)
        clean[0] = '.';
    int width = (int)text_width(clean);
    bool cut = width > columns;
    if (cut) {
        size_t keep = text_fit(clean, columns > 1 ? (size_t)columns - 1 : 0);
        clean[keep] = '\0';
        width = (int)text_width(clean) + 1;
    }
    paint(canvas, style, clean);
    if (cut)
        paint(canvas, DIM, "…");
    free(clean);
    if (pad && width < columns) {
        paint_spaces(canvas, columns - width);
        width = columns;
    }
    return width;
}

/* Where the writer of wrapped words stands. */
struct pen {
    const struct canvas *canvas;
    int column;
    int indent;
    bool fresh; /* nothing but the indent is on this line yet */
    bool code;  /* between backticks */
};

static void pen_newline(struct pen *pen)
{
    fputc('\n', pen->canvas->out);
    paint_spaces(pen->canvas, pen->indent);
    pen->column = pen->indent;
    pen->fresh = true;
}

/* A word, or a piece of one: backticks switch the style, and are shown only without colour. */
static void pen_put(struct pen *pen, const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '`' && pen->canvas->colour) {
            pen->code = !pen->code;
            fputs(pen->code ? codes[BOLD] : "\x1b[0m", pen->canvas->out);
        } else {
            fputc(word[i], pen->canvas->out);
        }
    }
}

static int pen_width(const struct pen *pen, const char *word, size_t length)
{
    int width = (int)text_width_of(word, length);
    for (size_t i = 0; pen->canvas->colour && i < length; i++)
        width -= word[i] == '`';
    return width;
}

/* At the start of a line "::" would be a workflow command. */
static void pen_guard(struct pen *pen, const char *word, size_t length)
{
    if (pen->fresh && length >= 2 && word[0] == ':' && word[1] == ':')
        pen_put(pen, "\\", 1);
}

static void pen_word(struct pen *pen, const char *word, size_t length)
{
    int width = pen_width(pen, word, length);
    if (!pen->fresh && pen->column + 1 + width > pen->canvas->columns)
        pen_newline(pen);
    pen_guard(pen, word, length);
    if (!pen->fresh) {
        fputc(' ', pen->canvas->out);
        pen->column++;
    }
    while (pen->column + width > pen->canvas->columns) {
        size_t piece = text_fit(word, (size_t)(pen->canvas->columns - pen->column));
        if (piece == 0 || piece >= length)
            break;
        pen_put(pen, word, piece);
        word += piece;
        length -= piece;
        width = pen_width(pen, word, length);
        pen_newline(pen);
        pen_guard(pen, word, length);
    }
    pen_put(pen, word, length);
    pen->column += width;
    pen->fresh = false;
}

void paint_wrap(const struct canvas *canvas, int at, int indent, const char *text)
{
    char *clean = harmless(text, TEXT_LINES);
    struct pen pen = {.canvas = canvas, .column = at, .indent = indent, .fresh = true};
    for (const char *word = clean; *word != '\0';) {
        size_t length = strcspn(word, " \t\n");
        if (length > 0)
            pen_word(&pen, word, length);
        word += length;
        if (*word == '\n' && word[1] != '\0')
            pen_newline(&pen);
        word += *word != '\0';
    }
    if (pen.code)
        fputs("\x1b[0m", canvas->out);
    fputc('\n', canvas->out);
    free(clean);
}

void paint_quote(const struct canvas *canvas, int indent, const char *text, int lines)
{
    for (int i = 0; *text != '\0'; i++) {
        size_t length = strcspn(text, "\n");
        paint_spaces(canvas, indent);
        paint(canvas, DIM, "│ ");
        if (i == lines) {
            paint(canvas, DIM, "…\n");
            return;
        }
        char *line = text_need(strndup(text, length));
        for (char *tab = line; (tab = strchr(tab, '\t')) != NULL;)
            *tab = ' ';
        paint_cut(canvas, PLAIN, line, canvas->columns - indent - 2, false);
        fputc('\n', canvas->out);
        free(line);
        text += length + (text[length] == '\n');
    }
}
