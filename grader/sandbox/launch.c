/*
 * Theory of operation. The child is made as posix_spawn() makes it: it shares the parent's memory
 * on a stack of its own while the parent is suspended, so nothing is copied and starting costs the
 * same however large the grader is, and a failure is told by plain assignment. In return the child
 * may make system calls only: no allocation, no lock, no signal handler (the caller has all signals
 * blocked, and the child opens them when handlers are reset).
 *
 * The order is forced: the death signal first, so that no moment is unguarded; limits before
 * anything of the submission is touched; own /proc paths before the ruleset closes; the ruleset
 * before the filter, which forbids nothing that is needed up to exec.
 */
#include "grader/sandbox/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/sandbox/landlock.h"
#include "grader/sandbox/privileges.h"

enum { STACK_SIZE = 64 << 10 };

#define CHILD_SIDE __attribute__((no_sanitize_address)) static

struct birth {
    struct launch *plan;
    pid_t parent;
};

CHILD_SIDE bool fail(struct launch *plan, const char *step, int number)
{
    plan->failed_at = step;
    plan->failed_errno = number;
    return false;
}

CHILD_SIDE bool detach(struct launch *plan, pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return fail(plan, "prctl", errno);
    if (getppid() != parent) /* it died before the death signal was set */
        return fail(plan, "getppid", ESRCH);
    if (setsid() < 0)
        return fail(plan, "setsid", errno);
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < _NSIG; number++)
        sigaction(number, &action, NULL); /* fails for SIGKILL and the like, rightly */
    return true;
}

/* Best effort: when memory runs out, the student's process goes and not the grader. */
CHILD_SIDE void offer_to_oom(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t ignored = write(fd, "1000", 4);
    (void)ignored;
    close(fd);
}

CHILD_SIDE bool settle(struct launch *plan)
{
    offer_to_oom();
    /* Some containers forbid it; then libtsan may still find room. */
    if (plan->no_aslr)
        personality(ADDR_NO_RANDOMIZE);
    umask(077);
    if (chdir(plan->cwd) != 0)
        return fail(plan, "chdir", errno);
    int failed = limits_enter(&plan->limits);
    return failed == 0 || fail(plan, "setrlimit", failed);
}

CHILD_SIDE bool take_fds(struct launch *plan)
{
    for (int i = 0; i < LAUNCH_FDS; i++) {
        if (plan->fds[i] < 0)
            close(i);
        else if (dup2(plan->fds[i], i) < 0)
            return fail(plan, "dup2", errno);
    }
    if (close_range(LAUNCH_FDS, ~0u, 0) != 0)
        return fail(plan, "close_range", errno);
    return true;
}

CHILD_SIDE bool confine(struct launch *plan)
{
    int failed = privileges_drop();
    if (failed != 0)
        return fail(plan, "no_new_privs", failed);
    if (plan->ruleset >= 0 && (failed = landlock_enter(plan->ruleset)) != 0)
        return fail(plan, "landlock_restrict_self", failed);
    if (!take_fds(plan))
        return false;
    if (plan->filter && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, plan->filter, 0, 0) != 0)
        return fail(plan, "seccomp", errno);
    return true;
}

CHILD_SIDE int child_main(void *data)
{
    struct birth *birth = data;
    struct launch *plan = birth->plan;
    if (!detach(plan, birth->parent) || !settle(plan) || !confine(plan))
        return 127;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(plan->argv[0], (char *const *)plan->argv, (char *const *)plan->environment);
    fail(plan, "execve", errno);
    return 127;
}

static pid_t born(struct launch *plan, int *pidfd)
{
    struct birth birth = {plan, getpid()};
    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        fail(plan, "mmap", errno);
        return -1;
    }
    pid_t pid = clone(child_main, stack + STACK_SIZE,
                      CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &birth, pidfd);
    if (pid < 0)
        fail(plan, "clone", errno);
    munmap(stack, STACK_SIZE);
    return pid;
}

pid_t launch(struct launch *plan, int *pidfd)
{
    plan->failed_at = NULL;
    *pidfd = -1;
    pid_t pid = born(plan, pidfd);
    if (pid < 0 || !plan->failed_at)
        return pid;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close(*pidfd);
    return -1;
}
