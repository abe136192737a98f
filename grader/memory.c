#include "grader/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
    if (!memory) {
        fputs("hilo: out of memory\n", stderr);
        exit(3);
    }
    return memory;
}

void *memory_new(size_t count, size_t size)
{
    return must(calloc(count ? count : 1, size));
}

void *memory_grow(void *array, size_t count, size_t size)
{
    if (count == 0 || (count >= 4 && (count & (count - 1)) == 0)) {
        size_t capacity = count ? count * 2 : 4;
        if (capacity > SIZE_MAX / size)
            return must(NULL);
        array = must(realloc(array, capacity * size));
    }
    memset((char *)array + count * size, 0, size);
    return array;
}

char *memory_text(const char *text)
{
    return must(strdup(text));
}

char *memory_format(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    return must(text);
}
