#include "grader/diagnostics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/blame.h"
#include "grader/memory.h"

enum { WARNINGS_MAX = 30, FIRST_LINES = 8, FIRST_BYTES = 1000 };

enum severity { SEVERITY_NONE, SEVERITY_WARNING, SEVERITY_ERROR };

/* A file as the student named it: the linker joins it to the folder of the compile. */
static const char *plain_file(const char *file)
{
    file += strspn(file, " ");
    while (strncmp(file, "./", 2) == 0)
        file += 2;
    return file;
}

/* One line "file:line:column: severity: text". The texts are the reader's. */
struct diagnostic {
    enum severity severity;
    struct location at;
    const char *text;
};

struct reader {
    char *copy;
    char *rest;
    char *function; /* of the last "file: In function 'f':" */
};

static void reader_open(struct reader *reader, const char *text)
{
    *reader = (struct reader){.copy = memory_text(text ? text : "")};
    reader->rest = reader->copy;
}

static char *next_line(struct reader *reader)
{
    return strsep(&reader->rest, "\n");
}

/* "likes.c: In function 'f':" or "likes.c: At top level:". */
static bool read_context(struct reader *reader, char *line)
{
    char *at = strstr(line, ": In function ");
    if (at) {
        char *name = at + strlen(": In function ");
        name += strspn(name, "'`\xE2\x80\x98");
        name[strcspn(name, "'\xE2:")] = '\0';
        reader->function = name;
        return true;
    }
    if (!strstr(line, ": At top level:"))
        return false;
    reader->function = NULL;
    return true;
}

/* Cut ":NUMBER" off the end of `text`. */
static bool cut_number(char *text, int *number)
{
    char *colon = strrchr(text, ':');
    if (!colon || colon == text || !colon[1] ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    long value = strtol(colon + 1, NULL, 10);
    *number = value > 0 && value < 100000000 ? (int)value : 0;
    *colon = '\0';
    return true;
}

static bool cut_at(char *line, const char *mark, const char **text)
{
    char *at = strstr(line, mark);
    if (!at)
        return false;
    *at = '\0';
    *text = at + strlen(mark);
    return true;
}

static bool read_diagnostic(struct reader *reader, char *line, struct diagnostic *diagnostic)
{
    *diagnostic = (struct diagnostic){0};
    if (read_context(reader, line))
        return false;
    if (cut_at(line, ": fatal error: ", &diagnostic->text) ||
        cut_at(line, ": error: ", &diagnostic->text))
        diagnostic->severity = SEVERITY_ERROR;
    else if (cut_at(line, ": warning: ", &diagnostic->text))
        diagnostic->severity = SEVERITY_WARNING;
    else
        return false;
    int first = 0, second = 0;
    if (cut_number(line, &first))
        diagnostic->at.line = cut_number(line, &second) ? second : first;
    diagnostic->at.file = first ? plain_file(line) : "";
    diagnostic->at.function = reader->function ? reader->function : "";
    return true;
}

/* How a program ended that did not say what is wrong. */
static const char *end_text(const struct process_result *result, const struct report *report)
{
    switch (result->end) {
    case PROCESS_TIMED_OUT:
    case PROCESS_CPU_LIMIT:
        return say(report, "the compiler did not finish in time",
                   "el compilador no terminó a tiempo");
    case PROCESS_REFUSED:
        return say(report, "the compiler tried something that is not allowed",
                   "el compilador intentó algo que no está permitido");
    default:
        return say(report, "the compiler gave up", "el compilador no pudo terminar");
    }
}

/* The first lines of what was said, for want of anything better. */
static char *first_lines(const struct process_result *result, const struct report *report)
{
    const char *text = result->errors ? result->errors : "";
    size_t length = 0;
    for (int lines = 0; lines < FIRST_LINES && text[length] && length < FIRST_BYTES; lines++)
        length += strcspn(text + length, "\n") + 1;
    size_t size = strlen(text);
    length = length > size ? size : length;
    length = length > FIRST_BYTES ? FIRST_BYTES : length;
    while (length && text[length - 1] == '\n')
        length--;
    return memory_format("%s%s%.*s", end_text(result, report), length ? ":\n" : "", (int)length,
                         text);
}

void diagnostics_errors(const struct process_result *result, const char *file,
                        struct report *report)
{
    struct reader reader;
    struct diagnostic diagnostic;
    bool any = false;
    reader_open(&reader, result->errors);
    for (char *line; (line = next_line(&reader)) != NULL;) {
        if (!read_diagnostic(&reader, line, &diagnostic) || diagnostic.severity != SEVERITY_ERROR ||
            !*diagnostic.at.file)
            continue;
        blame(report, KIND_COMPILE_ERROR, "", diagnostic.at, diagnostic.text);
        any = true;
    }
    free(reader.copy);
    if (any)
        return;
    char *lines = first_lines(result, report);
    blame(report, KIND_COMPILE_ERROR, "", (struct location){.file = file}, lines);
    free(lines);
}

void diagnostics_warnings(const struct process_result *result, struct report *report)
{
    struct reader reader;
    struct diagnostic diagnostic;
    reader_open(&reader, result->errors);
    for (char *line; (line = next_line(&reader)) != NULL && report->n_warnings < WARNINGS_MAX;) {
        if (!read_diagnostic(&reader, line, &diagnostic) ||
            diagnostic.severity != SEVERITY_WARNING || !*diagnostic.at.file)
            continue;
        struct location at = {.file = report_text(report, diagnostic.at.file),
                              .function = report_text(report, diagnostic.at.function),
                              .line = diagnostic.at.line};
        report_add_warning(report, at, diagnostic.text);
    }
    free(reader.copy);
}

/* "ld: b.o:b.c:5: multiple definition of `f'; a.o:a.c:3: first defined here", where the object
 * may be missing, and an earlier line names the function. */
static bool read_multiple(char *line, struct diagnostic *diagnostic, char **name)
{
    const char *text;
    if (!cut_at(line, " multiple definition of `", &text))
        return false;
    *name = line + (text - line);
    size_t length = strcspn(*name, "'");
    char *after = *name + length + ((*name)[length] != '\0');
    (*name)[length] = '\0';
    /* The file is what stands between the last object ("x.o:") and the line number. */
    size_t place = strlen(line);
    if (place && line[place - 1] == ':')
        line[place - 1] = '\0';
    diagnostic->at.line = 0;
    if (!cut_number(line, &diagnostic->at.line))
        diagnostic->at.line = 0;
    char *object = NULL;
    for (char *at = line; (at = strstr(at, ".o:")) != NULL; at++)
        object = at + 3;
    diagnostic->at.file = diagnostic->at.line ? (object ? object : line) : "";
    diagnostic->at.file = plain_file(diagnostic->at.file);
    diagnostic->text = after + strspn(after, "; ");
    return true;
}

/* Where the other definition is: "a.o:a.c:3: first defined here" gives "a.c:3". */
static char *other_place(const char *text)
{
    char *copy = memory_text(text);
    char *end = strstr(copy, ": first defined here");
    if (end)
        *end = '\0';
    char *object = strstr(copy, ".o:");
    char *place = end && object ? memory_text(plain_file(object + 3)) : memory_text("");
    free(copy);
    return place;
}

static void blame_multiple(struct report *report, const struct diagnostic *diagnostic,
                           const char *name)
{
    char *other = other_place(diagnostic->text);
    char *detail =
        *other ? memory_format(say(report, "multiple definition of '%s'; the first one is at %s",
                                   "'%s' está definida varias veces; la primera está en %s"),
                               name, other)
               : memory_format(
                     say(report, "multiple definition of '%s'", "'%s' está definida varias veces"),
                     name);
    blame(report, KIND_LINK_ERROR, name, diagnostic->at, detail);
    free(detail);
    free(other);
}

void diagnostics_link(const struct process_result *result, struct report *report)
{
    struct reader reader;
    bool any = false;
    reader_open(&reader, result->errors);
    for (char *line; (line = next_line(&reader)) != NULL;) {
        struct diagnostic diagnostic = {.at = {.function = ""}};
        char *name = NULL;
        if (!read_multiple(line, &diagnostic, &name))
            continue;
        blame_multiple(report, &diagnostic, name);
        any = true;
    }
    free(reader.copy);
    if (any)
        return;
    char *lines = first_lines(result, report);
    blame(report, KIND_LINK_ERROR, "", (struct location){0}, lines);
    free(lines);
}

void diagnostics_first(const struct process_result *result, char *text, size_t size)
{
    struct reader reader;
    struct diagnostic diagnostic;
    *text = '\0';
    reader_open(&reader, result->errors);
    for (char *line; !*text && (line = next_line(&reader)) != NULL;)
        if (read_diagnostic(&reader, line, &diagnostic) && diagnostic.severity == SEVERITY_ERROR)
            snprintf(text, size, "%s:%d: %s", diagnostic.at.file, diagnostic.at.line,
                     diagnostic.text);
    free(reader.copy);
    if (!*text)
        snprintf(text, size, "%.*s", FIRST_BYTES, result->errors ? result->errors : "");
}
