/*
 * paint.h - words on a terminal: wrapped, indented, maybe coloured; for reports/ only.
 *
 * All text is cleaned on its way out: whatever a student wrote, no byte of it drives the terminal,
 * and no line that we begin is a command to the machinery that runs us in CI.
 */
#ifndef HILO_REPORTS_PAINT_H
#define HILO_REPORTS_PAINT_H

#include <stdbool.h>
#include <stdio.h>

enum style { PLAIN, BOLD, DIM, RED, GREEN, YELLOW, CYAN };

struct canvas {
    FILE *out;
    bool colour;
    int columns; /* at least 80 */
};

/* Text as it is, in a style. `text` must be clean and ours, or cleaned by paint_clean(). */
void paint(const struct canvas *canvas, enum style style, const char *text);
void paint_spaces(const struct canvas *canvas, int count);

/* The text on one line, cleaned; cut with an ellipsis when it is wider than `columns`, padded to
 * it when `pad`. Returns the columns used. */
int paint_cut(const struct canvas *canvas, enum style style, const char *text, int columns,
              bool pad);

/* Words wrapped to the canvas. The line is begun at column `at` (already printed); later lines are
 * indented by `indent`. `code` between backticks stands out. Ends with a newline. */
void paint_wrap(const struct canvas *canvas, int at, int indent, const char *text);

/* Lines of other people's output, each behind a bar, at most `lines` of them. */
void paint_quote(const struct canvas *canvas, int indent, const char *text, int lines);

#endif
