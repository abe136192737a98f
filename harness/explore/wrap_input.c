/*
 * wrap_input.c - standard input, and scanf. A program reads what it was given, from its beginning
 * in each execution; a scenario has nothing to read.
 *
 * A format is taken apart here, since what it stores must be checked before it is stored. Of a
 * number only its text is found here; what it is worth the C library says, from a copy.
 */
#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "harness/explore/arena.h"
#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/program.h"
#include "harness/explore/wrap.h"

enum {
    NUMBER_MAX = 400, /* characters of a number that are looked at */
    LINE_FIRST = 120, /* bytes that getline() asks for at first, as the C library does */
};

/* Standard input is the only stream that can be read. */
static bool check_stream(const FILE *stream, const void *frame)
{
    if (stream == stdin)
        return true;
    finding_at("api-misuse", "stream", OP_READ, NULL, frame);
    return false;
}

/*
 * Characters and lines.
 */

static int get(void)
{
    size_t size;
    const char *input = program_input(&size);
    program_reads(size ? 1 : 0, size == 0);
    return size ? (unsigned char)*input : EOF;
}

int __wrap_getchar(void)
{
    return get();
}

int __wrap_getc(FILE *stream)
{
    return check_stream(stream, HERE) ? get() : EOF;
}

int __wrap_fgetc(FILE *stream)
{
    return check_stream(stream, HERE) ? get() : EOF;
}

int __wrap_ungetc(int character, FILE *stream)
{
    if (!check_stream(stream, HERE) || character == EOF)
        return EOF;
    if (!program_unreads((char)character))
        finding_unsupported("ungetc of another character than the last", HERE);
    return (unsigned char)character;
}

int __wrap_feof(FILE *stream)
{
    return check_stream(stream, HERE) && program_met_end();
}

int __wrap_ferror(FILE *stream)
{
    if (stream != stdin && stream != stdout && stream != stderr)
        (void)check_stream(stream, HERE);
    return 0;
}

/* Bytes up to the end of the line, with its newline. */
static size_t line_length(const char *input, size_t size)
{
    const char *newline = size ? memchr(input, '\n', size) : NULL;
    return newline ? (size_t)(newline - input) + 1 : size;
}

char *__wrap_fgets(char *to, int room, FILE *stream)
{
    size_t size;
    if (!check_stream(stream, HERE) || room <= 0)
        return NULL;
    const char *input = program_input(&size);
    size_t length = line_length(input, size);
    if (length > (size_t)room - 1)
        length = (size_t)room - 1;
    if (length == 0 && room > 1) {
        program_reads(0, true);
        return NULL;
    }
    memory_write(to, length + 1, HERE);
    memcpy(to, input, length);
    to[length] = '\0';
    program_reads(length, length < (size_t)room - 1 && to[length - 1] != '\n');
    return to;
}

/* Room for a line in the buffer that getline() was given, or a new one. */
static char *make_room(char **line, size_t *room, size_t needed, const void *frame)
{
    if (*line && *room >= needed)
        return *line;
    size_t size = needed > LINE_FIRST ? needed : LINE_FIRST;
    char *fresh = arena_allocate(size, 16, frame);
    if (!fresh)
        return NULL;
    arena_free(*line, frame);
    memory_write(line, sizeof *line, frame);
    memory_write(room, sizeof *room, frame);
    *line = fresh;
    *room = size;
    return fresh;
}

ssize_t __wrap_getline(char **line, size_t *room, FILE *stream)
{
    size_t size;
    if (!check_stream(stream, HERE))
        return -1;
    memory_read(line, sizeof *line, HERE);
    memory_read(room, sizeof *room, HERE);
    const char *input = program_input(&size);
    size_t length = line_length(input, size);
    char *to = length ? make_room(line, room, length + 1, HERE) : NULL;
    if (!to) {
        program_reads(0, length == 0);
        return -1;
    }
    memory_write(to, length + 1, HERE);
    memcpy(to, input, length);
    to[length] = '\0';
    program_reads(length, to[length - 1] != '\n');
    return (ssize_t)length;
}

/*
 * scanf.
 */

/* NOLINTBEGIN(clang-analyzer-valist.Uninitialized): it does not follow a list behind a pointer. */

/* What is read, and the arguments still to come. */
struct scan {
    const char *at, *start, *end;
    va_list *list;
    const void *frame;
    int stored;
    bool met_end;
    bool converted; /* some conversion succeeded, stored or not */
};

struct conversion {
    bool suppressed;
    size_t width;   /* SIZE_MAX: none */
    char length[3]; /* "", "h", "ll", ... */
    char type;
    const char *set; /* of [: behind the bracket */
    size_t set_size;
    bool inverted;
};

static const char *parse_set(const char *at, struct conversion *conversion)
{
    conversion->inverted = *at == '^';
    conversion->set = at += conversion->inverted;
    at += *at == ']';
    at += strcspn(at, "]");
    conversion->set_size = (size_t)(at - conversion->set);
    return *at ? at + 1 : at;
}

/* Take one apart, from behind its per cent sign to behind its end. */
static const char *parse(const char *at, struct conversion *conversion, const void *frame)
{
    *conversion = (struct conversion){.width = SIZE_MAX, .suppressed = *at == '*'};
    at += conversion->suppressed;
    if (isdigit((unsigned char)*at))
        conversion->width = 0;
    for (; isdigit((unsigned char)*at); at++)
        if (conversion->width < INT_MAX)
            conversion->width = conversion->width * 10 + (size_t)(*at - '0');
    if (conversion->width == 0) /* as the C library takes it */
        conversion->width = SIZE_MAX;
    if (*at == '$' || *at == 'm' || *at == '\'' || *at == 'I')
        finding_unsupported("this format of scanf", frame);
    for (int i = 0; i < 2 && *at && strchr("hlqjztL", *at); i++)
        conversion->length[i] = *at++;
    conversion->type = *at;
    at += *at != '\0';
    return conversion->type == '[' ? parse_set(at, conversion) : at;
}

static bool in_set(const struct conversion *conversion, unsigned char c)
{
    const unsigned char *set = (const unsigned char *)conversion->set;
    bool found = false;
    for (size_t i = 0; i < conversion->set_size && !found; i++) {
        if (i + 2 < conversion->set_size && set[i + 1] == '-') {
            found = set[i] <= c && c <= set[i + 2];
            i += 2;
        } else {
            found = set[i] == c;
        }
    }
    return found != conversion->inverted;
}

/* Whether nothing is left, for one who wants to read more. */
static bool at_end(struct scan *scan)
{
    scan->met_end |= scan->at == scan->end;
    return scan->at == scan->end;
}

static void skip_space(struct scan *scan)
{
    while (!at_end(scan) && isspace((unsigned char)*scan->at))
        scan->at++;
}

/* Store into the next argument, unless it is suppressed. */
static void store(struct scan *scan, const struct conversion *conversion, const void *from,
                  size_t size)
{
    if (conversion->suppressed)
        return;
    void *to = va_arg(*scan->list, void *);
    memory_write(to, size, scan->frame);
    memcpy(to, from, size);
    scan->stored += conversion->type != 'n';
}

static size_t integer_size(const char *length)
{
    return !*length                ? sizeof(int)
           : !strcmp(length, "hh") ? sizeof(char)
           : !strcmp(length, "h")  ? sizeof(short)
                                   : sizeof(long);
}

static size_t number_size(const struct conversion *conversion)
{
    const char *length = conversion->length;
    if (conversion->type == 'p')
        return sizeof(void *);
    if (strchr("diouxX", conversion->type))
        return integer_size(length);
    return !*length ? sizeof(float) : !strcmp(length, "L") ? sizeof(long double) : sizeof(double);
}

static bool scan_number(struct scan *scan, const struct conversion *conversion)
{
    char text[NUMBER_MAX + 1], format[16];
    union {
        long long integer;
        long double real;
    } value = {0};
    size_t n = 0;
    int used = 0;
    while (n < NUMBER_MAX && n < conversion->width && scan->at + n < scan->end &&
           !isspace((unsigned char)scan->at[n])) {
        text[n] = scan->at[n];
        n++;
    }
    text[n] = '\0';
    snprintf(format, sizeof format, "%%%s%c%%n", conversion->length, conversion->type);
    if (sscanf(text, format, &value, &used) != 1)
        return false;
    scan->at += used;
    scan->met_end |= scan->at == scan->end && (size_t)used < conversion->width;
    store(scan, conversion, &value, number_size(conversion));
    return true;
}

/* Text of one kind: as long as characters suit. */
static bool scan_text(struct scan *scan, const struct conversion *conversion)
{
    const char *start = scan->at;
    while ((size_t)(scan->at - start) < conversion->width && !at_end(scan) &&
           (conversion->type == '[' ? in_set(conversion, (unsigned char)*scan->at)
                                    : !isspace((unsigned char)*scan->at)))
        scan->at++;
    size_t length = (size_t)(scan->at - start);
    if (length == 0)
        return false;
    if (conversion->suppressed)
        return true;
    char *to = va_arg(*scan->list, char *);
    memory_write(to, length + 1, scan->frame);
    memcpy(to, start, length);
    to[length] = '\0';
    scan->stored++;
    return true;
}

static bool scan_characters(struct scan *scan, const struct conversion *conversion)
{
    size_t wanted = conversion->width == SIZE_MAX ? 1 : conversion->width;
    if ((size_t)(scan->end - scan->at) < wanted) {
        scan->met_end = true;
        return false;
    }
    store(scan, conversion, scan->at, wanted);
    scan->at += wanted;
    return true;
}

static bool convert(struct scan *scan, const struct conversion *conversion)
{
    long long consumed = scan->at - scan->start;
    if (strchr("sc[", conversion->type) && *conversion->length)
        finding_unsupported("wide characters", scan->frame);
    switch (conversion->type) {
    case 'n':
        store(scan, conversion, &consumed, integer_size(conversion->length));
        return true;
    case 'c':
        return scan_characters(scan, conversion);
    case 's':
    case '[':
        return scan_text(scan, conversion);
    }
    if (strchr("diouxXpeEfFgGaA", conversion->type))
        return scan_number(scan, conversion);
    finding_at("api-misuse", "format", OP_READ, NULL, scan->frame);
    return false;
}

/* What is neither white space nor a conversion must stand there as it is. */
static bool match(struct scan *scan, char character)
{
    if (at_end(scan) || *scan->at != character)
        return false;
    scan->at++;
    return true;
}

/* Follow one directive of the format. NULL: nothing more is to be read. */
static const char *follow(struct scan *scan, const char *format)
{
    struct conversion conversion;
    if (isspace((unsigned char)*format)) {
        skip_space(scan);
        return format + 1;
    }
    if (*format != '%')
        return match(scan, *format) ? format + 1 : NULL;
    format = parse(format + 1, &conversion, scan->frame);
    if (!conversion.type || !strchr("c[n", conversion.type))
        skip_space(scan);
    if (conversion.type == '%')
        return match(scan, '%') ? format : NULL;
    if (conversion.type != 'n' && conversion.type && at_end(scan))
        return NULL;
    if (!conversion.type || !convert(scan, &conversion))
        return NULL;
    scan->converted |= conversion.type != 'n';
    return format;
}

/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

static int scan_all(struct scan *scan, const char *format)
{
    memory_read_string(format, SIZE_MAX, scan->frame);
    while (format && *format)
        format = follow(scan, format);
    return format || scan->converted || scan->at < scan->end ? scan->stored : EOF;
}

static int scan_input(const char *format, va_list *list, const void *frame)
{
    size_t size;
    const char *input = program_input(&size);
    struct scan scan = {
        .at = input, .start = input, .end = input + size, .list = list, .frame = frame};
    int stored = scan_all(&scan, format);
    program_reads((size_t)(scan.at - input), scan.met_end);
    return stored;
}

static int scan_string(const char *text, const char *format, va_list *list, const void *frame)
{
    size_t size = memory_read_string(text, SIZE_MAX, frame);
    struct scan scan = {
        .at = text, .start = text, .end = text + size, .list = list, .frame = frame};
    return scan_all(&scan, format);
}

/* Each has several names: the C library renamed them when the C standard changed what they read. */
#define SCANF(prefix)                                                                              \
    int __wrap_##prefix##scanf(const char *format, ...)                                            \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, format);                                                                    \
        int stored = scan_input(format, &list, HERE);                                              \
        va_end(list);                                                                              \
        return stored;                                                                             \
    }                                                                                              \
    int __wrap_##prefix##fscanf(FILE *stream, const char *format, ...)                             \
    {                                                                                              \
        if (!check_stream(stream, HERE))                                                           \
            return EOF;                                                                            \
        va_list list;                                                                              \
        va_start(list, format);                                                                    \
        int stored = scan_input(format, &list, HERE);                                              \
        va_end(list);                                                                              \
        return stored;                                                                             \
    }                                                                                              \
    int __wrap_##prefix##sscanf(const char *text, const char *format, ...)                         \
    {                                                                                              \
        va_list list;                                                                              \
        va_start(list, format);                                                                    \
        int stored = scan_string(text, format, &list, HERE);                                       \
        va_end(list);                                                                              \
        return stored;                                                                             \
    }

SCANF()
SCANF(__isoc99_)
SCANF(__isoc23_)
