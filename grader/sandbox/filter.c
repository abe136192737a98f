/*
 * Theory of operation. The compiler and the unsealed harness need much (the dynamic loader, exec),
 * so theirs are lists of what is refused; Landlock carries the weight there. The sealed harness
 * needs little, so its filter lists what is allowed and everything else fails.
 *
 * The seal allows signals to the process itself only. Its number is not known when the program
 * is built, so a placeholder that no process can have stands in the comparisons and is replaced for
 * each process: libseccomp is then needed once, and starting a harness stays cheap.
 */
#include "grader/sandbox/filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum program { PROGRAM_COMPILER, PROGRAM_HARNESS, PROGRAM_SEAL, PROGRAM_COUNT };
enum { FILTER_MAX = 4096, OWN_PID = 0x5a17c0de }; /* a process number has at most 22 bits */

static struct {
    struct sock_fprog programs[PROGRAM_COUNT];
} built;

/* Nobody who compiles or computes makes these. */
static const char *const never[] = {"socket",
                                    "socketpair",
                                    "connect",
                                    "bind",
                                    "listen",
                                    "accept",
                                    "accept4",
                                    "sendto",
                                    "recvfrom",
                                    "sendmsg",
                                    "recvmsg",
                                    "sendmmsg",
                                    "recvmmsg",
                                    "ptrace",
                                    "process_vm_readv",
                                    "process_vm_writev",
                                    "process_madvise",
                                    "pidfd_open",
                                    "pidfd_getfd",
                                    "pidfd_send_signal",
                                    "kcmp",
                                    "mount",
                                    "umount2",
                                    "pivot_root",
                                    "chroot",
                                    "fsopen",
                                    "fsconfig",
                                    "fsmount",
                                    "fspick",
                                    "move_mount",
                                    "open_tree",
                                    "mount_setattr",
                                    "unshare",
                                    "setns",
                                    "keyctl",
                                    "add_key",
                                    "request_key",
                                    "io_uring_setup",
                                    "io_uring_enter",
                                    "io_uring_register",
                                    "bpf",
                                    "perf_event_open",
                                    "userfaultfd",
                                    "kexec_load",
                                    "kexec_file_load",
                                    "init_module",
                                    "finit_module",
                                    "delete_module",
                                    "reboot",
                                    "swapon",
                                    "swapoff",
                                    "syslog",
                                    "acct",
                                    "quotactl",
                                    "quotactl_fd",
                                    "iopl",
                                    "ioperm",
                                    "settimeofday",
                                    "clock_settime",
                                    "clock_adjtime",
                                    "adjtimex",
                                    "sethostname",
                                    "setdomainname",
                                    "vhangup",
                                    "uselib",
                                    "nfsservctl",
                                    "lookup_dcookie",
                                    "name_to_handle_at",
                                    "open_by_handle_at",
                                    "fanotify_init",
                                    "fanotify_mark",
                                    "inotify_init",
                                    "inotify_init1",
                                    "inotify_add_watch",
                                    "shmget",
                                    "shmat",
                                    "shmctl",
                                    "semget",
                                    "semop",
                                    "semctl",
                                    "semtimedop",
                                    "msgget",
                                    "msgsnd",
                                    "msgrcv",
                                    "msgctl",
                                    "mq_open",
                                    "mq_unlink",
                                    "migrate_pages",
                                    "move_pages",
                                    "memfd_secret",
                                    "rt_sigqueueinfo",
                                    "rt_tgsigqueueinfo",
                                    "tkill",
                                    NULL};

/* A process that stays in its group is killed with its group: nothing survives. */
static const char *const kept_in_place[] = {
    "setsid",        "setpgid",        "setpriority", "ioprio_set", "sched_setscheduler",
    "sched_setattr", "sched_setparam", "setuid",      "setgid",     "setreuid",
    "setregid",      "setresuid",      "setresgid",   "setgroups",  "setfsuid",
    "setfsgid",      "capset",         "chown",       "lchown",     "fchown",
    "fchownat",      "setxattr",       "lsetxattr",   "fsetxattr",  "removexattr",
    "lremovexattr",  "fremovexattr",   NULL};

/* What a harness has no business with even before it is sealed. Landlock knows
 * neither modes nor times of files. */
static const char *const never_in_harness[] = {
    "fork",  "vfork",  "execveat",  "memfd_create", "chmod", "fchmod", "fchmodat",
    "utime", "utimes", "futimesat", "utimensat",    "kill",  NULL};

/* All that a sealed harness does: compute, synchronise, keep time, tell. */
static const char *const sealed_allowed[] = {"read",
                                             "readv",
                                             "write",
                                             "writev",
                                             "lseek",
                                             "close",
                                             "poll",
                                             "ppoll",
                                             "select",
                                             "pselect6",
                                             "pipe",
                                             "pipe2",
                                             "munmap",
                                             "mremap",
                                             "madvise",
                                             "brk",
                                             "mincore",
                                             "futex",
                                             "nanosleep",
                                             "clock_nanosleep",
                                             "clock_gettime",
                                             "clock_getres",
                                             "gettimeofday",
                                             "time",
                                             "times",
                                             "getrusage",
                                             "sched_yield",
                                             "sched_getaffinity",
                                             "sched_getparam",
                                             "sched_getscheduler",
                                             "sched_get_priority_max",
                                             "sched_get_priority_min",
                                             "getcpu",
                                             "set_robust_list",
                                             "rseq",
                                             "set_tid_address",
                                             "rt_sigaction",
                                             "rt_sigprocmask",
                                             "rt_sigreturn",
                                             "rt_sigpending",
                                             "rt_sigtimedwait",
                                             "rt_sigsuspend",
                                             "sigaltstack",
                                             "pause",
                                             "alarm",
                                             "setitimer",
                                             "getitimer",
                                             "timer_create",
                                             "timer_settime",
                                             "timer_gettime",
                                             "timer_getoverrun",
                                             "timer_delete",
                                             "getpid",
                                             "gettid",
                                             "getppid",
                                             "getuid",
                                             "geteuid",
                                             "getgid",
                                             "getegid",
                                             "getrlimit",
                                             "sysinfo",
                                             "uname",
                                             "getrandom",
                                             "restart_syscall",
                                             "exit",
                                             "exit_group",
                                             NULL};

/* The C library tries these in passing and lives with a refusal. */
static const char *const sealed_no_access[] = {
    "open",       "openat",     "openat2", "creat",      "access",     "faccessat",
    "faccessat2", "stat",       "lstat",   "fstat",      "newfstatat", "statx",
    "readlink",   "readlinkat", "getcwd",  "getdents64", NULL};

static const char *const sealed_never[] = {"execve", NULL};

static struct scmp_arg_cmp compare(unsigned argument, enum scmp_compare how, uint64_t value)
{
    return (struct scmp_arg_cmp){argument, how, value, 0};
}

static struct scmp_arg_cmp masked(unsigned argument, uint64_t mask, uint64_t value)
{
    return (struct scmp_arg_cmp){argument, SCMP_CMP_MASKED_EQ, mask, value};
}

static bool add(scmp_filter_ctx filter, uint32_t action, const char *name, unsigned n,
                struct scmp_arg_cmp argument)
{
    int number = seccomp_syscall_resolve_name(name);
    /* Negative: x86-64 has no such call, or this libseccomp does not know it yet. */
    return number < 0 || seccomp_rule_add_exact_array(filter, action, number, n, &argument) == 0;
}

static bool add_always(scmp_filter_ctx filter, uint32_t action, const char *name)
{
    return add(filter, action, name, 0, compare(0, SCMP_CMP_GE, 0));
}

static bool add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names)
{
    for (; *names; names++)
        if (!add_always(filter, action, *names))
            return false;
    return true;
}

static bool add_if(scmp_filter_ctx filter, uint32_t action, const char *name,
                   struct scmp_arg_cmp argument)
{
    return add(filter, action, name, 1, argument);
}

/* A new thread is a clone with CLONE_THREAD; what clone3 asks stands in memory, where a filter
 * cannot look, so the C library is sent back to clone. */
static bool refuse_forks(scmp_filter_ctx filter)
{
    return add_if(filter, SCMP_ACT_KILL_PROCESS, "clone", masked(0, CLONE_THREAD, 0));
}

static bool refuse_namespaces(scmp_filter_ctx filter)
{
    static const unsigned flags[] = {CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET,   CLONE_NEWNS,
                                     CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!add_if(filter, SCMP_ACT_KILL_PROCESS, "clone", masked(0, flags[i], flags[i])))
            return false;
    return true;
}

static bool fill_unsealed(scmp_filter_ctx filter, enum program program)
{
    if (!add_names(filter, SCMP_ACT_KILL_PROCESS, never) ||
        !add_names(filter, SCMP_ACT_ERRNO(EPERM), kept_in_place) ||
        !add_always(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3") ||
        !add_if(filter, SCMP_ACT_ERRNO(EPERM), "prlimit64", compare(0, SCMP_CMP_NE, 0)) ||
        !refuse_namespaces(filter))
        return false;
    return program == PROGRAM_COMPILER ||
           (add_names(filter, SCMP_ACT_KILL_PROCESS, never_in_harness) && refuse_forks(filter));
}

static bool allow_signals_to_self(scmp_filter_ctx filter)
{
    static const char *const names[] = {"tgkill", "kill"};
    for (size_t i = 0; i < 2; i++)
        if (!add_if(filter, SCMP_ACT_ALLOW, names[i], compare(0, SCMP_CMP_EQ, OWN_PID)) ||
            !add_if(filter, SCMP_ACT_KILL_PROCESS, names[i], compare(0, SCMP_CMP_NE, OWN_PID)))
            return false;
    return true;
}

/* Code made at run time would escape the instrumentation. */
static bool allow_mapping(scmp_filter_ctx filter)
{
    static const char *const names[] = {"mmap", "mprotect", "pkey_mprotect"};
    for (size_t i = 0; i < 3; i++)
        if (!add_if(filter, SCMP_ACT_ALLOW, names[i], masked(2, PROT_EXEC, 0)) ||
            !add_if(filter, SCMP_ACT_ERRNO(EACCES), names[i], masked(2, PROT_EXEC, PROT_EXEC)))
            return false;
    return true;
}

static bool allow_some_arguments(scmp_filter_ctx filter)
{
    enum { PR_SET_VMA_OPTION = 0x53564d41 };
    return add_if(filter, SCMP_ACT_ALLOW, "prctl", compare(0, SCMP_CMP_EQ, PR_SET_NAME)) &&
           add_if(filter, SCMP_ACT_ALLOW, "prctl", compare(0, SCMP_CMP_EQ, PR_GET_NAME)) &&
           add_if(filter, SCMP_ACT_ALLOW, "prctl", compare(0, SCMP_CMP_EQ, PR_SET_VMA_OPTION)) &&
           add_if(filter, SCMP_ACT_ALLOW, "sched_setaffinity", compare(0, SCMP_CMP_EQ, 0)) &&
           add_if(filter, SCMP_ACT_ALLOW, "personality", masked(0, 0xffffffff, 0xffffffff)) &&
           add_if(filter, SCMP_ACT_ALLOW, "prlimit64", compare(2, SCMP_CMP_EQ, 0)) &&
           add_if(filter, SCMP_ACT_ALLOW, "fcntl", compare(1, SCMP_CMP_LE, 3)) && /* to F_GETFL */
           add_always(filter, SCMP_ACT_ERRNO(ENOTTY), "ioctl") &&
           add_if(filter, SCMP_ACT_ALLOW, "clone", masked(0, CLONE_THREAD, CLONE_THREAD)) &&
           refuse_forks(filter);
}

static bool fill_seal(scmp_filter_ctx filter)
{
    return add_names(filter, SCMP_ACT_ALLOW, sealed_allowed) && allow_signals_to_self(filter) &&
           allow_mapping(filter) && allow_some_arguments(filter) &&
           add_names(filter, SCMP_ACT_ERRNO(EACCES), sealed_no_access) &&
           add_names(filter, SCMP_ACT_ERRNO(EPERM), kept_in_place) &&
           add_names(filter, SCMP_ACT_KILL_PROCESS, never) &&
           add_names(filter, SCMP_ACT_KILL_PROCESS, sealed_never);
}

/* libseccomp hands a program out through a descriptor only. */
static bool export_program(scmp_filter_ctx filter, struct sock_fprog *program)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    if (fd < 0)
        return false;
    struct sock_filter *code = NULL;
    off_t size = seccomp_export_bpf(filter, fd) == 0 ? lseek(fd, 0, SEEK_END) : -1;
    bool fits = size > 0 && size <= (off_t)(FILTER_MAX * sizeof *code);
    if (fits)
        code = malloc((size_t)size);
    if (code && pread(fd, code, (size_t)size, 0) == size)
        *program = (struct sock_fprog){(unsigned short)((size_t)size / sizeof *code), code};
    else
        free(code);
    close(fd);
    return program->filter != NULL;
}

static bool build(enum program which, struct sock_fprog *program)
{
    bool seal = which == PROGRAM_SEAL;
    /* What a kernel newer than this file adds is answered to the sealed as by an older kernel. */
    scmp_filter_ctx filter = seccomp_init(seal ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_ALLOW);
    if (!filter)
        return false;
    /* As a tree of comparisons: the kernel walks the program once for each system call that there
     * is when it is loaded; a plain chain costs nearly twice as much there. */
    bool done = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
                seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
                (seal ? fill_seal(filter) : fill_unsealed(filter, which)) &&
                export_program(filter, program);
    seccomp_release(filter);
    return done;
}

static const struct sock_fprog *get(enum program which, struct error *error)
{
    struct sock_fprog *program = &built.programs[which];
    if (program->filter || build(which, program))
        return program;
    error_set(error, ERROR_MACHINE, "cannot build a seccomp filter with libseccomp");
    return NULL;
}

bool filter_available(void)
{
    unsigned action = SECCOMP_RET_KILL_PROCESS;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

const struct sock_fprog *filter_for(enum process_role role, struct error *error)
{
    return get(role == ROLE_COMPILER ? PROGRAM_COMPILER : PROGRAM_HARNESS, error);
}

bool filter_prepare_seal(struct error *error)
{
    return get(PROGRAM_SEAL, error) != NULL;
}

bool filter_write_seal(int fd, pid_t pid)
{
    const struct sock_fprog *seal = &built.programs[PROGRAM_SEAL];
    struct sock_filter own[FILTER_MAX];
    memcpy(own, seal->filter, seal->len * sizeof *own);
    for (unsigned i = 0; i < seal->len; i++)
        if (own[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && own[i].k == OWN_PID)
            own[i].k = (uint32_t)pid;
    ssize_t size = (ssize_t)(seal->len * sizeof *own);
    return write(fd, own, (size_t)size) == size;
}
