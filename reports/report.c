/*
 * The model's memory.
 *
 * A report is built once, read often and thrown away whole, so its memory is a
 * pool: a list of chunks from which everything is cut and nothing is returned.
 * The arrays that grow (findings, warnings, errors, notes) double within
 * the pool and leave their old copy behind, which costs at most as much again.
 * The pool knows which array it grew last for each of them: one that was replaced
 * meanwhile is simply copied into a new one.
 */
#include "reports/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/text.h"

enum { CHUNK_BYTES = 16384 };

enum grown { GROWN_FINDINGS, GROWN_ERRORS, GROWN_NOTES, GROWN_WARNINGS, GROWN_COUNT };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) unsigned char bytes[];
};

struct pool {
    struct chunk *chunks;
    struct {
        void *base;
        size_t capacity;
    } grown[GROWN_COUNT];
};

static void *pool_cut(struct pool *pool, size_t bytes)
{
    const size_t align = _Alignof(max_align_t);
    if (bytes > SIZE_MAX / 2)
        text_need(NULL);
    bytes = (bytes + align - 1) / align * align;
    struct chunk *chunk = pool->chunks;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
        chunk = text_need(calloc(1, sizeof *chunk + size));
        chunk->size = size;
        chunk->next = pool->chunks;
        pool->chunks = chunk;
    }
    void *piece = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return piece;
}

struct report *report_new(const char *language)
{
    struct pool *pool = text_need(calloc(1, sizeof *pool));
    struct report *report = pool_cut(pool, sizeof *report);
    report->pool = pool;
    report->language = report_text(report, language != NULL ? language : "en");
    report->exercise_title = report->submission = "";
    report->effort = report->tool_version = report->isolation.missing = "";
    for (int i = 0; i < LANE_COUNT; i++) {
        report->lanes[i].why_not = report->lanes[i].coverage = "";
        report->lanes[i].bound = -1;
    }
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    struct pool *pool = report->pool;
    for (struct chunk *chunk = pool->chunks, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(pool);
}

void *report_array(struct report *report, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        text_need(NULL);
    return pool_cut(report->pool, count * size);
}

const char *report_text(struct report *report, const char *text)
{
    char *clean = text_clean_copy(text, TEXT_LINES);
    size_t size = strlen(clean) + 1;
    char *copy = size > 1 ? pool_cut(report->pool, size) : NULL;
    if (copy != NULL)
        memcpy(copy, clean, size);
    free(clean);
    return copy != NULL ? copy : "";
}

const char *report_format(struct report *report, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text_need(NULL);
    va_end(args);
    const char *copy = report_text(report, text);
    free(text);
    return copy;
}

/* An array with room for one more. */
static void *grow(struct report *report, enum grown which, void *base, size_t count, size_t size)
{
    struct pool *pool = report->pool;
    if (base != NULL && base == pool->grown[which].base && count < pool->grown[which].capacity)
        return base;
    size_t capacity = count < 8 ? 8 : 2 * count;
    void *bigger = report_array(report, capacity, size);
    if (base != NULL && count > 0)
        memcpy(bigger, base, count * size);
    pool->grown[which].base = bigger;
    pool->grown[which].capacity = capacity;
    return bigger;
}

struct finding *report_add_finding(struct report *report)
{
    report->findings = grow(report, GROWN_FINDINGS, report->findings, report->n_findings,
                            sizeof *report->findings);
    struct finding *finding = &report->findings[report->n_findings++];
    memset(finding, 0, sizeof *finding);
    finding->id = report_format(report, "F%zu", report->n_findings);
    finding->lane = LANE_NONE;
    finding->scenario = finding->message = finding->hint = "";
    finding->object = finding->object_origin = finding->detail = finding->replay = "";
    finding->reproduced = true;
    finding->seen = 1;
    return finding;
}

void report_add_error(struct report *report, const char *text)
{
    report->errors =
        grow(report, GROWN_ERRORS, report->errors, report->n_errors, sizeof *report->errors);
    report->errors[report->n_errors++] = report_text(report, text);
}

void report_add_note(struct report *report, const char *text)
{
    report->notes =
        grow(report, GROWN_NOTES, report->notes, report->n_notes, sizeof *report->notes);
    report->notes[report->n_notes++] = report_text(report, text);
}

void report_add_warning(struct report *report, struct location at, const char *text)
{
    report->warnings = grow(report, GROWN_WARNINGS, report->warnings, report->n_warnings,
                            sizeof *report->warnings);
    struct warning *warning = &report->warnings[report->n_warnings++];
    warning->at.file = report_text(report, at.file);
    warning->at.function = report_text(report, at.function);
    warning->at.line = at.line;
    warning->text = report_text(report, text);
}

size_t report_count(const struct report *report, enum category category)
{
    size_t count = 0;
    for (size_t i = 0; i < report->n_findings; i++)
        count += kind_category(report->findings[i].kind) == category;
    return count;
}
