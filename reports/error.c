#include "reports/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reports/text.h"

enum { EXIT_USAGE = 2, EXIT_FAULT = 3 };

static void set_text(struct error *error, enum error_kind kind, const char *format, va_list args)
{
    error->kind = kind;
    vsnprintf(error->text, sizeof error->text, format, args);
}

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    if (error == NULL || error->kind != ERROR_NONE)
        return false;
    va_list args;
    va_start(args, format);
    set_text(error, kind, format, args);
    va_end(args);
    return false;
}

bool error_errno(struct error *error, enum error_kind kind, const char *format, ...)
{
    int number = errno;
    if (error == NULL || error->kind != ERROR_NONE)
        return false;
    va_list args;
    va_start(args, format);
    set_text(error, kind, format, args);
    va_end(args);
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof error->text - used, ": %s", strerror(number));
    return false;
}

int error_print(const struct error *error)
{
    /* A path in the text may be a student's: nothing of it may reach the terminal raw. */
    char clean[4 * sizeof error->text + 1];
    text_clean(error->text, TEXT_ONE_LINE, clean, sizeof clean);
    fprintf(stderr, "hilo: %s\n", clean);
    return error->kind == ERROR_USAGE ? EXIT_USAGE : EXIT_FAULT;
}
