/*
 * wrap_string.c - the functions of <string.h>, which nobody instrumented.
 *
 * Each says what it is going to read and write, then does it. A function that stops early (at a
 * difference, at the character sought) touches no byte beyond: neither is one checked,
 * so that a buffer without terminator is fine where the C standard says so.
 */
#include <string.h>

#include "harness/explore/bulk.h"
#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

/* Copying onto itself is what compilers make of `*p = *p`. */
static void refuse_overlap(const void *to, const void *from, size_t size, const void *frame)
{
    uintptr_t a = (uintptr_t)to, b = (uintptr_t)from;
    if (a != b && (a < b ? b - a : a - b) < size)
        finding_at("api-misuse", "overlap", OP_WRITE, to, frame);
}

void *__wrap_memcpy(void *to, const void *from, size_t size)
{
    bulk_read(from, size, HERE);
    bulk_write(to, size, HERE);
    refuse_overlap(to, from, size, HERE);
    return memmove(to, from, size);
}

void *__wrap_memmove(void *to, const void *from, size_t size)
{
    bulk_read(from, size, HERE);
    bulk_write(to, size, HERE);
    return memmove(to, from, size);
}

void *__wrap_memset(void *to, int byte, size_t size)
{
    bulk_write(to, size, HERE);
    return memset(to, byte, size);
}

int __wrap_memcmp(const void *a, const void *b, size_t size)
{
    bulk_read(a, size, HERE);
    bulk_read(b, size, HERE);
    return memcmp(a, b, size);
}

void *__wrap_memchr(const void *bytes, int byte, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        memory_read(at + i, 1, HERE);
        if (at[i] == (unsigned char)byte)
            return (void *)(uintptr_t)(at + i);
    }
    return NULL;
}

size_t __wrap_strlen(const char *text)
{
    return memory_read_string(text, SIZE_MAX, HERE);
}

size_t __wrap_strnlen(const char *text, size_t max)
{
    return memory_read_string(text, max, HERE);
}

/*
 * Copying. The length is that of the first look: a string that another thread changes meanwhile
 * must not carry the copy beyond what was checked.
 */

char *__wrap_strcpy(char *to, const char *from)
{
    size_t size = memory_read_string(from, SIZE_MAX, HERE) + 1;
    memory_write(to, size, HERE);
    refuse_overlap(to, from, size, HERE);
    memmove(to, from, size);
    return to;
}

char *__wrap_strncpy(char *to, const char *from, size_t size)
{
    size_t length = memory_read_string(from, size, HERE);
    bulk_write(to, size, HERE);
    refuse_overlap(to, from, length, HERE);
    memmove(to, from, length);
    memset(to + length, 0, size - length);
    return to;
}

static char *append(char *to, const char *from, size_t max, const void *frame)
{
    size_t length = memory_read_string(from, max, frame);
    char *end = to + memory_read_string(to, SIZE_MAX, frame);
    memory_write(end, length + 1, frame);
    refuse_overlap(end, from, length + 1, frame);
    memmove(end, from, length);
    end[length] = '\0';
    return to;
}

char *__wrap_strcat(char *to, const char *from)
{
    return append(to, from, SIZE_MAX, HERE);
}

char *__wrap_strncat(char *to, const char *from, size_t max)
{
    return append(to, from, max, HERE);
}

/*
 * Comparing and searching.
 */

static int compare(const char *a, const char *b, size_t max, const void *frame)
{
    for (size_t i = 0; i < max; i++) {
        memory_read(a + i, 1, frame);
        memory_read(b + i, 1, frame);
        if (a[i] != b[i] || !a[i])
            return (unsigned char)a[i] - (unsigned char)b[i];
    }
    return 0;
}

int __wrap_strcmp(const char *a, const char *b)
{
    return compare(a, b, SIZE_MAX, HERE);
}

int __wrap_strncmp(const char *a, const char *b, size_t max)
{
    return compare(a, b, max, HERE);
}

char *__wrap_strchr(const char *text, int sought)
{
    for (;; text++) {
        memory_read(text, 1, HERE);
        if (*text == (char)sought)
            return (char *)(uintptr_t)text;
        if (!*text)
            return NULL;
    }
}

char *__wrap_strrchr(const char *text, int sought)
{
    size_t length = memory_read_string(text, SIZE_MAX, HERE);
    for (size_t i = length + 1; i > 0; i--)
        if (text[i - 1] == (char)sought)
            return (char *)(uintptr_t)(text + i - 1);
    return NULL;
}

char *__wrap_strstr(const char *text, const char *sought)
{
    size_t length = memory_read_string(text, SIZE_MAX, HERE);
    size_t size = memory_read_string(sought, SIZE_MAX, HERE);
    return memmem(text, length, sought, size);
}
