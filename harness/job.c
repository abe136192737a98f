/*
 * job.c - reads the job. The grader wrote it, so what is wrong with it is our own fault.
 */
#include "harness/job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/protocol.h"

enum { JOB_BYTES_MAX = JOB_SCENARIOS_MAX * RECORD_MAX };

static _Noreturn __attribute__((format(printf, 1, 2))) void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("harness: job: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    _exit(3);
}

static char *read_all(int fd, size_t *size)
{
    char *text = malloc(JOB_BYTES_MAX + 1);
    if (!text)
        fail("out of memory");
    size_t length = 0;
    for (;;) {
        ssize_t n = read(fd, text + length, JOB_BYTES_MAX + 1 - length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            fail("cannot read fd %d: %s", fd, strerror(errno));
        if (n == 0)
            break;
        length += (size_t)n;
        if (length > JOB_BYTES_MAX)
            fail("longer than %d bytes", JOB_BYTES_MAX);
    }
    text[length] = '\0';
    *size = length;
    return text;
}

static const char *text_of(const struct record_view *view, const char *key)
{
    const char *value = record_get(view, key);
    if (!value || !*value)
        fail("%s: no %s", view->type, key);
    return value;
}

static long number_of(const struct record_view *view, const char *key)
{
    if (!record_get(view, key))
        return 0;
    long long value;
    if (!record_get_int(view, key, &value) || value < 0)
        fail("%s: bad %s", view->type, key);
    return (long)value;
}

/* A seed uses all 64 bits, so it may come with or without a sign. */
static uint64_t seed_of(const struct record_view *view)
{
    const char *text = text_of(view, "seed");
    long long value;
    if (record_get_int(view, "seed", &value))
        return (uint64_t)value;
    char *end;
    errno = 0;
    uint64_t seed = strtoull(text, &end, 10);
    if (errno || *end || *text < '0' || *text > '9')
        fail("job: bad seed");
    return seed;
}

static void take_job(struct job *job, const struct record_view *view)
{
    long long version;
    if (!record_get_int(view, "version", &version) || version != PROTOCOL_VERSION)
        fail("this harness speaks version %d", PROTOCOL_VERSION);
    job->lane = text_of(view, "lane");
    job->student = text_of(view, "student");
    job->scenarios = record_get(view, "scenarios");
    job->seed = seed_of(view);
    job->strict = number_of(view, "strict") != 0;
    job->input = record_get(view, "stdin");
}

static void take_argument(struct job *job, const struct record_view *view)
{
    const char *text = record_get(view, "text");
    if (!text || strlen(text) > ARGUMENT_MAX || job->n_arguments == ARGUMENTS_MAX)
        fail("bad argument");
    job->arguments[job->n_arguments++] = text;
}

static void take_inputs(struct job_scenario *scenario, const struct record_view *view)
{
    for (size_t i = 0; i < view->n_fields; i++) {
        const char *key = view->fields[i].key;
        if (strncmp(key, "in.", 3) != 0)
            continue;
        long long value;
        if (scenario->n_inputs == JOB_INPUTS_MAX || !key[3] || !record_get_int(view, key, &value))
            fail("%s: bad input %s", scenario->name, key);
        scenario->inputs[scenario->n_inputs++] = (struct job_input){key + 3, (long)value};
    }
}

static void take_scenario(struct job *job, const struct record_view *view, bool replay)
{
    if (job->n_scenarios == JOB_SCENARIOS_MAX)
        fail("more than %d scenarios", JOB_SCENARIOS_MAX);
    struct job_scenario *scenario = &job->items[job->n_scenarios++];
    const char *clock = record_get(view, "clock");
    if (clock && strcmp(clock, "punctual") != 0 && strcmp(clock, "adversarial") != 0)
        fail("bad clock %s", clock);
    scenario->name = text_of(view, "name");
    scenario->token = replay ? text_of(view, "token") : NULL;
    scenario->executions = number_of(view, "executions");
    scenario->steps = number_of(view, "steps");
    scenario->budget_ms = number_of(view, "budget_ms");
    scenario->first = number_of(view, "first");
    scenario->strategy = record_get(view, "strategy");
    scenario->punctual = clock && strcmp(clock, "punctual") == 0;
    scenario->debug = number_of(view, "debug") != 0;
    scenario->fail = number_of(view, "fail") != 0;
    take_inputs(scenario, view);
}

/* Returns whether this line was the last. */
static bool take_line(struct job *job, char *line, size_t length)
{
    struct record_view view;
    if (!record_parse(line, length, &view))
        fail("malformed line");
    if (strcmp(view.type, "end") == 0)
        return true;
    if (strcmp(view.type, "job") == 0 && !job->lane)
        take_job(job, &view);
    else if (strcmp(view.type, "arg") == 0 && job->lane)
        take_argument(job, &view);
    else if (strcmp(view.type, "scenario") == 0 && job->lane)
        take_scenario(job, &view, false);
    else if (strcmp(view.type, "replay") == 0 && job->lane)
        take_scenario(job, &view, true);
    else
        fail("unexpected line %s", view.type);
    return false;
}

const struct job *job_read(int fd)
{
    /* Their absence is legal: a person may run a harness without a filter. */
    (void)fcntl(RECORDS_FD, F_SETFD, FD_CLOEXEC);
    (void)fcntl(FILTER_FD, F_SETFD, FD_CLOEXEC);
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        fail("out of memory");
    size_t size;
    char *at = read_all(fd, &size);
    close(fd);
    /* The text is never freed: the job's strings point into it. */
    const char *const end = at + size;
    for (bool last = false; !last;) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline)
            fail("no end line");
        last = take_line(job, at, (size_t)(newline - at));
        at = newline + 1;
    }
    if (!job->lane)
        fail("no job line");
    return job;
}

const struct job_input *job_input(const struct job_scenario *scenario, const char *name)
{
    for (size_t i = 0; i < scenario->n_inputs; i++)
        if (strcmp(scenario->inputs[i].name, name) == 0)
            return &scenario->inputs[i];
    return NULL;
}
