/*
 * Theory of operation of fs_remove_tree(). A tree may be deeper than there are descriptors or than
 * a path may be long, so it is not descended: a folder found inside another is moved up to the top
 * of the tree under a name of ours and emptied there in its turn. Two descriptors suffice for any
 * depth, and every step works on a name inside a folder that is open, so no link can lead out.
 */
#include "grader/fsutil.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/memory.h"

enum { DIR_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, NAME_SIZE = 64 };

char *fs_temp_dir(const char *prefix, struct error *error)
{
    const char *base = getenv("TMPDIR");
    if (!base || base[0] != '/') /* a relative one would mean another place to a child */
        base = "/tmp";
    char *path = memory_format("%s/%s-XXXXXX", base, prefix);
    if (mkdtemp(path))
        return path;
    error_errno(error, ERROR_MACHINE, "%s: cannot make a folder there", base);
    free(path);
    return NULL;
}

/* A tree that is being removed. */
struct removal {
    int top;
    unsigned long moved; /* names given so far */
    bool progress;
};

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static DIR *open_dir(int parent, const char *name)
{
    int fd = openat(parent, name, DIR_FLAGS);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir && fd >= 0)
        close(fd);
    return dir;
}

/* Move folder `name` of `parent` to the top. A name that is taken there by something that is not
 * an empty folder refuses, and the next is tried. */
static bool move_up(struct removal *removal, int parent, const char *name)
{
    char fresh[NAME_SIZE];
    do {
        snprintf(fresh, sizeof fresh, ".removing-%lu", removal->moved++);
        if (renameat(parent, name, removal->top, fresh) == 0)
            return true;
    } while (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR);
    return false;
}

/* Empty folder `name` of the top, moving the folders in it up, and remove it. */
static bool remove_folder(struct removal *removal, const char *name)
{
    /* A folder may have been left without permissions; it is known to be no link here. */
    fchmodat(removal->top, name, 0700, 0);
    DIR *dir = open_dir(removal->top, name);
    if (!dir)
        return false;
    bool done = true;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (is_dots(entry->d_name) || unlinkat(dirfd(dir), entry->d_name, 0) == 0)
            continue;
        /* A folder without permission to write cannot be moved, since its ".." changes. */
        if (errno == EISDIR)
            fchmodat(dirfd(dir), entry->d_name, 0700, 0);
        if (!move_up(removal, dirfd(dir), entry->d_name))
            done = false;
    }
    closedir(dir);
    return done && unlinkat(removal->top, name, AT_REMOVEDIR) == 0;
}

/* One pass over the top. False with errno set when nothing more can be removed. */
static bool remove_entries(struct removal *removal, bool *empty)
{
    DIR *dir = open_dir(removal->top, ".");
    if (!dir)
        return false;
    int failed = 0;
    *empty = true;
    removal->progress = false;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (is_dots(entry->d_name))
            continue;
        *empty = false;
        if (unlinkat(removal->top, entry->d_name, 0) == 0 ||
            (errno == EISDIR && remove_folder(removal, entry->d_name)))
            removal->progress = true;
        else
            failed = errno;
    }
    closedir(dir);
    errno = failed;
    return *empty || removal->progress || failed == 0;
}

static bool remove_below(int top)
{
    struct removal removal = {.top = top};
    bool empty = false;
    while (!empty)
        if (!remove_entries(&removal, &empty))
            return false;
    return true;
}

bool fs_remove_tree(const char *path, struct error *error)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    if (errno != EISDIR)
        return error_errno(error, ERROR_MACHINE, "%s: cannot be removed", path);
    int top = open(path, DIR_FLAGS);
    bool done = top >= 0 && remove_below(top);
    int failed = errno;
    if (top >= 0)
        close(top);
    errno = failed;
    return (done && rmdir(path) == 0) ||
           error_errno(error, ERROR_MACHINE, "%s: cannot be removed", path);
}

/* All of an open file whose size is known; it may shrink meanwhile, and growth is not read. */
static bool read_all(int fd, char *bytes, size_t *size)
{
    size_t used = 0;
    while (used < *size) {
        ssize_t count = read(fd, bytes + used, *size - used);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0)
            break;
        used += (size_t)count;
    }
    *size = used;
    return true;
}

static char *read_fd(int fd, const char *path, size_t limit, size_t *size, struct error *error)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        error_errno(error, ERROR_MACHINE, "%s", path);
    } else if (!S_ISREG(status.st_mode)) {
        error_set(error, ERROR_USAGE, "%s: not a regular file", path);
    } else if ((unsigned long long)status.st_size > limit) {
        error_set(error, ERROR_USAGE, "%s: larger than the %zu bytes allowed", path, limit);
    } else {
        *size = (size_t)status.st_size;
        char *bytes = memory_new(*size + 1, 1);
        if (read_all(fd, bytes, size))
            return bytes;
        error_errno(error, ERROR_MACHINE, "%s: cannot be read", path);
        free(bytes);
    }
    return NULL;
}

char *fs_read_file(const char *path, size_t limit, size_t *size, struct error *error)
{
    /* Opening a FIFO must not wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        error_errno(error, ERROR_USAGE, "%s", path);
        return NULL;
    }
    size_t length = 0;
    char *bytes = read_fd(fd, path, limit, &length, error);
    close(fd);
    if (size)
        *size = bytes ? length : 0;
    return bytes;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = write(fd, bytes, size);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

/* The rename itself lasts only once the folder is on disk. */
static void sync_folder(const char *path)
{
    char *folder = memory_text(path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

static bool fill(int fd, const void *bytes, size_t size)
{
    mode_t mask = umask(0);
    umask(mask);
    bool done = write_all(fd, bytes, size) && fchmod(fd, 0666 & ~mask) == 0 && fsync(fd) == 0;
    int failed = errno;
    /* Some file systems tell of a full disk only now. */
    if (close(fd) != 0 && done)
        return false;
    errno = failed;
    return done;
}

bool fs_write_file(const char *path, const void *bytes, size_t size, struct error *error)
{
    char *aside = memory_format("%s.XXXXXX", path);
    int fd = mkostemp(aside, O_CLOEXEC);
    bool done = fd >= 0 && fill(fd, bytes, size) && rename(aside, path) == 0;
    if (done) {
        sync_folder(path);
    } else {
        error_errno(error, ERROR_MACHINE, "%s: cannot be written", path);
        if (fd >= 0)
            unlink(aside);
    }
    free(aside);
    return done;
}

char *fs_program_dir(struct error *error)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0) {
        error_errno(error, ERROR_MACHINE, "/proc/self/exe: cannot be read");
        return NULL;
    }
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    slash[slash == path] = '\0';
    return memory_text(path);
}
