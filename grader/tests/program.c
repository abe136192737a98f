#include "grader/tests/program.h"

#include <check.h>
#include <dirent.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/workdir.h"

enum { TEXT_MAX = 1 << 20, PATIENCE_MS = 20000 };

static char *home;
static char program[PATH_MAX], exercises[PATH_MAX];

static void resolve(const char *variable, const char *otherwise, const char *below, char *to)
{
    char path[PATH_MAX];
    const char *value = getenv(variable);
    snprintf(path, sizeof path, "%s%s", value ? value : otherwise, below);
    ck_assert_msg(realpath(path, to), "%s is not there; run make first", path);
}

void program_home(void)
{
    char tmp[PATH_MAX];
    struct error error = {0};
    resolve("HILO_BUILD", "build", "/hilo", program);
    resolve("HILO_EXERCISES", "exercises", "", exercises);
    setenv("HILO_EXERCISES", exercises, 1);
    home = workdir_make(NULL, &error);
    ck_assert_ptr_nonnull(home);
    snprintf(tmp, sizeof tmp, "%s/tmp", home);
    ck_assert_int_eq(mkdir(tmp, 0777), 0);
    ck_assert_int_eq(chmod(home, 0755), 0);
    ck_assert_int_eq(chmod(tmp, 01777), 0);
    setenv("TMPDIR", tmp, 1);
    setenv("LANGUAGE", "en", 1);
    unsetenv("NO_COLOR");
    signal(SIGTERM, SIG_DFL); /* Check's own handler would be inherited */
    signal(SIGINT, SIG_DFL);
}

void program_leave(void)
{
    workdir_remove(home);
}

static pid_t start(const char *before, const char *format, va_list arguments)
{
    char words[4096], line[PATH_MAX + 4200];
    vsnprintf(words, sizeof words, format, arguments);
    snprintf(line, sizeof line, "exec >out 2>err; %s exec '%s' %s", before, program, words);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (chdir(home) == 0)
            execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(127);
    }
    return pid;
}

pid_t hilo_start(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pid_t pid = start("", format, arguments);
    va_end(arguments);
    return pid;
}

int hilo_wait(pid_t pid)
{
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int hilo(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pid_t pid = start("", format, arguments);
    va_end(arguments);
    return hilo_wait(pid);
}

int hilo_on_full_disk(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pid_t pid = start("trap '' XFSZ; ulimit -f 1;", format, arguments);
    va_end(arguments);
    return hilo_wait(pid);
}

static const char *read_path(const char *path, char *text)
{
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(text, 1, TEXT_MAX - 1, file) : 0;
    text[size] = '\0';
    if (file)
        fclose(file);
    return text;
}

static const char *read_into(const char *name, char *text)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", home, name);
    return read_path(path, text);
}

const char *read_whole_of(const char *path)
{
    static char text[TEXT_MAX];
    return read_path(path, text);
}

const char *hilo_out(void)
{
    static char text[TEXT_MAX];
    return read_into("out", text);
}

const char *hilo_err(void)
{
    static char text[TEXT_MAX];
    return read_into("err", text);
}

const char *read_whole(const char *name)
{
    static char text[TEXT_MAX];
    return read_into(name, text);
}

void write_file(const char *name, const char *bytes, size_t size)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", home, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

static size_t count_entries(const char *folder)
{
    char path[PATH_MAX];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/%s", home, folder);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return n;
}

size_t left_behind(void)
{
    return count_entries("tmp");
}

bool wait_for_entry(const char *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", home, folder);
    int watch = inotify_init1(IN_CLOEXEC);
    ck_assert_int_ge(watch, 0);
    ck_assert_int_ge(inotify_add_watch(watch, path, IN_CREATE | IN_MOVED_TO), 0);
    struct pollfd event = {.fd = watch, .events = POLLIN};
    bool there = count_entries(folder) > 0 || poll(&event, 1, PATIENCE_MS) > 0;
    close(watch);
    return there;
}

const char *likes(const char *name)
{
    static char path[PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/likes/%s", exercises, name);
    return path;
}
