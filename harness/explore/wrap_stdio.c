/*
 * wrap_stdio.c - output. It goes nowhere: nobody takes it for a result, and thousands of
 * executions would print thousands of times. What matters is kept: which memory is read to make
 * it, what is written into buffers, the value returned, and of a program whether it is the same.
 *
 * A format is read twice: once by us, to check the strings that it names, then by vsnprintf.
 * Both see the same arguments. What we do not understand is refused and never reaches vsnprintf.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/bulk.h"
#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/program.h"
#include "harness/explore/wrap.h"

enum { FIELD_MAX = 1 << 16 }; /* width or precision: vsnprintf would spend its time padding */

enum length {
    LENGTH_INT,
    LENGTH_LONG,
    LENGTH_MAX,
    LENGTH_SIZE,
    LENGTH_PTRDIFF,
    LENGTH_LONG_DOUBLE
};

struct conversion {
    long width, precision; /* -1: none */
    enum length length;
    char type;
};

/* NOLINTBEGIN(clang-analyzer-valist.Uninitialized): it does not follow a list behind a pointer. */

/* The arguments still to come. */
struct arguments {
    va_list *list;
    const void *frame;
};

static const char *parse_number(const char *at, long *number, struct arguments *args)
{
    if (*at == '*') {
        *number = va_arg(*args->list, int);
        return at + 1;
    }
    *number = 0;
    for (; isdigit((unsigned char)*at); at++)
        if (*number <= FIELD_MAX)
            *number = *number * 10 + (*at - '0');
    return at;
}

static const char *parse_length(const char *at, enum length *length)
{
    static const struct {
        char text[3];
        enum length length;
    } lengths[] = {
        {"hh", LENGTH_INT}, {"h", LENGTH_INT},     {"ll", LENGTH_LONG},
        {"l", LENGTH_LONG}, {"q", LENGTH_LONG},    {"j", LENGTH_MAX},
        {"z", LENGTH_SIZE}, {"t", LENGTH_PTRDIFF}, {"L", LENGTH_LONG_DOUBLE},
    };
    *length = LENGTH_INT;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        if (!strncmp(at, lengths[i].text, strlen(lengths[i].text))) {
            *length = lengths[i].length;
            return at + strlen(lengths[i].text);
        }
    return at;
}

/* Take one apart, from behind its per cent sign to behind its type. */
static const char *parse(const char *at, struct conversion *conversion, struct arguments *args)
{
    *conversion = (struct conversion){.width = -1, .precision = -1};
    at += strspn(at, "-+ #0'");
    if (*at == '*' || isdigit((unsigned char)*at))
        at = parse_number(at, &conversion->width, args);
    if (*at == '$')
        finding_unsupported("numbered arguments of printf", args->frame);
    if (*at == '.')
        at = parse_number(at + 1, &conversion->precision, args);
    if (labs(conversion->width) > FIELD_MAX || conversion->precision > FIELD_MAX)
        finding_unsupported("a field of printf wider than 65536", args->frame);
    at = parse_length(at, &conversion->length);
    conversion->type = *at;
    return *at ? at + 1 : at;
}

static void skip_integer(enum length length, struct arguments *args)
{
    switch (length) {
    case LENGTH_INT:
        (void)va_arg(*args->list, int);
        return;
    case LENGTH_LONG:
        (void)va_arg(*args->list, long);
        return;
    case LENGTH_MAX:
    case LENGTH_LONG_DOUBLE:
        (void)va_arg(*args->list, intmax_t);
        return;
    case LENGTH_SIZE:
        (void)va_arg(*args->list, size_t);
        return;
    case LENGTH_PTRDIFF:
        (void)va_arg(*args->list, ptrdiff_t);
        return;
    }
}

static void check_string(const struct conversion *conversion, struct arguments *args)
{
    if (conversion->length == LENGTH_LONG)
        finding_unsupported("wide characters", args->frame);
    const char *text = va_arg(*args->list, const char *);
    size_t max = conversion->precision < 0 ? SIZE_MAX : (size_t)conversion->precision;
    if (text)
        memory_read_string(text, max, args->frame);
    else
        finding_at("api-misuse", "null", OP_READ, NULL, args->frame);
}

/* Step over the argument of a conversion, reading what it leads to. False: it is refused. */
static bool check_conversion(const struct conversion *conversion, struct arguments *args)
{
    switch (conversion->type) {
    case '%':
    case 'm':
        return true;
    case 'c':
        if (conversion->length == LENGTH_LONG)
            finding_unsupported("wide characters", args->frame);
        (void)va_arg(*args->list, int);
        return true;
    case 'p':
        (void)va_arg(*args->list, void *);
        return true;
    case 's':
        check_string(conversion, args);
        return true;
    case 'n':
        finding_at("api-misuse", "percent-n", OP_WRITE, NULL, args->frame);
        return false;
    }
    if (conversion->type && strchr("diouxX", conversion->type)) {
        skip_integer(conversion->length, args);
    } else if (conversion->type && strchr("eEfFgGaA", conversion->type)) {
        if (conversion->length == LENGTH_LONG_DOUBLE)
            (void)va_arg(*args->list, long double);
        else
            (void)va_arg(*args->list, double);
    } else {
        finding_at("api-misuse", "format", OP_READ, NULL, args->frame);
        return false;
    }
    return true;
}

static bool check_format(const char *format, struct arguments *args)
{
    memory_read_string(format, SIZE_MAX, args->frame);
    while ((format = strchr(format, '%'))) {
        struct conversion conversion;
        format = parse(format + 1, &conversion, args);
        if (!check_conversion(&conversion, args))
            return false;
    }
    return true;
}

/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

/* As vsnprintf, checked. For output that goes nowhere `size` is 0. */
static int print(char *to, size_t size, const char *format, va_list list, const void *frame)
{
    va_list copy;
    va_copy(copy, list);
    bool fine = check_format(format, &(struct arguments){&copy, frame});
    va_end(copy);
    if (!fine)
        return -1;
    errno = *__wrap___errno_location(); /* for %m */
    va_copy(copy, list);
    int length = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    if (length >= 0 && size > 0) {
        size_t needed = (size_t)length + 1 < size ? (size_t)length + 1 : size;
        memory_write(to, needed, frame);
        vsnprintf(to, needed, format, list);
    }
    return length;
}

/* What goes to standard output of a program is told apart from what other executions print. */
static void keep(const char *format, int length, va_list list)
{
    char small[512];
    char *text = length < (int)sizeof small ? small : malloc((size_t)length + 1);
    va_list copy;
    if (!text)
        return;
    va_copy(copy, list);
    vsnprintf(text, (size_t)length + 1, format, copy);
    va_end(copy);
    program_prints(text, (size_t)length);
    if (text != small)
        free(text);
}

static int print_to(const FILE *stream, const char *format, va_list list, const void *frame)
{
    int length = print(NULL, 0, format, list, frame);
    if (program_active() && stream == stdout && length >= 0)
        keep(format, length, list);
    return length;
}

/* Standard output and standard error are the only streams there are. */
static bool check_stream(const FILE *stream, const void *frame)
{
    if (stream == stdout || stream == stderr)
        return true;
    finding_at("api-misuse", "stream", OP_WRITE, NULL, frame);
    return false;
}

int __wrap_printf(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = print_to(stdout, format, list, HERE);
    va_end(list);
    return length;
}

int __wrap_vprintf(const char *format, va_list list)
{
    return print_to(stdout, format, list, HERE);
}

int __wrap_fprintf(FILE *stream, const char *format, ...)
{
    if (!check_stream(stream, HERE))
        return -1;
    va_list list;
    va_start(list, format);
    int length = print_to(stream, format, list, HERE);
    va_end(list);
    return length;
}

int __wrap_vfprintf(FILE *stream, const char *format, va_list list)
{
    return check_stream(stream, HERE) ? print_to(stream, format, list, HERE) : -1;
}

int __wrap_snprintf(char *to, size_t size, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = print(to, size, format, list, HERE);
    va_end(list);
    return length;
}

int __wrap_vsnprintf(char *to, size_t size, const char *format, va_list list)
{
    return print(to, size, format, list, HERE);
}

int __wrap_sprintf(char *to, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = print(to, SIZE_MAX, format, list, HERE);
    va_end(list);
    return length;
}

int __wrap_puts(const char *text)
{
    size_t length = memory_read_string(text, INT_MAX, HERE);
    program_prints(text, length);
    program_prints("\n", 1);
    return length < INT_MAX ? (int)length + 1 : INT_MAX;
}

int __wrap_putchar(int character)
{
    program_prints(&(char){(char)character}, 1);
    return (unsigned char)character;
}

int __wrap_fputs(const char *text, FILE *stream)
{
    size_t length = memory_read_string(text, SIZE_MAX, HERE);
    if (!check_stream(stream, HERE))
        return EOF;
    if (stream == stdout)
        program_prints(text, length);
    return 1;
}

int __wrap_fputc(int character, FILE *stream)
{
    if (!check_stream(stream, HERE))
        return EOF;
    if (stream == stdout)
        program_prints(&(char){(char)character}, 1);
    return (unsigned char)character;
}

int __wrap_putc(int character, FILE *stream)
{
    if (!check_stream(stream, HERE))
        return EOF;
    if (stream == stdout)
        program_prints(&(char){(char)character}, 1);
    return (unsigned char)character;
}

size_t __wrap_fwrite(const void *items, size_t size, size_t n, FILE *stream)
{
    size_t bytes;
    if (__builtin_mul_overflow(size, n, &bytes))
        bytes = SIZE_MAX;
    bulk_read(items, bytes, HERE);
    if (!check_stream(stream, HERE))
        return 0;
    if (stream == stdout)
        program_prints(items, bytes);
    return bytes ? n : 0;
}

int __wrap_fflush(FILE *stream)
{
    return !stream || check_stream(stream, HERE) ? 0 : EOF;
}

void __wrap_perror(const char *text)
{
    if (text)
        memory_read_string(text, SIZE_MAX, HERE);
}
