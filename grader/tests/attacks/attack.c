/*
 * attack.c - what a hostile program tries, one attack a run: attack [sealed] NAME [ARGUMENT]. Exit
 * status 0: it succeeded; 1: it was refused, and standard output says with which errno; 64:
 * unknown. `sealed` first loads the filter from FILTER_FD, as a harness does.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { JOB = 3, RECORDS = 4, FILTER = 5, FDS_TRIED = 1024 };

extern char **environ;

/* Tell how it went: `value` as of a system call. */
static int result(long value)
{
    if (value >= 0)
        return 0;
    printf("%s\n", strerrorname_np(errno));
    return 1;
}

static int attack_nothing(const char *argument)
{
    (void)argument;
    return 0;
}

static int attack_exit(const char *argument)
{
    exit(atoi(argument));
}

static int attack_raise(const char *argument)
{
    return result(raise(atoi(argument)));
}

static int attack_read(const char *path)
{
    char byte;
    int fd = open(path, O_RDONLY);
    return result(fd < 0 ? fd : read(fd, &byte, 1));
}

static int attack_write(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    return result(fd < 0 ? fd : write(fd, "x", 1));
}

static int attack_list(const char *path)
{
    return result(opendir(path) ? 0 : -1);
}

static int attack_symlink(const char *path)
{
    return result(symlink("/etc/passwd", path));
}

static int attack_mkfifo(const char *path)
{
    return result(mkfifo(path, 0600));
}

static int attack_chmod(const char *path)
{
    return result(chmod(path, 0777));
}

static int attack_exec(const char *path)
{
    return result(execl(path, path, (char *)NULL));
}

/* Run what was written: `path` becomes a copy of this program. */
static int attack_run_copy(const char *path)
{
    char bytes[65536];
    int from = open("/proc/self/exe", O_RDONLY);
    if (from < 0)
        from = open(getenv("SELF") ? getenv("SELF") : "/usr/bin/true", O_RDONLY);
    int to = open(path, O_WRONLY | O_CREAT, 0700);
    for (ssize_t n; (n = read(from, bytes, sizeof bytes)) > 0;)
        if (write(to, bytes, (size_t)n) != n)
            return result(-1);
    close(to);
    return result(execl(path, path, "nothing", (char *)NULL));
}

static int attack_udp(const char *argument)
{
    (void)argument;
    return result(socket(AF_INET, SOCK_DGRAM, 0));
}

static int attack_abstract_socket(const char *argument)
{
    (void)argument;
    return result(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int attack_shm(const char *argument)
{
    (void)argument;
    int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    if (id >= 0)
        shmctl(id, IPC_RMID, NULL);
    return result(id);
}

static int attack_kill_parent(const char *argument)
{
    (void)argument;
    return result(kill(getppid(), 0)); /* enough to be allowed: it harms nobody when it is */
}

static int attack_tgkill_parent(const char *argument)
{
    (void)argument;
    return result(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int attack_parent_limits(const char *argument)
{
    (void)argument;
    struct rlimit limit;
    return result(prlimit(getppid(), RLIMIT_CORE, NULL, &limit));
}

static int attack_parent_memory(const char *argument)
{
    (void)argument;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", (int)getppid());
    return result(open(path, O_RDONLY));
}

static int attack_keyring(const char *argument)
{
    (void)argument;
    return result(syscall(SYS_keyctl, 0, -3, 0)); /* KEYCTL_GET_KEYRING_ID, session */
}

static int attack_userns(const char *argument)
{
    (void)argument;
    return result(unshare(CLONE_NEWUSER));
}

static int attack_fork(const char *argument)
{
    (void)argument;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return result(pid);
}

static int attack_setsid(const char *argument)
{
    (void)argument;
    pid_t pid = fork(); /* a leader cannot leave its group; its child could */
    if (pid == 0) {
        int status = result(setsid());
        fflush(stdout);
        _exit(status);
    }
    int status;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

static int attack_executable_memory(const char *argument)
{
    (void)argument;
    void *page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return result(page == MAP_FAILED ? -1 : 0);
}

static int attack_wait(const char *argument)
{
    (void)argument;
    printf("waiting\n");
    fflush(stdout);
    while (pause() < 0)
        ;
    return 0;
}

/* Leave a grandchild that nobody waits for and that has told its number. */
static int attack_survive(const char *argument)
{
    int told[2];
    char byte;
    if (pipe(told) != 0)
        return result(-1);
    if (fork() != 0) {
        wait(NULL);
        return result(read(told[0], &byte, 1));
    }
    if (strcmp(argument, "new-session") == 0)
        setsid();
    if (fork() != 0)
        _exit(0);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    printf("%d\n", (int)getpid());
    fflush(stdout);
    if (write(told[1], "", 1) != 1)
        _exit(1);
    return attack_wait("");
}

static int attack_spin(const char *argument)
{
    (void)argument;
    volatile int turns = 0;
    while (turns >= 0)
        turns = (turns + 1) & 0xffff;
    return 0;
}

static int attack_spin_in_child(const char *argument)
{
    pid_t pid = fork();
    if (pid == 0)
        attack_spin(argument);
    int status;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? 4 : 0; /* as gcc does */
}

static int attack_spin_deaf(const char *argument)
{
    signal(SIGXCPU, SIG_IGN);
    return attack_spin(argument);
}

static int attack_close_all(const char *argument)
{
    for (int fd = 0; fd < FDS_TRIED; fd++)
        close(fd);
    if (strcmp(argument, "wait") == 0)
        for (;;)
            pause();
    return 0;
}

static int attack_print(const char *argument)
{
    long count = atol(argument);
    printf("HEAD");
    for (long i = 0; i < count; i++)
        putchar('a' + (int)(i % 26));
    printf("TAIL");
    return 0;
}

static int attack_flood(const char *argument)
{
    static char bytes[4096];
    memset(bytes, 'x', sizeof bytes);
    while (write(atoi(argument), bytes, sizeof bytes) > 0)
        ;
    return result(-1);
}

static int attack_big_file(const char *path)
{
    signal(SIGXFSZ, SIG_IGN);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    if (fd < 0)
        return result(fd);
    close(STDIN_FILENO);
    char bytes[4096] = {0};
    for (int i = 0; i < 4096; i++)
        if (write(fd, bytes, sizeof bytes) < 0)
            return result(-1);
    return 0;
}

static int attack_memory(const char *argument)
{
    size_t chunk = (size_t)16 << 20;
    for (long left = atol(argument); left > 0; left -= 16) {
        char *bytes = malloc(chunk);
        if (!bytes)
            return result(-1);
        for (size_t i = 0; i < chunk; i += 4096)
            ((volatile char *)bytes)[i] = 1;
    }
    return 0;
}

static void *add_one(void *counter)
{
    __atomic_add_fetch((int *)counter, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void *wait_for_ever(void *unused)
{
    while (pause() < 0)
        ;
    return unused;
}

static int attack_thread_bomb(const char *argument)
{
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    for (int i = 0; i < atoi(argument); i++) {
        pthread_t thread;
        errno = pthread_create(&thread, &small, wait_for_ever, NULL);
        if (errno)
            return result(-1);
    }
    return attack_wait("");
}

/* Not an attack: what an honest harness does all day. */
static int attack_work(const char *argument)
{
    (void)argument;
    int counter = 0;
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        if (pthread_create(&threads[i], NULL, add_one, &counter) != 0)
            return 1;
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    struct timespec now, nap = {0, 1000};
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    clock_gettime(CLOCK_REALTIME, &now);
    pthread_mutex_lock(&mutex);
    int timed = pthread_cond_timedwait(&condition, &mutex, &now);
    pthread_mutex_unlock(&mutex);
    char *block = malloc(8 << 20);
    if (!block || nanosleep(&nap, NULL) != 0 || timed != ETIMEDOUT)
        return 1;
    memset(block, 1, 8 << 20);
    free(block);
    sched_yield();
    pthread_setname_np(pthread_self(), "worker");
    printf("%d threads, %d processors seen\n", counter, sysconf(_SC_NPROCESSORS_ONLN) > 0);
    return counter == 8 ? 0 : 1;
}

static int attack_abort(const char *argument)
{
    (void)argument;
    abort();
}

static int attack_environment(const char *argument)
{
    (void)argument;
    for (char **variable = environ; *variable; variable++)
        puts(*variable);
    return 0;
}

static int attack_descriptors(const char *argument)
{
    (void)argument;
    for (int fd = 0; fd < FDS_TRIED; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf("%d ", fd);
    return 0;
}

/* Copy the job to the records, and what stands on standard input to standard output. */
static int attack_copy_job(const char *argument)
{
    (void)argument;
    char bytes[4096];
    for (ssize_t n; (n = read(JOB, bytes, sizeof bytes)) > 0;)
        if (write(RECORDS, bytes, (size_t)n) != n)
            return 1;
    return read(STDIN_FILENO, bytes, 1) == 0 ? 0 : 1;
}

static int attack_state(const char *argument)
{
    (void)argument;
    struct sigaction action;
    sigset_t blocked;
    int changed = 0;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int i = 1; i < _NSIG; i++)
        changed += (sigaction(i, NULL, &action) == 0 && action.sa_handler != SIG_DFL) ||
                   sigismember(&blocked, i) == 1;
    char cwd[4096];
    if (!getcwd(cwd, sizeof cwd))
        return 1;
    printf("signals=%d leader=%d umask=%03o cwd=%s", changed,
           getsid(0) == getpid() && getpgrp() == getpid(), umask(0), cwd);
    return 0;
}

/* Where the stack is: the same in each run when addresses are not randomised. */
static int attack_where(const char *argument)
{
    printf("%p", (const void *)&argument);
    return 0;
}

static const struct attack {
    const char *name;
    int (*run)(const char *argument);
} attacks[] = {
    {"nothing", attack_nothing},
    {"exit", attack_exit},
    {"raise", attack_raise},
    {"read", attack_read},
    {"write", attack_write},
    {"list", attack_list},
    {"symlink", attack_symlink},
    {"mkfifo", attack_mkfifo},
    {"chmod", attack_chmod},
    {"exec", attack_exec},
    {"run-copy", attack_run_copy},
    {"udp", attack_udp},
    {"abstract-socket", attack_abstract_socket},
    {"shm", attack_shm},
    {"kill-parent", attack_kill_parent},
    {"tgkill-parent", attack_tgkill_parent},
    {"parent-limits", attack_parent_limits},
    {"parent-memory", attack_parent_memory},
    {"keyring", attack_keyring},
    {"userns", attack_userns},
    {"fork", attack_fork},
    {"setsid", attack_setsid},
    {"executable-memory", attack_executable_memory},
    {"survive", attack_survive},
    {"spin", attack_spin},
    {"spin-in-child", attack_spin_in_child},
    {"spin-deaf", attack_spin_deaf},
    {"wait", attack_wait},
    {"close-all", attack_close_all},
    {"print", attack_print},
    {"flood", attack_flood},
    {"big-file", attack_big_file},
    {"memory", attack_memory},
    {"thread-bomb", attack_thread_bomb},
    {"work", attack_work},
    {"abort", attack_abort},
    {"environment", attack_environment},
    {"descriptors", attack_descriptors},
    {"copy-job", attack_copy_job},
    {"state", attack_state},
    {"where", attack_where},
};

static int seal(void)
{
    static struct sock_filter filter[4096];
    size_t size = 0;
    for (ssize_t n; (n = read(FILTER, (char *)filter + size, sizeof filter - size)) > 0;)
        size += (size_t)n;
    struct sock_fprog program = {(unsigned short)(size / sizeof *filter), filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "sealed") == 0) {
        if (seal() != 0)
            return 65;
        argc--;
        argv++;
    }
    for (size_t i = 0; argc > 1 && i < sizeof attacks / sizeof *attacks; i++)
        if (strcmp(argv[1], attacks[i].name) == 0)
            return attacks[i].run(argc > 2 ? argv[2] : "");
    return 64;
}
