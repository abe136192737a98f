#include "grader/program.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/memory.h"
#include "harness/protocol.h"

/* As many executions and steps as a scenario has that says nothing of them. */
enum { EXECUTIONS = 2000, STEPS = 20000 };

static struct manifest_scenario only_scenario[] = {{
    .name = "main",
    .points = 1,
    .lanes = {true, true, true},
    .executions = EXECUTIONS,
    .steps = STEPS,
}};

const struct manifest program_manifest = {
    .program = true,
    .name = "program",
    .n_scenarios = 1,
    .scenarios = only_scenario,
};

static bool has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), tail = strlen(suffix);
    return length > tail && strcmp(name + length - tail, suffix) == 0;
}

/* ---- files ---- */

static bool add_file(struct program *program, const char *name)
{
    for (size_t i = 0; i < program->n_files; i++)
        if (strcmp(program->files[i], name) == 0)
            return false;
    program->files = memory_grow(program->files, program->n_files, sizeof *program->files);
    program->files[program->n_files++] = memory_text(name);
    return true;
}

/* The folder of a file, as it is really called. Caller frees; NULL with `error` set. */
static char *folder_of(const char *path, struct error *error)
{
    char *copy = memory_text(path);
    char *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = '\0';
    char *real = realpath(slash ? copy : ".", NULL);
    if (!real)
        error_errno(error, ERROR_USAGE, "%s", path);
    free(copy);
    return real;
}

/* Cut `base` down to what it has in common with `folder`. */
static void share(char *base, const char *folder)
{
    size_t same = 0;
    for (size_t i = 0;; i++) {
        bool ends = (base[i] == '/' || !base[i]) && (folder[i] == '/' || !folder[i]);
        if (ends)
            same = i;
        if (!base[i] || base[i] != folder[i])
            break;
    }
    base[same ? same : 1] = '\0';
}

/* `name` in `folder`, as seen from the base. Caller frees. */
static char *relative(const struct program *program, const char *folder, const char *name)
{
    const char *rest = folder + strlen(program->base);
    rest += *rest == '/';
    return *rest ? memory_format("%s/%s", rest, name) : memory_text(name);
}

static bool find_base(struct program *program, char *const *paths, size_t n_paths,
                      struct error *error)
{
    for (size_t i = 0; i < n_paths; i++) {
        if (!has_suffix(paths[i], ".c"))
            return error_set(error, ERROR_USAGE,
                             "%s: is not a .c file; what the program is to be given as arguments "
                             "goes behind --",
                             paths[i]);
        if (access(paths[i], F_OK) != 0)
            return error_errno(error, ERROR_USAGE, "%s", paths[i]);
        char *folder = folder_of(paths[i], error);
        if (!folder)
            return false;
        if (program->base)
            share(program->base, folder);
        else
            program->base = memory_text(folder);
        free(folder);
    }
    return true;
}

static bool add_headers(struct program *program, const char *folder, struct error *error)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return error_errno(error, ERROR_USAGE, "%s", folder);
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        bool plain = entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN;
        if (!plain || *entry->d_name == '.' || !has_suffix(entry->d_name, ".h"))
            continue;
        char *name = relative(program, folder, entry->d_name);
        (void)add_file(program, name);
        free(name);
    }
    closedir(directory);
    return true;
}

static bool add_source(struct program *program, const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = folder_of(path, error);
    if (!folder)
        return false;
    char *name = relative(program, folder, slash ? slash + 1 : path);
    bool added = add_file(program, name);
    if (!added)
        error_set(error, ERROR_USAGE, "%s: is named twice", path);
    free(name);
    bool done = added && add_headers(program, folder, error);
    free(folder);
    return done;
}

static bool is_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

bool program_open(struct program *program, char *const *paths, size_t n_paths, struct error *error)
{
    *program = (struct program){0};
    if (n_paths == 1 && is_folder(paths[0])) {
        program->folder = true;
        program->base = memory_text(paths[0]);
        return true;
    }
    if (!find_base(program, paths, n_paths, error))
        return false;
    for (size_t i = 0; i < n_paths; i++)
        if (!add_source(program, paths[i], error))
            return false;
    return true;
}

bool program_reopen(struct program *program, const char *base, const struct report *report,
                    struct error *error)
{
    *program = (struct program){.base = memory_text(base)};
    for (size_t i = 0; i < report->n_files; i++)
        (void)add_file(program, report->files[i].path);
    return program->n_files > 0 ||
           error_set(error, ERROR_USAGE, "the report names no file of the program");
}

struct submission *program_submission(const struct program *program, struct error *error)
{
    if (program->folder)
        return submission_open(program->base, NULL, error);
    return submission_open_list(program->base, program->files, program->n_files, error);
}

void program_free(struct program *program)
{
    for (size_t i = 0; i < program->n_files; i++)
        free(program->files[i]);
    free(program->files);
    free(program->base);
    free(program->input);
    *program = (struct program){0};
}

/* ---- what it is given ---- */

static bool read_input(struct program *program, const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(error, ERROR_USAGE, "--stdin %s", path);
    program->input = memory_new(STDIN_MAX + 1, 1);
    ssize_t n = 0;
    while (program->input_size <= STDIN_MAX && (n = read(fd, program->input + program->input_size,
                                                         STDIN_MAX + 1 - program->input_size)) > 0)
        program->input_size += (size_t)n;
    if (n < 0)
        error_errno(error, ERROR_USAGE, "--stdin %s", path);
    close(fd);
    if (program->input_size > STDIN_MAX)
        return error_set(error, ERROR_USAGE, "--stdin %s: is longer than %d bytes", path,
                         STDIN_MAX);
    return n >= 0;
}

bool program_give(struct program *program, char *const *arguments, size_t n_arguments,
                  const char *input_path, struct error *error)
{
    if (n_arguments > ARGUMENTS_MAX)
        return error_set(error, ERROR_USAGE, "a program is given at most %d arguments",
                         ARGUMENTS_MAX);
    for (size_t i = 0; i < n_arguments; i++)
        if (strlen(arguments[i]) > ARGUMENT_MAX)
            return error_set(error, ERROR_USAGE, "an argument has at most %d bytes: %.40s...",
                             ARGUMENT_MAX, arguments[i]);
    program->arguments = arguments;
    program->n_arguments = n_arguments;
    return !input_path || read_input(program, input_path, error);
}

/* ---- notes ---- */

static long long answer_of(const struct outcome *outcome, const char *name)
{
    for (size_t i = 0; i < outcome->n_answers; i++)
        if (strcmp(outcome->answers[i].name, name) == 0)
            return outcome->answers[i].value;
    return -1;
}

/* How many different values an answer took. */
static size_t count_different(const struct scenario_result *scenario, const char *name)
{
    size_t different = 0;
    for (size_t i = 0; i < scenario->n_outcomes; i++) {
        long long value = answer_of(&scenario->outcomes[i], name);
        size_t j = 0;
        while (j < i && answer_of(&scenario->outcomes[j], name) != value)
            j++;
        different += j == i;
    }
    return different;
}

static void note_different(struct report *report, const char *name, const char *english,
                           const char *spanish)
{
    bool es = strcmp(report->language, "es") == 0;
    size_t different = report->n_scenarios ? count_different(&report->scenarios[0], name) : 0;
    const char *at_least = different < RECORDS_OUTCOMES_MAX ? "" : es ? "al menos " : "at least ";
    if (different > 1)
        report_add_note(report, report_format(report, es ? spanish : english, at_least, different,
                                              report->scenarios[0].executions));
}

void program_notes(const struct program *program, struct report *report)
{
    bool es = strcmp(report->language, "es") == 0;
    note_different(report, "output",
                   "what the program prints depends on the schedule: %s%zu different outputs in "
                   "%lld executions",
                   "lo que el programa imprime depende de la planificación: %s%zu salidas "
                   "distintas en %lld ejecuciones");
    note_different(
        report, "exit",
        "the program's exit status depends on the schedule: %s%zu different ones in %lld "
        "executions",
        "el estado de salida del programa depende de la planificación: %s%zu distintos "
        "en %lld ejecuciones");
    if (program->n_arguments || program->input)
        report_add_note(report, es ? "el programa recibió argumentos o entrada: para repetir un "
                                     "hallazgo, dale lo mismo a `hilo replay`"
                                   : "the program was given arguments or input: to replay a "
                                     "finding, give `hilo replay` the same");
}
