#include "grader/tests/trial.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/memory.h"

struct trial trial;

static void stop(const char *why)
{
    fprintf(stderr, "trial: %s\n", why);
    exit(99);
}

static char *compile(const char *name, const char *flag)
{
    char *path = memory_format("%s/%s", trial.dir, name);
    pid_t pid = fork();
    if (pid == 0) {
        execlp("gcc", "gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-pthread", flag, "-o", path,
               "grader/tests/attacks/attack.c", (char *)NULL);
        _exit(127);
    }
    int status;
    if (waitpid(pid, &status, 0) != pid || status != 0)
        stop("attacks/attack.c cannot be compiled (run from the root of the source tree)");
    return path;
}

void trial_setup(void)
{
    struct error error = {0};
    trial.dir = fs_temp_dir("hilo-trial", &error);
    if (!trial.dir)
        stop(error.text);
    trial.work = memory_format("%s/work", trial.dir);
    if (mkdir(trial.work, 0700) != 0)
        stop("no work folder");
    trial.attack = compile("attack", "-g");
    trial.attack_tsan = compile("attack.tsan", "-fsanitize=thread");
}

void trial_teardown(void)
{
    struct error error = {0};
    if (!fs_remove_tree(trial.dir, &error))
        stop(error.text);
    free(trial.attack);
    free(trial.attack_tsan);
    free(trial.work);
    free(trial.dir);
}

struct process_spec trial_spec(enum process_role role, const char *words[5], const char *one,
                               const char *two, const char *three)
{
    words[0] = trial.attack;
    words[1] = one;
    words[2] = two;
    words[3] = three;
    words[4] = NULL;
    return (struct process_spec){
        .role = role,
        .argv = words,
        .writable = role == ROLE_COMPILER ? trial.work : NULL,
        .job = role == ROLE_HARNESS ? "job\n" : NULL,
        .limits = {.wall_s = 20, .cpu_s = 10},
    };
}

struct process_result trial_run(enum process_role role, const char *one, const char *two,
                                const char *three)
{
    const char *words[5];
    struct process_spec spec = trial_spec(role, words, one, two, three);
    struct process_result result;
    trial_run_spec(&spec, &result);
    return result;
}

void trial_run_spec(const struct process_spec *spec, struct process_result *result)
{
    struct error error = {0};
    ck_assert_msg(process_run(spec, result, &error), "%s", error.text);
}

int trial_run_free(const char *one, const char *two)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDOUT_FILENO);
        execl(trial.attack, trial.attack, one, two, (char *)NULL);
        _exit(127);
    }
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *trial_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", trial.dir, name);
    return path;
}

void trial_said(const struct process_result *result, const char *text)
{
    ck_assert_str_eq(result->output, text);
}

void trial_exited(const struct process_result *result, int status)
{
    ck_assert_msg(result->end == PROCESS_EXITED && result->status == status,
                  "ended %d with %d (%s), said '%s' '%s'", result->end, result->status, result->why,
                  result->output, result->errors);
}

void trial_ended(const struct process_result *result, enum process_end end, int status)
{
    ck_assert_msg(result->end == end && result->status == status,
                  "ended %d with %d, not %d with %d", result->end, result->status, end, status);
}
