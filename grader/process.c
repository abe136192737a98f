/*
 * Theory of operation. One table holds all running processes, because three things need them
 * together: a flood of one must be drained while another is waited for, an orphan must be told
 * from a process that is to live, and Ctrl-C must reach all from a signal handler. One poll
 * loop serves them: the end of a process is the readiness of its pidfd, so nothing depends on
 * SIGCHLD. Whatever kills a process only notes why and sends SIGKILL to its group; the loop then
 * sees the end like any other. The table is the one mutable global of this file.
 */
#include "grader/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "grader/memory.h"
#include "grader/sandbox/capture.h"
#include "grader/sandbox/confine.h"
#include "grader/sandbox/limits.h"
#include "grader/sandbox/orphans.h"
#include "grader/sandbox/outside.h"

enum { PROCESSES_MAX = 64, LOOK_MS = 250, FDS = 4 };

/* Where RLIMIT_AS cannot be had: far above what an exercise needs, far below what hurts. */
#define RESIDENT_MAX ((size_t)2 << 30)

enum killed { NOT_KILLED, KILLED_WALL, KILLED_FLOOD, KILLED_GREED };

struct process {
    pid_t pid;
    int pidfd; /* -1 once it has ended */
    size_t slot;
    struct capture output, errors, records;
    struct process_limits limits;
    void (*watch)(pid_t pid, void *data);
    void *watch_data;
    double started, ended, next_look; /* milliseconds of the monotonic clock */
    enum killed killed;
    const char *why;
    int status;
    struct rusage usage;
    bool strays;
};

static struct {
    struct process *running[PROCESSES_MAX];
    /* The same as numbers, for the signal handler; 0 before the number is given back. */
    _Atomic pid_t groups[PROCESSES_MAX];
} table;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void kill_process(struct process *process, enum killed reason, const char *why)
{
    if (process->killed != NOT_KILLED)
        return;
    process->killed = reason;
    process->why = why;
    kill(-process->pid, SIGKILL);
}

static bool is_running(pid_t pid)
{
    for (size_t i = 0; i < PROCESSES_MAX; i++)
        if (table.running[i] && table.running[i]->pid == pid)
            return true;
    return false;
}

/* It has exited: end all that it left behind, and take what is still in the pipes. */
static void finish(struct process *process)
{
    process->ended = now_ms();
    table.groups[process->slot] = 0;
    orphans_end_group(process->pid, &process->status, &process->usage);
    table.running[process->slot] = NULL;
    if (!isolation_probe()->seccomp)
        process->strays = !orphans_end_strays(is_running);
    /* One call empties a pipe. */
    capture_read(&process->output);
    capture_read(&process->errors);
    capture_read(&process->records);
    close(process->pidfd);
    process->pidfd = -1;
}

static void look(struct process *process, double now)
{
    process->next_look = now + LOOK_MS;
    size_t resident = process->limits.memory_bytes ? 0 : RESIDENT_MAX;
    const char *greed = outside_greed(process->pid, process->limits.processes, resident);
    if (greed)
        kill_process(process, KILLED_GREED, greed);
    else if (process->watch && process->killed == NOT_KILLED)
        process->watch(process->pid, process->watch_data);
}

static double deadline(const struct process *process)
{
    return process->started + process->limits.wall_s * 1e3;
}

static void attend(struct process *process, const struct pollfd *fds)
{
    if (fds[1].revents)
        capture_read(&process->output);
    if (fds[2].revents)
        capture_read(&process->errors);
    if (fds[3].revents)
        capture_read(&process->records);
    if (process->records.dropped > 0)
        kill_process(process, KILLED_FLOOD, "");
    if (fds[0].revents) {
        finish(process);
        return;
    }
    double now = now_ms();
    if (now >= deadline(process))
        kill_process(process, KILLED_WALL, "");
    if (now >= process->next_look)
        look(process, now);
}

static int wait_ms(struct process *const *running, size_t count)
{
    double first = 1e9;
    for (size_t i = 0; i < count; i++) {
        bool doomed = running[i]->killed != NOT_KILLED;
        if (running[i]->next_look < first)
            first = running[i]->next_look;
        if (!doomed && deadline(running[i]) < first)
            first = deadline(running[i]);
    }
    double left = first - now_ms();
    return left > 0 ? (int)left + 1 : 0;
}

/* One round over all that run. */
static void serve(void)
{
    struct process *running[PROCESSES_MAX];
    struct pollfd fds[PROCESSES_MAX * FDS];
    size_t count = 0;
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        struct process *process = table.running[i];
        if (!process)
            continue;
        struct pollfd *own = &fds[count * FDS];
        own[0] = (struct pollfd){.fd = process->pidfd, .events = POLLIN};
        own[1] = (struct pollfd){.fd = process->output.fd, .events = POLLIN};
        own[2] = (struct pollfd){.fd = process->errors.fd, .events = POLLIN};
        own[3] = (struct pollfd){.fd = process->records.fd, .events = POLLIN};
        running[count++] = process;
    }
    if (poll(fds, count * FDS, wait_ms(running, count)) < 0) /* interrupted: nothing is ready */
        for (size_t i = 0; i < count * FDS; i++)
            fds[i].revents = 0;
    for (size_t i = 0; i < count; i++)
        attend(running[i], &fds[i * FDS]);
}

static struct process *register_process(const struct process_spec *spec, size_t slot,
                                        const struct process_limits *limits,
                                        const struct confined *confined)
{
    struct process *process = memory_new(1, sizeof *process);
    process->pid = confined->pid;
    process->pidfd = confined->pidfd;
    process->slot = slot;
    process->limits = *limits;
    process->output =
        (struct capture){.fd = confined->output, .limit = limits->output_bytes, .keep_tail = true};
    process->errors =
        (struct capture){.fd = confined->errors, .limit = limits->output_bytes, .keep_tail = true};
    process->records = (struct capture){.fd = confined->records, .limit = limits->records_bytes};
    process->watch = spec->watch;
    process->watch_data = spec->watch_data;
    process->next_look = now_ms() + LOOK_MS;
    process->why = "";
    table.running[slot] = process;
    table.groups[slot] = process->pid;
    return process;
}

struct process *process_start(const struct process_spec *spec, struct error *error)
{
    size_t slot = 0;
    while (slot < PROCESSES_MAX && table.running[slot])
        slot++;
    if (slot == PROCESSES_MAX) {
        error_set(error, ERROR_OURS, "more than %d programs at once", PROCESSES_MAX);
        return NULL;
    }
    /* Every time, since it is not inherited by a grader that was forked. */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    struct process_limits limits = limits_complete(&spec->limits, spec->role);
    /* Ctrl-C waits until the process stands in the table, where it is found and killed. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    double started = now_ms();
    struct confined confined;
    struct process *process = NULL;
    if (confine_start(spec, &limits, &confined, error)) {
        process = register_process(spec, slot, &limits, &confined);
        process->started = started;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return process;
}

static double seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

/* The kernel counts against the limit by ticks and the usage exactly, so they differ a little. */
static bool used_up(const struct process *process, double cpu_s)
{
    return cpu_s >= process->limits.cpu_s * 0.98 - 0.1;
}

static enum process_end judge_exit(const struct process *process, double cpu_s, int *status)
{
    *status = WEXITSTATUS(process->status);
    /* A compiler driver tells in its own way that the process which did the work was killed. */
    return *status != 0 && used_up(process, cpu_s) ? PROCESS_CPU_LIMIT : PROCESS_EXITED;
}

static enum process_end judge_signal(const struct process *process, double cpu_s, int *status)
{
    *status = WTERMSIG(process->status);
    bool killed = *status == SIGKILL;
    if (killed && process->killed == KILLED_WALL)
        return PROCESS_TIMED_OUT;
    if (*status == SIGSYS || (killed && process->killed == KILLED_GREED))
        return PROCESS_REFUSED;
    if (*status == SIGXCPU || (killed && used_up(process, cpu_s)))
        return PROCESS_CPU_LIMIT;
    return PROCESS_SIGNALLED;
}

static void fill_result(struct process *process, struct process_result *result)
{
    double cpu_s = seconds(&process->usage.ru_utime) + seconds(&process->usage.ru_stime);
    bool flooded = process->records.dropped > 0;
    *result = (struct process_result){
        .why = process->why,
        .wall_ms = process->ended - process->started,
        .cpu_ms = cpu_s * 1e3,
    };
    result->end = WIFEXITED(process->status) ? judge_exit(process, cpu_s, &result->status)
                                             : judge_signal(process, cpu_s, &result->status);
    if (flooded)
        result->end = PROCESS_FLOODED;
    result->output = capture_take(&process->output, &result->output_size);
    result->errors = capture_take(&process->errors, &result->errors_size);
    result->records = capture_take(&process->records, &result->records_size);
}

bool process_wait(struct process *process, struct process_result *result, struct error *error)
{
    while (process->pidfd >= 0)
        serve();
    fill_result(process, result);
    bool strays = process->strays;
    free(process);
    return !strays || error_set(error, ERROR_MACHINE,
                                "a confined program left processes that cannot be ended");
}

bool process_run(const struct process_spec *spec, struct process_result *result,
                 struct error *error)
{
    *result = (struct process_result){.why = ""};
    struct process *process = process_start(spec, error);
    return process && process_wait(process, result, error);
}

void process_result_free(struct process_result *result)
{
    free(result->output);
    free(result->errors);
    free(result->records);
    *result = (struct process_result){.why = ""};
}

void process_kill_all(void)
{
    for (size_t i = 0; i < PROCESSES_MAX; i++) {
        pid_t group = table.groups[i];
        if (group > 0)
            kill(-group, SIGKILL);
    }
}
