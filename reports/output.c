#include "reports/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/text.h"

enum { NAMES_TRIED = 64 };

static bool failed(const char *path, struct error *error)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EPERM:
    case EROFS:
    case ENAMETOOLONG:
    case ELOOP:
        return error_errno(error, ERROR_USAGE, "cannot write '%s'", path);
    default:
        return error_errno(error, ERROR_MACHINE, "cannot write '%s'", path);
    }
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t done = write(fd, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

static bool write_stdout(const char *bytes, size_t size, struct error *error)
{
    /* What stdio still holds comes first. */
    if (fflush(stdout) != 0 || !write_all(STDOUT_FILENO, bytes, size))
        return error_errno(error, ERROR_MACHINE, "cannot write standard output");
    return true;
}

static bool write_in_place(const char *path, const char *bytes, size_t size, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return failed(path, error);
    bool written = write_all(fd, bytes, size);
    int saved = errno;
    if (close(fd) != 0 && written) {
        written = false;
        saved = errno;
    }
    errno = saved;
    return written || failed(path, error);
}

/* Make the name's entry in its folder as durable as its bytes. */
static void sync_folder(const char *path)
{
    char *folder = text_need(strdup(path));
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

/* Open a fresh file beside `path`; its name goes to *aside, which the caller frees. */
static int open_aside(const char *path, char **aside)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash != NULL ? (size_t)(slash - path) + 1 : 0;
    for (int i = 0; i < NAMES_TRIED; i++) {
        if (asprintf(aside, "%.*s.hilo-%ld-%d.tmp", (int)folder, path, (long)getpid(), i) < 0)
            text_need(NULL);
        int fd = open(*aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd >= 0)
            return fd;
        int saved = errno;
        free(*aside);
        *aside = NULL;
        errno = saved;
        if (errno != EEXIST)
            break;
    }
    return -1;
}

static bool write_aside(const char *path, const char *bytes, size_t size, struct error *error)
{
    char *aside = NULL;
    int fd = open_aside(path, &aside);
    if (fd < 0)
        return failed(path, error);
    bool good = write_all(fd, bytes, size) && fsync(fd) == 0;
    int saved = errno;
    if (close(fd) != 0 && good) {
        good = false;
        saved = errno;
    }
    errno = saved;
    good = good && rename(aside, path) == 0;
    if (!good) {
        saved = errno;
        unlink(aside);
        errno = saved;
        failed(path, error);
    } else {
        sync_folder(path);
    }
    free(aside);
    return good;
}

bool output_write(const char *path, const char *bytes, size_t size, struct error *error)
{
    if (strcmp(path, "-") == 0)
        return write_stdout(bytes, size, error);
    struct stat status;
    if (stat(path, &status) != 0)
        return write_aside(path, bytes, size, error);
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return failed(path, error);
    }
    /* Renaming over /dev/null or a pipe would replace it. */
    if (!S_ISREG(status.st_mode))
        return write_in_place(path, bytes, size, error);
    /* A symbolic link stays one: the file behind it is replaced. */
    char *real = realpath(path, NULL);
    bool written = write_aside(real != NULL ? real : path, bytes, size, error);
    free(real);
    return written;
}
