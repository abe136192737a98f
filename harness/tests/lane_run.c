/* lane_run.c - see lane_run.h. */
#include "harness/tests/lane_run.h"

#include <check.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYMBOL(name, lanes)
#define NOT_EXPLORED(name)
#include "harness/symbols.h"

#define SYMBOL(name, lanes) {#name, lanes},
#define NOT_EXPLORED(name)
static const struct {
    const char *name;
    unsigned lanes;
} symbols[] = {
#include "harness/symbols.h"
};

enum { WORDS_MAX = 256, SECONDS_MAX = 60 };

struct command {
    char *words[WORDS_MAX];
    int n;
};

static __attribute__((format(printf, 2, 3))) void word(struct command *command, const char *format,
                                                       ...)
{
    va_list list;
    va_start(list, format);
    ck_assert_int_lt(command->n, WORDS_MAX - 1);
    ck_assert_int_ge(vasprintf(&command->words[command->n++], format, list), 0);
    command->words[command->n] = NULL;
    va_end(list);
}

static void move_fd(int fd, int to)
{
    if (fd >= 0 && fd != to)
        dup2(fd, to);
}

/* Run and wait. All that it prints goes to `output`; fds of -1 are left out. */
static int run_command(struct command *command, int job, int records, int output)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        alarm(SECONDS_MAX);
        move_fd(output, STDOUT_FILENO);
        move_fd(output, STDERR_FILENO);
        move_fd(job, JOB_FD);
        move_fd(records, RECORDS_FD);
        execvp(command->words[0], command->words);
        perror(command->words[0]);
        _exit(127);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    for (int i = 0; i < command->n; i++)
        free(command->words[i]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void run_well(struct command *command)
{
    char *name = strdup(command->words[0]);
    ck_assert_msg(run_command(command, -1, -1, -1) == 0, "%s failed", name);
    free(name);
}

static void write_file(const struct lane_run *run, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", run->folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

/* Where the sources are; tests may run elsewhere. */
static const char *root(void)
{
    static char path[512];
    const char *harness = getenv("HILO_INCLUDE");
    snprintf(path, sizeof path, "%s/..", harness ? harness : "harness");
    return path;
}

static void make_folder(struct lane_run *run)
{
    if (*run->folder)
        return;
    strcpy(run->folder, "/tmp/hilo-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(run->folder));
}

static void compile(const struct lane_run *run, const char *source, const char *object)
{
    struct command command = {.n = 0};
    const char *flags[] = {
        "gcc",
        "-std=gnu11",
        "-D_GNU_SOURCE",
        "-O0",
        "-g",
        "-fPIC",
        "-fno-builtin",
        "-fno-stack-protector",
        "-w",
        "-pthread",
        "-c",
        "-fno-omit-frame-pointer",
        "-U_FORTIFY_SOURCE",
        "-fsanitize=thread",
        "-ftls-model=global-dynamic",
        "--param=tsan-distinguish-volatile=1",
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        word(&command, "%s", flags[i]);
    word(&command, "-I%s", root());
    word(&command, "%s", source);
    word(&command, "-o");
    word(&command, "%s/%s", run->folder, object);
    run_well(&command);
}

/* Link the `n` objects NAME0.o, NAME1.o... into NAME.so. */
static void link_objects(const struct lane_run *run, const char *name, int n)
{
    unsigned lane = strcmp(run->lane, "explore") == 0 ? IN_EXPLORE : IN_TSAN;
    struct command command = {.n = 0};
    const char *flags[] = {"ld", "-shared", "-z", "now", "-Bsymbolic"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        word(&command, "%s", flags[i]);
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (symbols[i].lanes & lane)
            word(&command, "--wrap=%s", symbols[i].name);
    for (int i = 0; i < n; i++)
        word(&command, "%s/%s%d.o", run->folder, name, i);
    word(&command, "-o");
    word(&command, "%s/%s.so", run->folder, name);
    run_well(&command);
}

void lane_build(struct lane_run *run, const char *lane, const char *const *sources,
                const char *scenarios)
{
    char path[640], object[32];
    int n = 0;
    run->lane = lane;
    make_folder(run);
    for (; sources[n]; n++) {
        snprintf(path, sizeof path, "%s/%s", root(), sources[n]);
        snprintf(object, sizeof object, "student%d.o", n);
        compile(run, path, object);
    }
    link_objects(run, "student", n);
    write_file(run, "scenarios.c", scenarios);
    snprintf(path, sizeof path, "%s/scenarios.c", run->folder);
    compile(run, path, "scenarios0.o");
    link_objects(run, "scenarios", 1);
}

static int open_file(const struct lane_run *run, const char *name, int flags)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", run->folder, name);
    int fd = open(path, flags | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    /* Above all that the child's are moved to, so that none of them overwrites another. */
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 16);
    ck_assert_int_ge(high, 0);
    close(fd);
    return high;
}

static char *read_file(const struct lane_run *run, const char *name)
{
    FILE *file = fdopen(open_file(run, name, O_RDONLY), "r");
    char *text = NULL;
    size_t room = 0;
    ck_assert_ptr_nonnull(file);
    if (getdelim(&text, &room, '\0', file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    ck_assert_ptr_nonnull(text);
    return text;
}

static void forget_records(struct lane_run *run)
{
    free(run->records);
    free(run->text);
    free(run->log);
    run->log = NULL;
    run->records = NULL;
    run->text = NULL;
    run->n_records = 0;
}

static void take_records(struct lane_run *run)
{
    run->text = read_file(run, "records");
    run->log = strdup(run->text);
    ck_assert_ptr_nonnull(run->log);
    size_t lines = 0;
    for (const char *at = run->text; (at = strchr(at, '\n')); at++)
        lines++;
    run->records = calloc(lines + 1, sizeof *run->records);
    ck_assert_ptr_nonnull(run->records);
    for (char *at = run->text, *end; (end = strchr(at, '\n')); at = end + 1) {
        *end = '\0';
        ck_assert_msg(record_parse(at, (size_t)(end - at), &run->records[run->n_records]),
                      "malformed record: %s", at);
        run->n_records++;
    }
}

int lane_execute(struct lane_run *run, const char *job)
{
    forget_records(run);
    char *text;
    ck_assert_int_ge(asprintf(&text,
                              "job version=%d lane=%s student=%s/student.so "
                              "scenarios=%s/scenarios.so seed=%d\n%s",
                              PROTOCOL_VERSION, run->lane, run->folder, run->folder,
                              run->seed ? run->seed : 1, job),
                     0);
    write_file(run, "job", text);
    free(text);
    const char *build = getenv("HILO_BUILD");
    struct command command = {.n = 0};
    word(&command, "%s/hilo-%s", build ? build : "build", run->lane);
    int in = open_file(run, "job", O_RDONLY);
    int out = open_file(run, "records", O_WRONLY | O_CREAT | O_TRUNC);
    int status = run_command(&command, in, out, -1);
    close(in);
    close(out);
    take_records(run);
    return status;
}

const struct record_view *lane_next(const struct lane_run *run, size_t *at, const char *type)
{
    while (*at < run->n_records) {
        const struct record_view *record = &run->records[(*at)++];
        if (!strcmp(record->type, type))
            return record;
    }
    return NULL;
}

void lane_build_native(struct lane_run *run, const char *const *sources, const char *driver)
{
    make_folder(run);
    write_file(run, "driver.c", driver);
    struct command command = {.n = 0};
    const char *flags[] = {"gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O0", "-w", "-pthread"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        word(&command, "%s", flags[i]);
    word(&command, "-I%s", root());
    for (int i = 0; sources[i]; i++)
        word(&command, "%s/%s", root(), sources[i]);
    word(&command, "%s/driver.c", run->folder);
    word(&command, "-o");
    word(&command, "%s/native", run->folder);
    run_well(&command);
}

char *lane_run_native(const struct lane_run *run, const char *argument)
{
    struct command command = {.n = 0};
    word(&command, "%s/native", run->folder);
    word(&command, "%s", argument);
    int out = open_file(run, "printed", O_WRONLY | O_CREAT | O_TRUNC);
    int status = run_command(&command, -1, -1, out);
    close(out);
    ck_assert_msg(status == 0, "natively %s ends with %d", argument, status);
    return read_file(run, "printed");
}

void lane_free(struct lane_run *run)
{
    struct command command = {.n = 0};
    word(&command, "rm");
    word(&command, "-rf");
    word(&command, "%s", run->folder);
    run_well(&command);
    forget_records(run);
}
