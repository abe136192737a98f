/*
 * Theory of operation. What a kernel claims and what is in force are not the same: containers
 * answer some system calls themselves. So a child confines itself as a compiler would be and tries
 * what must then fail: to list the root folder (Landlock) and to leave its process group (seccomp).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/process.h"
#include "grader/sandbox/filter.h"
#include "grader/sandbox/landlock.h"
#include "grader/sandbox/privileges.h"

enum { HOLDS_LANDLOCK = 1, HOLDS_FILTER = 2 };

static struct {
    bool done;
    struct isolation isolation;
    char missing[256];
} probed;

static bool landlock_holds(int abi)
{
    static const char *const argv[] = {"/proc/self/exe", NULL};
    const struct process_spec spec = {.role = ROLE_COMPILER, .argv = argv};
    int ruleset = landlock_ruleset(&spec, abi, NULL);
    if (ruleset < 0 || landlock_enter(ruleset) != 0)
        return false;
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd < 0 && errno == EACCES;
}

static bool filter_holds(void)
{
    const struct sock_fprog *program = filter_for(ROLE_COMPILER, NULL);
    if (!program || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) != 0)
        return false;
    return setsid() < 0 && errno == EPERM;
}

/* The exit status of the child that tried. */
static int try_both(int abi)
{
    pid_t pid = fork();
    if (pid == 0) {
        int holds = 0;
        if (privileges_drop() == 0) {
            holds |= abi > 0 && landlock_holds(abi) ? HOLDS_LANDLOCK : 0;
            holds |= filter_available() && filter_holds() ? HOLDS_FILTER : 0;
        }
        _exit(holds);
    }
    int status = 0;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static const char *explain(const struct isolation *isolation, char *text, size_t size)
{
    if (!isolation->landlock)
        snprintf(text, size,
                 "no Landlock (Linux 5.13 or newer, with lsm=landlock); files and "
                 "network of this machine are open to the student's code%s",
                 isolation->seccomp ? "" : "; no seccomp filters either");
    else if (!isolation->seccomp)
        snprintf(text, size, "no seccomp filters: the student's code may make any system call");
    else if (isolation->landlock_abi < LANDLOCK_ABI_SCOPES)
        snprintf(text, size,
                 "Landlock ABI %d: signals to other processes are held back by seccomp "
                 "only; namespaces and cgroups are not used",
                 isolation->landlock_abi);
    else
        snprintf(text, size, "namespaces and cgroups are not used");
    return text;
}

const struct isolation *isolation_probe(void)
{
    struct isolation *isolation = &probed.isolation;
    if (probed.done)
        return isolation;
    int abi = landlock_abi();
    int holds = try_both(abi);
    isolation->landlock = holds & HOLDS_LANDLOCK;
    isolation->landlock_abi = isolation->landlock ? abi : 0;
    isolation->seccomp = holds & HOLDS_FILTER;
    isolation->tier = isolation->landlock && isolation->seccomp ? 1 : 0;
    isolation->missing = explain(isolation, probed.missing, sizeof probed.missing);
    probed.done = true;
    return isolation;
}
