/*
 * Theory of operation. All descriptors of the child are made at LAUNCH_FD_FLOOR or above, so that
 * putting them in their places never overwrites one that is still needed, however few of 0 to 2
 * this process has open. The job is a sealed memory file, so that neither writing nor reading it
 * can block; the seal is a pipe, so that the harness waits for it until it is written, just after
 * its number is known.
 */
#include "grader/sandbox/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/sandbox/filter.h"
#include "grader/sandbox/landlock.h"
#include "grader/sandbox/launch.h"
#include "harness/protocol.h"

struct ends {
    int child[LAUNCH_FDS];
    int output, errors, records; /* ours */
    int seal;                    /* ours: the write end */
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int lift(int fd)
{
    if (fd < 0 || fd >= LAUNCH_FD_FLOOR)
        return fd;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, LAUNCH_FD_FLOOR);
    close(fd);
    return high;
}

static bool make_pipe(int *read_end, int *write_end)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0)
        return false;
    *read_end = lift(fds[0]);
    *write_end = lift(fds[1]);
    return *read_end >= 0 && *write_end >= 0;
}

static bool make_output(int *ours, int *childs)
{
    return make_pipe(ours, childs) && fcntl(*ours, F_SETFL, O_NONBLOCK) == 0;
}

static bool write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t count = write(fd, text, size);
        if (count < 0)
            return false;
        text += count;
        size -= (size_t)count;
    }
    return true;
}

static int make_job(const char *text)
{
    int fd = lift(memfd_create("job", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (fd >= 0 && write_all(fd, text, strlen(text)) && lseek(fd, 0, SEEK_SET) == 0 &&
        fcntl(fd, F_ADD_SEALS, seals) == 0)
        return fd;
    close_fd(&fd);
    return -1;
}

static bool make_ends(const struct process_spec *spec, bool sealed, struct ends *ends)
{
    *ends = (struct ends){{-1, -1, -1, -1, -1, -1}, -1, -1, -1, -1};
    ends->child[STDIN_FILENO] = lift(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (ends->child[STDIN_FILENO] < 0 || !make_output(&ends->output, &ends->child[STDOUT_FILENO]) ||
        !make_output(&ends->errors, &ends->child[STDERR_FILENO]))
        return false;
    if (spec->job && ((ends->child[JOB_FD] = make_job(spec->job)) < 0 ||
                      !make_output(&ends->records, &ends->child[RECORDS_FD])))
        return false;
    return !sealed || make_pipe(&ends->child[FILTER_FD], &ends->seal);
}

static void close_ends(struct ends *ends, bool all)
{
    for (int i = 0; i < LAUNCH_FDS; i++)
        close_fd(&ends->child[i]);
    close_fd(&ends->seal);
    if (!all)
        return;
    close_fd(&ends->output);
    close_fd(&ends->errors);
    close_fd(&ends->records);
}

static bool start(struct launch *plan, struct ends *ends, struct confined *confined,
                  struct error *error)
{
    pid_t pid = launch(plan, &confined->pidfd);
    if (pid < 0) {
        errno = plan->failed_errno;
        return error_errno(error, ERROR_MACHINE, "%s: cannot be run confined (%s)", plan->argv[0],
                           plan->failed_at);
    }
    /* Our copy of the read end is still open, so a child that is gone already is no SIGPIPE. */
    if (ends->seal >= 0 && !filter_write_seal(ends->seal, pid)) {
        error_errno(error, ERROR_MACHINE, "%s: cannot hand over its filter", plan->argv[0]);
        kill(-pid, SIGKILL);
        waitpid(pid, NULL, 0);
        close_fd(&confined->pidfd);
        return false;
    }
    confined->pid = pid;
    confined->output = ends->output;
    confined->errors = ends->errors;
    confined->records = ends->records;
    return true;
}

/* Set up what the kernel holds the child with. */
static bool plan_walls(const struct process_spec *spec, struct launch *plan, struct error *error)
{
    const struct isolation *isolation = isolation_probe();
    if (isolation->seccomp) {
        plan->filter = filter_for(spec->role, error);
        if (!plan->filter || (spec->role == ROLE_HARNESS && !filter_prepare_seal(error)))
            return false;
    }
    if (isolation->landlock) {
        plan->ruleset = landlock_ruleset(spec, isolation->landlock_abi, error);
        return plan->ruleset >= 0;
    }
    return true;
}

bool confine_start(const struct process_spec *spec, const struct process_limits *limits,
                   struct confined *confined, struct error *error)
{
    char tmpdir[4096 + 8];
    const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
                                       "HOME=/nonexistent", tmpdir, NULL};
    struct launch plan = {.argv = spec->argv,
                          .environment = environment,
                          .cwd = spec->cwd ? spec->cwd : "/",
                          .ruleset = -1,
                          .no_aslr = spec->no_aslr};
    if (spec->argv[0][0] != '/')
        return error_set(error, ERROR_OURS, "%s: not an absolute path", spec->argv[0]);
    const char *writable = spec->writable ? spec->writable : "/nonexistent";
    if (snprintf(tmpdir, sizeof tmpdir, "TMPDIR=%s", writable) >= (int)sizeof tmpdir)
        return error_set(error, ERROR_MACHINE, "%s: path too long", writable);
    limits_plan(limits, spec->role, &plan.limits);
    if (!plan_walls(spec, &plan, error))
        return false;
    struct ends ends;
    bool sealed = spec->role == ROLE_HARNESS && plan.filter;
    bool started;
    if (make_ends(spec, sealed, &ends)) {
        memcpy(plan.fds, ends.child, sizeof plan.fds);
        started = start(&plan, &ends, confined, error);
    } else {
        started = error_errno(error, ERROR_MACHINE, "cannot make pipes for a confined program");
    }
    close_ends(&ends, !started);
    close_fd(&plan.ruleset);
    return started;
}
