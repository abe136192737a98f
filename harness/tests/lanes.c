#include "harness/tests/lanes.h"

#include <check.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

/* Only for its enumeration, the first time. */
#define SYMBOL(name, lanes)
#define NOT_EXPLORED(name)
#include "harness/symbols.h"

/* As in architecture.md; grader/compile.c has the list that counts. */
#define COMMON "-std=gnu11 -pthread -fPIC -fno-omit-frame-pointer -ftls-model=global-dynamic -I. -w"
#define NATIVE "-O2 -g1 " COMMON
#define INSTRUMENTED                                                                               \
    "-O0 -g -fno-builtin -fsanitize=thread --param=tsan-distinguish-volatile=1 " COMMON

static char dir[256];

static __attribute__((format(printf, 1, 2))) void shell(const char *format, ...)
{
    char command[16384];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    ck_assert_int_lt(length, (int)sizeof command);
    ck_assert_msg(system(command) == 0, "failed: %s", command);
}

/* The linker's options for the symbols that a lane wraps. */
static void wraps(int lane, char *text, size_t size)
{
    static const struct {
        const char *name;
        int lanes;
    } symbols[] = {
#define SYMBOL(name, in)   {#name, in},
#define NOT_EXPLORED(name) {#name, 0},
#include "harness/symbols.h"
    };
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (symbols[i].lanes & lane)
            length += (size_t)snprintf(text + length, size - length, " --wrap=%s", symbols[i].name);
    ck_assert_uint_lt(length, size);
}

static void build(const char *name, const char *source)
{
    char stress[4096], tsan[4096];
    wraps(IN_STRESS, stress, sizeof stress);
    wraps(IN_TSAN, tsan, sizeof tsan);
    shell("gcc " NATIVE " -c -o %s/%s.o %s", dir, name, source);
    shell("gcc " INSTRUMENTED " -c -o %s/%s.tsan.o %s", dir, name, source);
    const char *ld = "ld -shared -z now -Bsymbolic";
    shell("%s %s -o %s/%s.stress.so %s/%s.o", ld, stress, dir, name, dir, name);
    shell("%s %s -o %s/%s.perturb.so %s/%s.tsan.o", ld, stress, dir, name, dir, name);
    shell("%s %s -o %s/%s.tsan.so %s/%s.tsan.o", ld, tsan, dir, name, dir, name);
}

void lanes_build(const char *student, const char *scenarios)
{
    const char *base = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/hilo-lanes-XXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    build("student", student);
    build("scenarios", scenarios);
}

void lanes_clean(void)
{
    shell("rm -rf '%s'", dir);
}

/* A job in an unnamed file, ready to be read. */
static FILE *make_job(const char *lane, const char *scenarios, const char *options)
{
    char names[512], *rest;
    FILE *job = tmpfile();
    ck_assert_ptr_nonnull(job);
    fprintf(job,
            "job version=%d lane=%s student=%s/student.%s.so scenarios=%s/scenarios.%s.so seed=7\n",
            PROTOCOL_VERSION, lane, dir, lane, dir, lane);
    snprintf(names, sizeof names, "%s", scenarios);
    for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        fprintf(job, "scenario name=%s steps=1000 clock=adversarial %s\n", name, options);
    fputs("end\n", job);
    rewind(job);
    return job;
}

static _Noreturn void exec_lane(const char *lane, int job, int records)
{
    char program[512];
    const char *base = getenv("HILO_BUILD");
    bool tsan = strcmp(lane, "tsan") == 0;
    snprintf(program, sizeof program, "%s/hilo-%s", base ? base : "build",
             tsan ? "tsan" : "stress");
    if (tsan)
        personality(ADDR_NO_RANDOMIZE);
    /* Out of the way of the numbers that they get. */
    job = fcntl(job, F_DUPFD, 10);
    records = fcntl(records, F_DUPFD, 10);
    dup2(job, JOB_FD);
    dup2(records, RECORDS_FD);
    close(FILTER_FD);
    unsetenv("TSAN_OPTIONS");
    execl(program, program, (char *)NULL);
    perror(program);
    _exit(127);
}

static void take_lines(struct said *said, size_t size)
{
    said->lines = calloc(size + 1, sizeof *said->lines);
    ck_assert_ptr_nonnull(said->lines);
    for (char *line = said->text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        ck_assert_msg(record_parse(line, (size_t)(end - line), &said->lines[said->n]),
                      "not a record: %s", line);
        said->n++;
    }
    const struct record_view *last = said->n ? &said->lines[said->n - 1] : NULL;
    said->whole = said->status == 0 && last && strcmp(said->lines[0].type, "hello") == 0 &&
                  strcmp(last->type, "bye") == 0 &&
                  said_int(last, "records") == (long long)said->n - 1;
}

struct said *lanes_run(const char *lane, const char *scenarios, const char *options)
{
    FILE *job = make_job(lane, scenarios, options), *records = tmpfile();
    ck_assert_ptr_nonnull(records);
    pid_t pid = fork();
    if (pid == 0)
        exec_lane(lane, fileno(job), fileno(records));
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    struct said *said = calloc(1, sizeof *said);
    ck_assert_ptr_nonnull(said);
    said->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    fseek(records, 0, SEEK_END);
    size_t size = (size_t)ftell(records);
    rewind(records);
    said->text = calloc(size + 1, 1);
    ck_assert_ptr_nonnull(said->text);
    ck_assert_uint_eq(fread(said->text, 1, size, records), size);
    fclose(records);
    fclose(job);
    take_lines(said, size);
    return said;
}

void said_free(struct said *said)
{
    free(said->lines);
    free(said->text);
    free(said);
}

const struct record_view *said_line_with(const struct said *said, const char *type, const char *key,
                                         const char *value, size_t n)
{
    for (size_t i = 0; i < said->n; i++) {
        const struct record_view *line = &said->lines[i];
        const char *has = key ? record_get(line, key) : NULL;
        if (strcmp(line->type, type) != 0 || (key && (!has || strcmp(has, value) != 0)))
            continue;
        if (n-- == 0)
            return line;
    }
    return NULL;
}

const struct record_view *said_line(const struct said *said, const char *type, size_t n)
{
    return said_line_with(said, type, NULL, NULL, n);
}

size_t said_count(const struct said *said, const char *type)
{
    size_t n = 0;
    while (said_line(said, type, n))
        n++;
    return n;
}

long long said_int(const struct record_view *line, const char *key)
{
    long long value = 0;
    ck_assert_msg(line && record_get_int(line, key, &value), "no number %s", key);
    return value;
}
