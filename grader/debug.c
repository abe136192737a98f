/*
 * Theory of operation. gdb starts hilo-explore with the job of a replay and stops it in
 * hilo_finding_told(), which explore calls at the moment a finding shows, above the student's own
 * frames; the script then selects the innermost of those. Wrong answers are judged after the run,
 * so nothing stops there: then the schedule is run once more, up to where the scenario begins.
 *
 * The harness reads its job to the end of a descriptor. So that `run` works again and again, the
 * shell that gdb starts it with opens the file anew each time, by the descriptor that gdb itself
 * has inherited: no path need be quoted. The records go nowhere, and there is no filter.
 *
 * Threads are fibers, which gdb does not know: two commands of the script show them, by what
 * fiber_switch() left on their stacks (harness/explore/arch_x86_64.c).
 */
#include "grader/debug.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/interrupt.h"
#include "grader/memory.h"
#include "grader/tools.h"
#include "harness/protocol.h"

/* Of explore's own files, since a student may have an `engine` or a `loader` too. */
#define ENGINE  "'harness/explore/engine.c'::engine"
#define STUDENT "'harness/loader.c'::loader.modules[0]"

static const char script_text[] =
    "set breakpoint pending on\n"
    "define hilo-threads\n"
    "  set $hilo_i = 0\n"
    "  while $hilo_i < " ENGINE ".n_threads\n"
    "    set $hilo_t = &" ENGINE ".threads[$hilo_i]\n"
    "    if $hilo_t == " ENGINE ".self\n"
    "      echo *\\ \n"
    "    else\n"
    "      echo \\ \\ \n"
    "    end\n"
    "    output $hilo_i\n"
    "    echo \\ \\ \n"
    "    if $hilo_t->name\n"
    "      printf \"%s  \", $hilo_t->name\n"
    "    end\n"
    "    if $hilo_t->finished\n"
    "      echo has ended\n"
    "    else\n"
    "      output $hilo_t->op.kind\n"
    "    end\n"
    "    echo \\n\n"
    "    set $hilo_i = $hilo_i + 1\n"
    "  end\n"
    "end\n"
    "document hilo-threads\n"
    "List the threads and what each waits to do. * is the one that runs, and what it did last.\n"
    "end\n"
    "define hilo-thread\n"
    "  set $hilo_t = &" ENGINE ".threads[$arg0]\n"
    "  select-frame 0\n"
    "  if $arg0 < 0 || $arg0 >= " ENGINE ".n_threads\n"
    "    echo There is no such thread; see hilo-threads.\\n\n"
    "  else\n"
    "  if $hilo_t == " ENGINE ".self\n"
    "    backtrace\n"
    "  else\n"
    "    set $hilo_sp = (unsigned long *)$hilo_t->fiber.sp\n"
    "    set $hilo_r15 = $r15\n"
    "    set $hilo_r14 = $r14\n"
    "    set $hilo_r13 = $r13\n"
    "    set $hilo_r12 = $r12\n"
    "    set $hilo_rbx = $rbx\n"
    "    set $hilo_rbp = $rbp\n"
    "    set $hilo_rip = $rip\n"
    "    set $hilo_rsp = $rsp\n"
    "    set $r15 = $hilo_sp[0]\n"
    "    set $r14 = $hilo_sp[1]\n"
    "    set $r13 = $hilo_sp[2]\n"
    "    set $r12 = $hilo_sp[3]\n"
    "    set $rbx = $hilo_sp[4]\n"
    "    set $rbp = $hilo_sp[5]\n"
    "    set $rip = $hilo_sp[6]\n"
    "    set $rsp = (unsigned long)($hilo_sp + 7)\n"
    "    with pagination off -- backtrace\n"
    "    select-frame 0\n"
    "    set $r15 = $hilo_r15\n"
    "    set $r14 = $hilo_r14\n"
    "    set $r13 = $hilo_r13\n"
    "    set $r12 = $hilo_r12\n"
    "    set $rbx = $hilo_rbx\n"
    "    set $rbp = $hilo_rbp\n"
    "    set $rip = $hilo_rip\n"
    "    set $rsp = $hilo_rsp\n"
    "  end\n"
    "  end\n"
    "end\n"
    "document hilo-thread\n"
    "hilo-thread N: show the stack of the thread with that number in hilo-threads.\n"
    "end\n"
    "define hilo-student\n"
    "  select-frame 0\n"
    "  set $hilo_inner = $sp\n"
    "  set $hilo_frame = $sp\n"
    "  up-silently 100000\n"
    "  while $sp != $hilo_inner\n"
    "    if $pc >= " STUDENT ".text_low && $pc < " STUDENT ".text_high\n"
    "      set $hilo_frame = $sp\n"
    "    end\n"
    "    down-silently\n"
    "  end\n"
    "  while $sp != $hilo_frame\n"
    "    up-silently\n"
    "  end\n"
    "  frame\n"
    "end\n"
    "document hilo-student\n"
    "Select the innermost frame of the running thread that is in the student's code.\n"
    "end\n"
    /* Signals by which explore notices what the student's code did. */
    "handle SIGSEGV SIGBUS SIGFPE SIGILL SIGVTALRM nostop noprint pass\n"
    "break hilo_finding_told\n"
    "commands\n"
    "  hilo-student\n"
    "  echo hilo: here it goes wrong. See also hilo-threads, hilo-thread N, hilo-student.\\n\n"
    "end\n"
    "run\n"
    "if !$_isvoid($_exitcode)\n"
    "  echo hilo: nothing goes wrong on the way; stopping where the run begins.\\n\n";

static char *script_of(const struct lane_run *lane)
{
    const char *name = lane->runs[0].scenario->name;
    char *start = lane->manifest->program
                      ? memory_format("  break main if $pc >= %s.text_low && $pc < %s.text_high\n",
                                      STUDENT, STUDENT)
                      : memory_format("  break hilo_scenario_%s\n", name);
    char *script = memory_format("set args </dev/null %d</proc/self/fd/%d %d>/dev/null %d<&-\n"
                                 "%s%s  run\nend\n",
                                 JOB_FD, JOB_FD, RECORDS_FD, FILTER_FD, script_text, start);
    free(start);
    return script;
}

static _Noreturn void become_gdb(const char *gdb, const struct lane_run *lane, const char *dir)
{
    char *sources = memory_format("%s/src", dir), *job = memory_format("%s/job", dir);
    char *script = memory_format("%s/gdb", dir);
    const char *exercise = lane->manifest->program ? sources : lane->manifest->dir;
    const char *const argv[] = {gdb,           "-q",
                                "-iex",        "set auto-load off",
                                "-iex",        "set debuginfod enabled off",
                                "-iex",        "set confirm off",
                                "-d",          exercise,
                                "-d",          sources,
                                "-x",          script,
                                lane->program, NULL};
    int fd = open(job, O_RDONLY);
    if (fd < 0 || (fd != JOB_FD && dup2(fd, JOB_FD) < 0))
        _exit(127);
    if (fd != JOB_FD)
        close(fd);
    setenv("SHELL", "/bin/sh", 1); /* whose words `set args` is written in */
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    execv(gdb, (char *const *)argv);
    _exit(127);
}

/* Ctrl-C is gdb's, which shares the terminal with us. What ends us, ends gdb. */
static bool run_gdb(const char *gdb, const struct lane_run *lane, const char *dir,
                    struct error *error)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    int status = 0;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    pid_t pid = fork();
    if (pid == 0)
        become_gdb(gdb, lane, dir);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        if (interrupt_pending())
            kill(pid, SIGTERM);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    if (pid < 0)
        return error_errno(error, ERROR_MACHINE, "cannot start gdb");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return error_set(error, ERROR_MACHINE, "%s: cannot be started", gdb);
    return true;
}

bool debug_replay(const struct lane_run *lane, const char *dir, struct error *error)
{
    char gdb[PATH_TEXT_MAX];
    if (!tool_find("gdb", gdb, sizeof gdb))
        return error_set(error, ERROR_MACHINE, "there is no gdb on this machine; install gdb");
    char *job = lane_job(lane), *script = script_of(lane);
    char *job_path = memory_format("%s/job", dir), *script_path = memory_format("%s/gdb", dir);
    bool done = fs_write_file(job_path, job, strlen(job), error) &&
                fs_write_file(script_path, script, strlen(script), error) &&
                run_gdb(gdb, lane, dir, error);
    free(job);
    free(script);
    free(job_path);
    free(script_path);
    return done;
}
