#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/commands.h"
#include "grader/manifest.h"
#include "grader/marker.h"
#include "grader/memory.h"

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* Make a file that was not there. What is there is the student's work: it stays, and is told. */
static bool create(const char *path, const char *bytes, size_t size, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST) {
        printf("%s: is there already, left as it is\n", path);
        return true;
    }
    if (fd < 0)
        return error_errno(error, ERROR_USAGE, "%s", path);
    bool written = write_all(fd, bytes, size);
    int failure = errno;
    if (close(fd) != 0 && written) {
        written = false;
        failure = errno;
    }
    if (!written) {
        unlink(path);
        errno = failure;
        return error_errno(error, ERROR_MACHINE, "%s", path);
    }
    return true;
}

static char *read_file(const char *path, size_t *size, struct error *error)
{
    char *bytes = NULL;
    FILE *from = fopen(path, "re");
    FILE *to = from ? open_memstream(&bytes, size) : NULL;
    if (!to) {
        error_errno(error, ERROR_OURS, "%s", path);
        if (from)
            fclose(from);
        return NULL;
    }
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, from)) > 0;)
        fwrite(block, 1, n, to);
    fclose(from);
    fclose(to);
    return bytes;
}

static bool copy(const struct manifest *manifest, const char *name, const char *dir, const char *as,
                 struct error *error)
{
    size_t size = 0;
    char *from = memory_format("%s/%s", manifest->dir, name);
    char *to = memory_format("%s/%s", dir, as);
    char *bytes = read_file(from, &size, error);
    bool copied = bytes && create(to, bytes, size, error);
    free(bytes);
    free(to);
    free(from);
    return copied;
}

static bool mark(const struct manifest *manifest, const char *dir, struct error *error)
{
    char *path = memory_format("%s/%s", dir, MARKER_NAME);
    char *line = memory_format("%s\n", manifest->name);
    struct stat status;
    bool marked = stat(path, &status) == 0 || create(path, line, strlen(line), error);
    free(line);
    free(path);
    return marked;
}

/* The statement in the language asked for, else in the other one. */
static char *statement_of(const struct manifest *manifest, const char *language)
{
    const char *other = strcmp(language, "es") == 0 ? "en" : "es";
    char *path = memory_format("%s/README.%s.md", manifest->dir, language);
    bool there = access(path, R_OK) == 0;
    free(path);
    return memory_format("README.%s.md", there ? language : other);
}

static bool fill(const struct manifest *manifest, const char *dir, const char *language,
                 struct error *error)
{
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return error_errno(error, ERROR_USAGE, "%s: cannot make this folder", dir);
    char *source = memory_format("%s.c", manifest->name);
    char *statement = statement_of(manifest, language);
    bool filled = copy(manifest, manifest->header, dir, manifest->header, error) &&
                  copy(manifest, manifest->starter, dir, source, error) &&
                  copy(manifest, statement, dir, "README.md", error) && mark(manifest, dir, error);
    if (filled)
        printf("%s/%s waits for you; %s/README.md says what to do. Then: hilo check %s\n", dir,
               source, dir, dir);
    free(statement);
    free(source);
    return filled;
}

int cmd_start(const struct options *options)
{
    struct error error = {0};
    struct manifest *manifest = manifest_find(options->operands[0], &error);
    if (!manifest)
        return error_print(&error);
    const char *dir = options->n_operands > 1 ? options->operands[1] : manifest->name;
    bool filled = fill(manifest, dir, options->grade.language, &error);
    manifest_free(manifest);
    return filled ? 0 : error_print(&error);
}
