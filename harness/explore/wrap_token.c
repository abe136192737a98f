/*
 * wrap_token.c - more of <string.h>: taking strings apart, comparing without case. As in
 * wrap_string.c, what is not looked at is not checked.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "harness/explore/bulk.h"
#include "harness/explore/engine.h"
#include "harness/explore/hidden.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

/* How many characters at the start of `text` are in `set`, or are not. */
static size_t span(const char *text, const char *set, bool in, const void *frame)
{
    memory_read_string(set, SIZE_MAX, frame);
    for (size_t length = 0;; length++) {
        memory_read(text + length, 1, frame);
        if (!text[length] || (strchr(set, text[length]) != NULL) != in)
            return length;
    }
}

size_t __wrap_strspn(const char *text, const char *set)
{
    return span(text, set, true, HERE);
}

size_t __wrap_strcspn(const char *text, const char *set)
{
    return span(text, set, false, HERE);
}

char *__wrap_strpbrk(const char *text, const char *set)
{
    const char *at = text + span(text, set, false, HERE);
    return *at ? (char *)(uintptr_t)at : NULL;
}

/* The next token of `text`, or else of what `rest` says. */
static char *next_token(char *text, const char *delimiters, char **rest, const void *frame)
{
    char *start = text ? text : *rest;
    if (!start)
        return NULL;
    start += span(start, delimiters, true, frame);
    char *end = start + span(start, delimiters, false, frame);
    *rest = *end ? end + 1 : end;
    if (end == start)
        return NULL;
    if (*end) {
        memory_write(end, 1, frame);
        *end = '\0';
    }
    return start;
}

char *__wrap_strtok(char *text, const char *delimiters)
{
    char **rest = hidden_use(HIDDEN_STRTOK, sizeof *rest, HERE);
    return next_token(text, delimiters, rest, HERE);
}

char *__wrap_strtok_r(char *text, const char *delimiters, char **rest)
{
    if (!text)
        memory_read(rest, sizeof *rest, HERE);
    memory_write(rest, sizeof *rest, HERE);
    return next_token(text, delimiters, rest, HERE);
}

char *__wrap___strtok_r(char *text, const char *delimiters, char **rest)
{
    if (!text)
        memory_read(rest, sizeof *rest, HERE);
    memory_write(rest, sizeof *rest, HERE);
    return next_token(text, delimiters, rest, HERE);
}

char *__wrap_strsep(char **rest, const char *delimiters)
{
    memory_write(rest, sizeof *rest, HERE);
    char *start = *rest;
    if (!start)
        return NULL;
    char *end = start + span(start, delimiters, false, HERE);
    *rest = *end ? end + 1 : NULL;
    if (*end) {
        memory_write(end, 1, HERE);
        *end = '\0';
    }
    return start;
}

static int compare(const char *a, const char *b, size_t max, const void *frame)
{
    for (size_t i = 0; i < max; i++) {
        memory_read(a + i, 1, frame);
        memory_read(b + i, 1, frame);
        int left = tolower((unsigned char)a[i]), right = tolower((unsigned char)b[i]);
        if (left != right || !left)
            return left - right;
    }
    return 0;
}

int __wrap_strcasecmp(const char *a, const char *b)
{
    return compare(a, b, SIZE_MAX, HERE);
}

int __wrap_strncasecmp(const char *a, const char *b, size_t max)
{
    return compare(a, b, max, HERE);
}

void *__wrap_memccpy(void *to, const void *from, int byte, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        memory_read((const char *)from + i, 1, HERE);
        memory_write((char *)to + i, 1, HERE);
        ((char *)to)[i] = ((const char *)from)[i];
        if (((const unsigned char *)from)[i] == (unsigned char)byte)
            return (char *)to + i + 1;
    }
    return NULL;
}

char *__wrap_stpcpy(char *to, const char *from)
{
    size_t length = memory_read_string(from, SIZE_MAX, HERE);
    bulk_write(to, length + 1, HERE);
    memmove(to, from, length + 1);
    return to + length;
}

char *__wrap_strchrnul(const char *text, int sought)
{
    for (;; text++) {
        memory_read(text, 1, HERE);
        if (*text == (char)sought || !*text)
            return (char *)(uintptr_t)text;
    }
}
