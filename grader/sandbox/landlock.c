/*
 * Theory of operation. A ruleset *handles* every right that the kernel's ABI knows, which denies
 * them all, and rules give single rights back below single paths. The uapi header of the machine
 * that compiles may be older than the kernel that runs, so the few numbers needed stand here.
 *
 * What Landlock does not cover (stat, chmod, sockets other than TCP, shared memory) is the seccomp
 * filter's business.
 */
#include "grader/sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SYS_CREATE = 444, SYS_ADD_RULE = 445, SYS_RESTRICT_SELF = 446 };
enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1 };

enum right {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_DIR = 1 << 3,
    REMOVE_DIR = 1 << 4,
    REMOVE_FILE = 1 << 5,
    MAKE_DIR = 1 << 7,
    MAKE_REG = 1 << 8,
    REFER = 1 << 13,
    TRUNCATE = 1 << 14,
    IOCTL_DEV = 1 << 15,
    ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV,
    READ_TREE = READ_FILE | READ_DIR,
    TOOL_CHAIN = EXECUTE | READ_TREE,
    /* No links, devices, FIFOs or sockets, and nothing that was written is executed. */
    WRITE_TREE =
        READ_TREE | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER,
};

enum { NETWORK_ALL = 3, SCOPES_ALL = 3 };

struct ruleset_attr {
    uint64_t handled_fs;
    uint64_t handled_network;
    uint64_t scoped;
};

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

struct grant {
    const char *path;
    unsigned rights;
};

static const struct grant compiler_grants[] = {
    {"/usr", TOOL_CHAIN},
    {"/lib", TOOL_CHAIN},
    {"/lib64", TOOL_CHAIN},
    {"/bin", TOOL_CHAIN},
    {"/etc/alternatives", READ_TREE},
    {"/etc/ld.so.cache", READ_FILE},
    {"/dev/null", READ_FILE | WRITE_FILE},
};

/* Listing a folder would tell a harness nothing that it needs. */
static const struct grant harness_grants[] = {
    {"/lib", READ_FILE},
    {"/lib64", READ_FILE},
    {"/usr/lib", READ_FILE},
    {"/usr/lib64", READ_FILE},
    {"/etc/ld.so.cache", READ_FILE},
    {"/lib64/ld-linux-x86-64.so.2", EXECUTE | READ_FILE},
};

static unsigned handled_rights(int abi)
{
    unsigned rights = (1 << 13) - 1;
    if (abi >= 2)
        rights |= REFER;
    if (abi >= 3)
        rights |= TRUNCATE;
    if (abi >= 5)
        rights |= IOCTL_DEV;
    return rights;
}

int landlock_abi(void)
{
    long abi = syscall(SYS_CREATE, NULL, 0, CREATE_VERSION);
    return abi < 0 ? 0 : (int)abi;
}

static int create(int abi)
{
    struct ruleset_attr attr = {.handled_fs = handled_rights(abi)};
    if (abi >= LANDLOCK_ABI_NETWORK)
        attr.handled_network = NETWORK_ALL;
    if (abi >= LANDLOCK_ABI_SCOPES)
        attr.scoped = SCOPES_ALL;
    /* An older kernel accepts the longer structure as long as the rest of it is zero. */
    return (int)syscall(SYS_CREATE, &attr, sizeof attr, 0);
}

/* 0 or an errno value. */
static int allow(int ruleset, int abi, const char *path, unsigned rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno;
    struct stat status;
    if (fstat(fd, &status) == 0 && !S_ISDIR(status.st_mode))
        rights &= ON_FILES;
    struct path_rule rule = {.allowed = rights & handled_rights(abi), .parent = fd};
    int failed = syscall(SYS_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0 ? errno : 0;
    close(fd);
    return failed;
}

static bool allow_asked(int ruleset, int abi, const char *path, unsigned rights,
                        struct error *error)
{
    int failed = allow(ruleset, abi, path, rights);
    if (failed == 0)
        return true;
    errno = failed;
    return error_errno(error, ERROR_MACHINE, "%s: cannot let a confined program use it", path);
}

static bool allow_system(int ruleset, int abi, enum process_role role, struct error *error)
{
    bool compiler = role == ROLE_COMPILER;
    const struct grant *grants = compiler ? compiler_grants : harness_grants;
    size_t count = compiler ? sizeof compiler_grants / sizeof *compiler_grants
                            : sizeof harness_grants / sizeof *harness_grants;
    for (size_t i = 0; i < count; i++) {
        int failed = allow(ruleset, abi, grants[i].path, grants[i].rights);
        /* Systems lay their libraries out differently; what is not there needs no rule. */
        if (failed == 0 || failed == ENOENT)
            continue;
        errno = failed;
        return error_errno(error, ERROR_MACHINE, "%s: no Landlock rule for it", grants[i].path);
    }
    return true;
}

static bool allow_all(int ruleset, const struct process_spec *spec, int abi, struct error *error)
{
    if (!allow_system(ruleset, abi, spec->role, error))
        return false;
    if (!allow_asked(ruleset, abi, spec->argv[0], EXECUTE | READ_FILE, error))
        return false;
    for (size_t i = 0; spec->readable && spec->readable[i]; i++)
        if (!allow_asked(ruleset, abi, spec->readable[i], READ_TREE, error))
            return false;
    return !spec->writable || allow_asked(ruleset, abi, spec->writable, WRITE_TREE, error);
}

int landlock_ruleset(const struct process_spec *spec, int abi, struct error *error)
{
    int ruleset = create(abi);
    if (ruleset < 0) {
        error_errno(error, ERROR_MACHINE, "cannot make a Landlock ruleset");
        return -1;
    }
    if (allow_all(ruleset, spec, abi, error))
        return ruleset;
    close(ruleset);
    return -1;
}

__attribute__((no_sanitize_address)) int landlock_enter(int ruleset)
{
    return syscall(SYS_RESTRICT_SELF, ruleset, 0) != 0 ? errno : 0;
}
