/* What is done with a submission once it is in memory: written for the compiler, compared. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/lexer.h"
#include "grader/memory.h"
#include "grader/submission.h"

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes += put;
        size -= (size_t)put;
    }
    return true;
}

/* Make the folders that lead to a file of the submission. */
static bool make_folders(char *path, size_t below, struct error *error)
{
    for (char *slash = strchr(path + below, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (!made)
            error_errno(error, ERROR_MACHINE, "cannot make the folder %s", path);
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool write_file(const struct source_file *file, const char *dir, struct error *error)
{
    char *path = memory_format("%s/%s", dir, file->path);
    bool done = make_folders(path, strlen(dir) + 1, error);
    if (done) {
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        done = fd >= 0 && write_all(fd, file->bytes, file->size);
        if (!done)
            error_errno(error, ERROR_MACHINE, "cannot write %s", path);
        if (fd >= 0 && close(fd) != 0 && done)
            done = error_errno(error, ERROR_MACHINE, "cannot write %s", path);
    }
    free(path);
    return done;
}

bool submission_write(const struct submission *submission, const char *dir, struct error *error)
{
    for (size_t i = 0; i < submission->n_files; i++)
        if (!write_file(&submission->files[i], dir, error))
            return false;
    return true;
}

static char *read_starter(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *bytes = memory_new(SUBMISSION_BYTES_MAX + 1, 1);
    ssize_t got = 0;
    *size = 0;
    while (*size < SUBMISSION_BYTES_MAX &&
           (got = read(fd, bytes + *size, SUBMISSION_BYTES_MAX - *size)) > 0)
        *size += (size_t)got;
    close(fd);
    if (got >= 0)
        return bytes;
    free(bytes);
    return NULL;
}

/* Token by token: white space and comments do not count. */
static bool same_code(const char *a, size_t a_size, const char *b, size_t b_size)
{
    struct lexer one, other;
    struct token left, right;
    lexer_begin(&one, a, a_size);
    lexer_begin(&other, b, b_size);
    bool same = true, more = true;
    while (same && more) {
        more = lexer_next(&one, &left);
        same = lexer_next(&other, &right) == more;
        if (same && more)
            same = left.kind == right.kind && left.length == right.length &&
                   memcmp(left.text, right.text, left.length) == 0;
    }
    lexer_free(&one);
    lexer_free(&other);
    return same;
}

bool submission_is_starter(const struct submission *submission, const char *starter_path)
{
    const struct source_file *only = NULL;
    for (size_t i = 0; i < submission->n_files; i++) {
        const struct source_file *file = &submission->files[i];
        size_t length = strlen(file->path);
        if (length < 2 || strcmp(file->path + length - 2, ".c") != 0)
            continue;
        if (only)
            return false;
        only = file;
    }
    size_t size;
    char *starter = only ? read_starter(starter_path, &size) : NULL;
    bool same = starter && same_code(only->bytes, only->size, starter, size);
    free(starter);
    return same;
}
