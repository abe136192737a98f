/*
 * process.h - run one confined program and take what it says, bounded.
 *
 * Theory of operation. Everything that touches the student's files is run through here:
 * the compiler, the linker, the harness. The child gets a session and process
 * group of its own, a clean environment, exactly the descriptors named, limits,
 * a Landlock ruleset and a seccomp filter; a harness gets a second, strict one on
 * FILTER_FD and loads it once its libraries are mapped. The parent is a child subreaper: when the
 * child ends, or the wall clock runs out, the whole group and every orphan is killed and reaped
 * before process_run() returns. Output is read while it comes; beyond its cap the head and the tail
 * are kept and the middle dropped.
 *
 * Resident memory is looked at from outside every quarter of a second, since an address space limit
 * cannot be had where libtsan or the explorer reserve more than they use.
 *
 * `process_run` never fails because of what the child did; only when this machine
 * cannot run it at all.
 *
 * Threads: process_run() may be called from one thread of a process only (it
 * reaps any child); graders of a batch are processes, not threads.
 */
#ifndef HILO_GRADER_PROCESS_H
#define HILO_GRADER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "reports/error.h"
#include "reports/report.h"

enum process_role {
    ROLE_COMPILER, /* may execute the tool chain, write `writable` */
    ROLE_HARNESS,  /* may execute only itself; writes nothing; filter on FILTER_FD */
};

/* Zero is a default where there is one, so that a limit that was forgotten still limits. */
struct process_limits {
    double wall_s;        /* default 60 */
    double cpu_s;         /* of each process, in whole seconds; default 60 */
    size_t memory_bytes;  /* RLIMIT_AS; 0: none (libtsan reserves terabytes) */
    size_t file_bytes;    /* RLIMIT_FSIZE; default 256 MiB for the compiler, 0 for a harness */
    size_t output_bytes;  /* kept of stdout and stderr each; default 64 KiB */
    size_t records_bytes; /* kept of RECORDS_FD; more is a flood and kills the child; 32 MiB */
    int processes;        /* threads of the child at once; default 1024 */
};

struct process_spec {
    enum process_role role;
    const char *const *argv; /* argv[0] is an absolute path */
    const char *cwd;         /* NULL: "/" */
    /* NULL-terminated: paths it may read, beside the system's libraries, or NULL. Each must
     * exist. */
    const char *const *readable;
    const char *writable; /* the one folder it may write, or NULL */
    const char *job;      /* text for JOB_FD, or NULL: then no JOB_FD, RECORDS_FD */
    bool no_aslr;
    struct process_limits limits;
    /* Called now and then with the pid while it runs, or NULL: a harness that has
     * been silent can be looked at from outside. */
    void (*watch)(pid_t pid, void *data);
    void *watch_data;
};

enum process_end {
    PROCESS_EXITED,    /* `status` is its exit status */
    PROCESS_SIGNALLED, /* `status` is the signal */
    PROCESS_TIMED_OUT, /* wall clock */
    PROCESS_CPU_LIMIT, /* SIGXCPU, killed at the hard limit, or failed because a child of it was */
    PROCESS_FLOODED,   /* records beyond their cap */
    PROCESS_REFUSED,   /* SIGSYS: a forbidden system call; or too many threads, too much resident
                          memory (`why` says which) */
};

struct process_result {
    enum process_end end;
    int status;
    const char *why; /* static text when we ended it for a reason that `end` does not tell, or "" */
    char *output;    /* stdout: NUL-terminated, capped */
    size_t output_size;
    char *errors; /* stderr: likewise */
    size_t errors_size;
    char *records; /* RECORDS_FD: NUL-terminated */
    size_t records_size;
    double wall_ms;
    double cpu_ms; /* of the child and all that it waited for */
};

/* What holds confined processes on this machine now; probed once. */
const struct isolation *isolation_probe(void);

/* Run. False with `error` set only when it could not be started. */
bool process_run(const struct process_spec *spec, struct process_result *result,
                 struct error *error);
void process_result_free(struct process_result *result);

/*
 * Several at once, for compiles that run in parallel: start, then wait for each.
 * The order of waiting is free.
 */
struct process;
struct process *process_start(const struct process_spec *spec, struct error *error);
bool process_wait(struct process *process, struct process_result *result, struct error *error);

/* Kill whatever is still running: for Ctrl-C. Async-signal-safe. */
void process_kill_all(void);

#endif
