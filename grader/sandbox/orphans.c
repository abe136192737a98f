/*
 * Theory of operation. The filter keeps a confined process in the group that it was born into, so
 * one signal to the group reaches all of it at once, and a fork that is under way when the signal
 * arrives fails. What is left is to reap: each member is by then our child, or a
 * descendant of another member whose end hands it to us, since we are a subreaper. So waiting for
 * children in that group until there is none is enough.
 *
 * Without a filter a process can leave. A stray is then found as a child of ours that
 * we did not start, with no_new_privs, which every confined process has and none can shed: what
 * a shell left us when it executed this program is not ours to kill.
 */
#include "grader/sandbox/orphans.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STRAYS_SECONDS = 5 };

static void add_time(struct timeval *sum, const struct timeval *more)
{
    sum->tv_sec += more->tv_sec;
    sum->tv_usec += more->tv_usec;
    if (sum->tv_usec >= 1000000) {
        sum->tv_usec -= 1000000;
        sum->tv_sec++;
    }
}

void orphans_end_group(pid_t leader, int *status, struct rusage *usage)
{
    /* The leader's number cannot be given away as long as it is not reaped. */
    kill(-leader, SIGKILL);
    while (wait4(leader, status, 0, usage) < 0 && errno == EINTR)
        ;
    for (;;) {
        struct rusage orphan;
        pid_t pid = wait4(-leader, NULL, 0, &orphan);
        if (pid < 0 && errno != EINTR)
            return;
        if (pid > 0) {
            add_time(&usage->ru_utime, &orphan.ru_utime);
            add_time(&usage->ru_stime, &orphan.ru_stime);
        }
    }
}

static bool status_number(const char *status, const char *key, long *value)
{
    const char *line = strstr(status, key);
    if (!line)
        return false;
    *value = strtol(line + strlen(key), NULL, 10);
    return true;
}

/* The name in `status` is the process's own choice, but its newlines are escaped there, so a line
 * begins where we look for one. */
static bool is_stray(pid_t pid, pid_t self)
{
    char path[64], status[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t size = read(fd, status, sizeof status - 1);
    close(fd);
    status[size > 0 ? size : 0] = '\0';
    long parent, confined;
    return status_number(status, "\nPPid:\t", &parent) && parent == self &&
           status_number(status, "\nNoNewPrivs:\t", &confined) && confined == 1;
}

/* How many strays were found and ended in one pass. */
static int end_some(bool (*is_running)(pid_t))
{
    DIR *proc = opendir("/proc");
    if (!proc)
        return 0;
    int found = 0;
    pid_t self = getpid();
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : 0;
        if (pid <= 0 || is_running(pid) || !is_stray(pid, self))
            continue;
        found++;
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    closedir(proc);
    return found;
}

bool orphans_end_strays(bool (*is_running)(pid_t pid))
{
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    /* The end of a stray may hand us its children, so look again until there is none. */
    while (end_some(is_running) > 0) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - start.tv_sec > STRAYS_SECONDS)
            return false;
    }
    return true;
}
