#include "grader/tools.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Enough for any honest submission, little enough for a macro bomb to be over soon. */
static const struct process_limits limits = {
    .wall_s = 30,
    .cpu_s = 10,
    .memory_bytes = (size_t)2 << 30,
    .file_bytes = 32 << 20,
    .output_bytes = 256 << 10,
};

bool tool_find(const char *name, char *path, size_t size)
{
    const char *list = getenv("PATH");
    if (!list || !*list)
        list = "/usr/local/bin:/usr/bin:/bin";
    while (*list) {
        size_t length = strcspn(list, ":");
        /* A relative entry would let the folder we are called in decide. */
        if (*list == '/' && length < PATH_MAX) {
            int written = snprintf(path, size, "%.*s/%s", (int)length, list, name);
            struct stat status;
            if (written > 0 && (size_t)written < size && access(path, X_OK) == 0 &&
                stat(path, &status) == 0 && S_ISREG(status.st_mode))
                return true;
        }
        list += length + (list[length] == ':');
    }
    return false;
}

bool tools_find(struct tools *tools, struct error *error)
{
    if (!tool_find("gcc", tools->gcc, sizeof tools->gcc))
        return error_set(error, ERROR_MACHINE, "there is no gcc on this machine; install gcc");
    if (!tool_find("as", tools->as, sizeof tools->as) ||
        !tool_find("ld", tools->ld, sizeof tools->ld))
        return error_set(error, ERROR_MACHINE,
                         "there is no assembler or linker on this machine; install binutils");
    return true;
}

void tools_identity(const struct tools *tools, char *text, size_t size)
{
    const char *const paths[] = {tools->gcc, tools->as, tools->ld};
    size_t used = 0;
    if (size)
        *text = '\0';
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct stat status = {0};
        char real[PATH_MAX];
        if (!realpath(paths[i], real) || stat(real, &status) != 0)
            snprintf(real, sizeof real, "%s", paths[i]);
        int written = snprintf(text + used, size - used, "%s %lld %lld.%ld\n", real,
                               (long long)status.st_size, (long long)status.st_mtim.tv_sec,
                               status.st_mtim.tv_nsec);
        if (written < 0 || (size_t)written >= size - used)
            return;
        used += (size_t)written;
    }
}

static bool holds_scenario(const char *dir)
{
    char path[PATH_MAX];
    int written = snprintf(path, sizeof path, "%s/scenario.h", dir);
    return written > 0 && (size_t)written < sizeof path && access(path, R_OK) == 0;
}

const char *include_dir(void)
{
    static char dir[PATH_MAX];
    static const char *const beside[] = {"/../harness", "/../include/hilo", "/../../harness",
                                         "/../../../harness", "/../../../../harness"};
    const char *given = getenv("HILO_INCLUDE");
    if (given && *given)
        return realpath(given, dir) && holds_scenario(dir) ? dir : NULL;
    char program[PATH_MAX], candidate[PATH_MAX + 32];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return NULL;
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        snprintf(candidate, sizeof candidate, "%s%s", program, beside[i]);
        if (realpath(candidate, dir) && holds_scenario(dir))
            return dir;
    }
    return NULL;
}

void tool_word(struct tool_run *run, const char *word)
{
    if (run->n_words + 1 < TOOL_WORDS_MAX)
        run->argv[run->n_words++] = word;
    else
        run->too_many = true;
}

void tool_words(struct tool_run *run, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tool_word(run, words[i]);
}

bool tool_succeeded(const struct tool_run *run)
{
    return run->finished && run->result.end == PROCESS_EXITED && run->result.status == 0;
}

static bool start(struct tool_run *run, struct error *error)
{
    if (run->too_many)
        return error_set(error, ERROR_OURS, "%s: too many arguments", run->argv[0]);
    struct process_spec spec = {.role = ROLE_COMPILER,
                                .argv = run->argv,
                                .cwd = run->cwd,
                                .readable = run->readable,
                                .writable = run->writable,
                                .limits = limits};
    run->process = process_start(&spec, error);
    return run->process != NULL;
}

static bool finish(struct tool_run *run, double *cpu_ms, struct error *error)
{
    struct process *process = run->process;
    run->process = NULL;
    if (!process || !process_wait(process, &run->result, error))
        return false;
    run->finished = true;
    *cpu_ms += run->result.cpu_ms;
    return true;
}

bool tools_run(struct tool_run *runs, size_t n, double *cpu_ms, struct error *error)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t at_once = processors < 2 ? 2 : processors > 16 ? 16 : (size_t)processors;
    size_t started = 0;
    bool well = true;
    for (size_t ended = 0; ended < n && (well || ended < started); ended++) {
        while (well && started < n && started - ended < at_once)
            if (start(&runs[started], error))
                started++;
            else
                well = false;
        if (ended < started)
            well = finish(&runs[ended], cpu_ms, error) && well;
    }
    return well;
}

void tool_runs_free(struct tool_run *runs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (runs[i].finished)
            process_result_free(&runs[i].result);
}
