/*
 * text.h - text that students control, made fit to be written and measured.
 *
 * Everything that comes from a submission (names, source lines, the compiler's
 * output) is hostile: bytes that are not UTF-8, escape sequences that would drive
 * a terminal, marks that reverse the direction of what follows. All of it passes
 * through text_clean() once, on its way in or out, and is plain afterwards.
 *
 * Threads: no state. text_width() is exact once report_language() set a UTF-8 locale.
 */
#ifndef HILO_REPORTS_TEXT_H
#define HILO_REPORTS_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum text_form {
    TEXT_LINES,    /* newline and tab stay */
    TEXT_ONE_LINE, /* they become spaces */
};

/* Decode the code point at `text` (NUL-terminated, not empty). Returns the bytes it takes, at
 * least 1; a byte that is not UTF-8 decodes to U+FFFD and takes 1. */
size_t text_decode(const char *text, uint32_t *code);

/* Copy `text` to `out`, clean: invalid bytes as U+FFFD, control and direction-changing
 * characters as visible escapes ("\x1b", "\u202e"). Cuts at a character when `size` is
 * too small; 4 * strlen(text) + 1 always suffices. Returns the length written. */
size_t text_clean(const char *text, enum text_form form, char *out, size_t size);

/* The same into memory of its own; the caller frees it. Ends the process when there is none. */
char *text_clean_copy(const char *text, enum text_form form);

/* Columns that the text, or its first `length` bytes, take on a terminal. */
size_t text_width(const char *text);
size_t text_width_of(const char *text, size_t length);

/* Bytes of the longest prefix that fits in `columns`. */
size_t text_fit(const char *text, size_t columns);

/* malloc and friends for reports: never NULL, a failure ends the process with status 3. */
void *text_need(void *memory);

#endif
