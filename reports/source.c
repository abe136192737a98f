#include "reports/source.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/text.h"

enum { BYTES_MAX = 4 << 20, FILES_MAX = 64, LINES_MAX = 200000 };

struct file {
    char *name;
    char *bytes; /* NULL: it cannot be shown */
    size_t n_lines;
    char **lines; /* as asked for so far: clean, or NULL */
    char **starts;
};

struct source {
    int dir; /* -1: none */
    size_t n_files;
    struct file files[FILES_MAX];
};

struct source *source_open(const char *dir)
{
    struct source *source = text_need(calloc(1, sizeof *source));
    source->dir = dir != NULL ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    return source;
}

void source_close(struct source *source)
{
    for (size_t i = 0; i < source->n_files; i++) {
        struct file *file = &source->files[i];
        for (size_t j = 0; j < file->n_lines; j++)
            free(file->lines[j]);
        free(file->lines);
        free(file->starts);
        free(file->bytes);
        free(file->name);
    }
    if (source->dir >= 0)
        close(source->dir);
    free(source);
}

bool source_name_is_plain(const char *file)
{
    for (const char *part = file;;) {
        size_t length = strcspn(part, "/");
        if (length == 0 || (length == 1 && part[0] == '.') ||
            (length == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        if (part[length] == '\0')
            return true;
        part += length + 1;
    }
}

/* Open a plain name below `dir`, following no link; -1 when it cannot be. */
static int open_below(int dir, const char *name)
{
    int at = fcntl(dir, F_DUPFD_CLOEXEC, 0);
    for (const char *slash; at >= 0 && (slash = strchr(name, '/')) != NULL; name = slash + 1) {
        char *part = text_need(strndup(name, (size_t)(slash - name)));
        int next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        free(part);
        close(at);
        at = next;
    }
    if (at < 0)
        return -1;
    /* O_NONBLOCK: a FIFO must not hold us before we see that it is one. */
    int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    close(at);
    return fd;
}

static char *read_file(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > BYTES_MAX)
        return NULL;
    size_t size = (size_t)status.st_size, have = 0;
    char *bytes = text_need(malloc(size + 1));
    for (ssize_t got; have < size && (got = read(fd, bytes + have, size - have)) > 0;)
        have += (size_t)got;
    bytes[have] = '\0';
    return bytes;
}

static void split(struct file *file)
{
    size_t lines = 1;
    for (const char *at = file->bytes; (at = strchr(at, '\n')) != NULL && lines < LINES_MAX; at++)
        lines++;
    file->lines = text_need(calloc(lines, sizeof *file->lines));
    file->starts = text_need(calloc(lines, sizeof *file->starts));
    for (char *at = file->bytes; at != NULL && file->n_lines < lines;) {
        file->starts[file->n_lines++] = at;
        at = strchr(at, '\n');
        if (at != NULL)
            *at++ = '\0';
    }
}

static struct file *find(struct source *source, const char *name)
{
    for (size_t i = 0; i < source->n_files; i++)
        if (strcmp(source->files[i].name, name) == 0)
            return &source->files[i];
    if (source->n_files == FILES_MAX)
        return NULL;
    struct file *file = &source->files[source->n_files++];
    file->name = text_need(strdup(name));
    int fd = source->dir >= 0 && source_name_is_plain(name) ? open_below(source->dir, name) : -1;
    if (fd < 0)
        return file;
    file->bytes = read_file(fd);
    close(fd);
    if (file->bytes != NULL)
        split(file);
    return file;
}

const char *source_line(struct source *source, const char *name, int line)
{
    struct file *file = find(source, name);
    if (file == NULL || line < 1 || (size_t)line > file->n_lines)
        return "";
    char **clean = &file->lines[line - 1];
    if (*clean == NULL) {
        char *start = file->starts[line - 1];
        start += strspn(start, " \t\r");
        size_t length = strlen(start);
        while (length > 0 && strchr(" \t\r", start[length - 1]) != NULL)
            length--;
        start[length] = '\0';
        *clean = text_clean_copy(start, TEXT_ONE_LINE);
    }
    return *clean;
}
