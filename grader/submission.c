/*
 * Theory of operation. Every name is resolved by openat() on a directory that is already open, with
 * O_NOFOLLOW, and what was opened is asked for its type again, so that a folder that changes
 * under our feet cannot lead us out of it. Only regular files are read, into memory, within the
 * caps; from then on the folder is not looked at any more. What is read is what is graded.
 */
#include "grader/submission.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/lexer.h"
#include "grader/memory.h"
#include "grader/sha256.h"
#include "reports/text.h"

/* A folder being read. */
struct walk {
    struct submission *submission;
    const char *own_header;
    struct error *error;
    size_t entries;
    size_t total;
};

__attribute__((format(printf, 2, 3))) static void refuse(struct submission *submission,
                                                         const char *english, ...)
{
    if (submission->refused)
        return;
    va_list arguments;
    va_start(arguments, english);
    if (vasprintf(&submission->refused, english, arguments) < 0)
        submission->refused = memory_text("out of memory");
    va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static void refuse_es(struct submission *submission,
                                                            const char *spanish, ...)
{
    if (submission->refused_es)
        return;
    va_list arguments;
    va_start(arguments, spanish);
    if (vasprintf(&submission->refused_es, spanish, arguments) < 0)
        submission->refused_es = memory_text("no queda memoria");
    va_end(arguments);
}

static void ignore(struct submission *submission, const char *path, const char *why)
{
    if (submission->n_ignored > SUBMISSION_IGNORED_MAX)
        return;
    submission->ignored =
        memory_grow(submission->ignored, submission->n_ignored, sizeof *submission->ignored);
    char **place = &submission->ignored[submission->n_ignored++];
    if (submission->n_ignored > SUBMISSION_IGNORED_MAX) {
        *place = memory_text("...");
        return;
    }
    char *clean = text_clean_copy(path, TEXT_ONE_LINE);
    *place = memory_format("%.300s: %s", clean, why);
    free(clean);
}

/* Printable UTF-8 only: a name is printed, compiled and linked under. */
static bool name_is_plain(const char *name)
{
    for (const char *at = name; *at;) {
        uint32_t code;
        size_t length = text_decode(at, &code);
        if (code == 0xFFFD || code < 0x20 || (code >= 0x7F && code < 0xA0) || strchr("\"\\", *at))
            return false;
        at += length;
    }
    char *clean = text_clean_copy(name, TEXT_ONE_LINE);
    bool same = strcmp(clean, name) == 0;
    free(clean);
    return same && *name;
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t length = strlen(name), tail = strlen(suffix);
    return length > tail && strcmp(name + length - tail, suffix) == 0;
}

/* Read at most one byte more than the cap, so that a growing file is noticed. */
static bool read_all(int fd, struct source_file *file, struct error *error, const char *path)
{
    size_t room = SUBMISSION_BYTES_MAX + 1;
    char *bytes = memory_new(room + 1, 1);
    size_t size = 0;
    while (size < room) {
        ssize_t got = read(fd, bytes + size, room - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            free(bytes);
            return error_errno(error, ERROR_USAGE, "cannot read %s", path);
        }
        if (got == 0)
            break;
        size += (size_t)got;
    }
    file->bytes = memory_new(size + 1, 1);
    memcpy(file->bytes, bytes, size);
    file->size = size;
    free(bytes);
    return true;
}

/* Whether a file may be graded; if not, the whole submission is refused. */
static void judge_file(struct walk *walk, const struct source_file *file)
{
    struct submission *submission = walk->submission;
    walk->total += file->size;
    if (file->size > SUBMISSION_BYTES_MAX) {
        refuse(submission, "%s is too large (more than %d bytes)", file->path,
               SUBMISSION_BYTES_MAX);
        refuse_es(submission, "%s es demasiado grande (más de %d bytes)", file->path,
                  SUBMISSION_BYTES_MAX);
    } else if (walk->total > SUBMISSION_TOTAL_MAX) {
        refuse(submission, "its files are too large together (more than %d bytes)",
               SUBMISSION_TOTAL_MAX);
        refuse_es(submission, "sus archivos juntos son demasiado grandes (más de %d bytes)",
                  SUBMISSION_TOTAL_MAX);
    } else if (memchr(file->bytes, '\0', file->size)) {
        refuse(submission, "%s is not C source text: it holds NUL bytes (save it as UTF-8)",
               file->path);
        refuse_es(submission, "%s no es código fuente: contiene bytes NUL (guárdalo como UTF-8)",
                  file->path);
    }
}

static void take_file(struct walk *walk, int fd, const char *path)
{
    struct submission *submission = walk->submission;
    if (submission->n_files == SUBMISSION_FILES_MAX) {
        refuse(submission, "it has more than %d source files", SUBMISSION_FILES_MAX);
        refuse_es(submission, "tiene más de %d archivos fuente", SUBMISSION_FILES_MAX);
        return;
    }
    struct source_file file = {0};
    if (!read_all(fd, &file, walk->error, path))
        return;
    file.path = memory_text(path);
    judge_file(walk, &file);
    if (file.size > SUBMISSION_BYTES_MAX) { /* not kept: its hash would be that of a piece */
        free(file.path);
        free(file.bytes);
        return;
    }
    sha256_of(file.bytes, file.size, file.sha256);
    submission->files =
        memory_grow(submission->files, submission->n_files, sizeof *submission->files);
    submission->files[submission->n_files++] = file;
}

/* Why an entry is left out, or NULL. Judged by its name alone. */
static const char *left_out(const struct walk *walk, const char *name, bool directory)
{
    if (!name_is_plain(name))
        return "a name that cannot be printed";
    if (*name == '.')
        return "hidden";
    if (strcmp(name, "__MACOSX") == 0 || strcmp(name, "CMakeFiles") == 0)
        return "not part of the work";
    if (directory)
        return NULL;
    if (walk->own_header && strcmp(name, walk->own_header) == 0)
        return "the exercise's own header is used instead";
    if (!has_suffix(name, ".c") && !has_suffix(name, ".h"))
        return "not a .c or .h file";
    return NULL;
}

static void walk_folder(struct walk *walk, int fd, const char *prefix, int depth);

static void enter_folder(struct walk *walk, int parent, const char *name, const char *path,
                         int depth)
{
    if (depth > SUBMISSION_DEPTH_MAX) {
        ignore(walk->submission, path, "too deep");
        return;
    }
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        error_errno(walk->error, ERROR_USAGE, "cannot open %s", path);
        return;
    }
    walk_folder(walk, fd, path, depth);
}

static void enter_file(struct walk *walk, int parent, const char *name, const char *path)
{
    int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        error_errno(walk->error, ERROR_USAGE, "cannot open %s", path);
        return;
    }
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        take_file(walk, fd, path);
    else
        ignore(walk->submission, path, "not a regular file");
    close(fd);
}

static void enter(struct walk *walk, int parent, const char *name, const char *prefix, int depth)
{
    char *path = *prefix ? memory_format("%s/%s", prefix, name) : memory_text(name);
    struct stat status;
    bool known = fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    const char *why = known ? left_out(walk, name, S_ISDIR(status.st_mode)) : "it disappeared";
    if (why)
        ignore(walk->submission, path, why);
    else if (strlen(path) > SUBMISSION_NAME_MAX)
        ignore(walk->submission, path, "its name is too long");
    else if (S_ISDIR(status.st_mode))
        enter_folder(walk, parent, name, path, depth + 1);
    else if (S_ISREG(status.st_mode))
        enter_file(walk, parent, name, path);
    else
        ignore(walk->submission, path,
               S_ISLNK(status.st_mode) ? "a symbolic link" : "not a regular file");
    free(path);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* All names of a directory, sorted, so that what a cap cuts off is the same everywhere. */
static char **list_names(struct walk *walk, DIR *directory, size_t *n_names)
{
    char **names = NULL;
    size_t n = 0;
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (++walk->entries > SUBMISSION_ENTRIES_MAX) {
            refuse(walk->submission, "it has more than %d files", SUBMISSION_ENTRIES_MAX);
            refuse_es(walk->submission, "tiene más de %d archivos", SUBMISSION_ENTRIES_MAX);
            break;
        }
        names = memory_grow(names, n, sizeof *names);
        names[n++] = memory_text(entry->d_name);
    }
    if (n)
        qsort(names, n, sizeof *names, by_name);
    *n_names = n;
    return names;
}

/* Takes `fd` over. */
static void walk_folder(struct walk *walk, int fd, const char *prefix, int depth)
{
    DIR *directory = fdopendir(fd);
    if (!directory) {
        close(fd);
        error_errno(walk->error, ERROR_USAGE, "cannot read %s", prefix);
        return;
    }
    size_t n_names;
    char **names = list_names(walk, directory, &n_names);
    for (size_t i = 0; i < n_names; i++) {
        if (!walk->submission->refused)
            enter(walk, dirfd(directory), names[i], prefix, depth);
        free(names[i]);
    }
    free(names);
    closedir(directory);
}

static int by_path(const void *left, const void *right)
{
    const struct source_file *a = left, *b = right;
    return strcmp(a->path, b->path);
}

static bool has_code(const struct source_file *file)
{
    struct lexer lexer;
    struct token token;
    lexer_begin(&lexer, file->bytes, file->size);
    bool any = lexer_next(&lexer, &token);
    lexer_free(&lexer);
    return any;
}

/* What only the whole can tell: whether there is anything to compile. */
static void judge_whole(struct submission *submission)
{
    size_t sources = 0, with_code = 0;
    for (size_t i = 0; i < submission->n_files; i++) {
        if (!has_suffix(submission->files[i].path, ".c"))
            continue;
        sources++;
        with_code += has_code(&submission->files[i]);
    }
    if (sources == 0) {
        refuse(submission, "there is no .c file in it");
        refuse_es(submission, "no contiene ningún archivo .c");
    } else if (with_code == 0) {
        refuse(submission, "it is empty: there is no code in it");
        refuse_es(submission, "está vacía: no contiene código");
    }
}

static char *name_of(const char *path)
{
    char *copy = memory_text(path);
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/')
        copy[--length] = '\0';
    char *real = strcmp(copy, ".") == 0 || strcmp(copy, "..") == 0 ? realpath(copy, NULL) : NULL;
    const char *whole = real ? real : copy;
    const char *slash = strrchr(whole, '/');
    char *name = text_clean_copy(slash && slash[1] ? slash + 1 : whole, TEXT_ONE_LINE);
    if (has_suffix(name, ".c"))
        name[strlen(name) - 2] = '\0';
    free(real);
    free(copy);
    return name;
}

/* Open what was named and say whether it is a folder. -1 with `error` set. */
static int open_named(const char *path, bool *folder, struct error *error)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        error_errno(error, ERROR_USAGE, "%s", path);
        return -1;
    }
    *folder = S_ISDIR(status.st_mode);
    if (S_ISLNK(status.st_mode)) {
        error_set(error, ERROR_USAGE, "%s: is a symbolic link; give the file it points to", path);
        return -1;
    }
    if (!*folder && !S_ISREG(status.st_mode)) {
        error_set(error, ERROR_USAGE, "%s: is neither a file nor a folder", path);
        return -1;
    }
    if (!*folder && !has_suffix(path, ".c")) {
        error_set(error, ERROR_USAGE, "%s: is not a .c file or a folder of .c files", path);
        return -1;
    }
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC |
                            (*folder ? O_DIRECTORY : 0));
    if (fd < 0)
        error_errno(error, ERROR_USAGE, "%s", path);
    return fd;
}

/* A single file is renamed when its name is none to compile under. */
static void take_single(struct walk *walk, int fd, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        error_set(walk->error, ERROR_USAGE, "%s: is not a regular file", path);
    else
        take_file(walk, fd,
                  name_is_plain(name) && strlen(name) <= SUBMISSION_NAME_MAX ? name
                                                                             : "submission.c");
    close(fd);
}

/* Whether a name leads to a file below the folder that it is relative to. */
static bool stays_below(const char *name)
{
    size_t length = strlen(name);
    return name_is_plain(name) && length <= SUBMISSION_NAME_MAX && *name != '/' &&
           strncmp(name, "../", 3) != 0 && !strstr(name, "/../") &&
           (has_suffix(name, ".c") || has_suffix(name, ".h"));
}

static void take_listed(struct walk *walk, int base, const char *name)
{
    struct stat status;
    if (!stays_below(name)) {
        error_set(walk->error, ERROR_USAGE, "%s: cannot be compiled under this name", name);
    } else if (fstatat(base, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        error_errno(walk->error, ERROR_USAGE, "%s", name);
    } else if (!S_ISREG(status.st_mode)) {
        error_set(walk->error, ERROR_USAGE, "%s: is not a regular file", name);
    } else {
        enter_file(walk, base, name, name);
    }
}

static struct submission *finish(struct walk *walk, struct error *error)
{
    struct submission *submission = walk->submission;
    if (walk->error->kind != ERROR_NONE) {
        error_set(error, walk->error->kind, "%s", walk->error->text);
        submission_free(submission);
        return NULL;
    }
    if (submission->n_files)
        qsort(submission->files, submission->n_files, sizeof *submission->files, by_path);
    judge_whole(submission);
    return submission;
}

struct submission *submission_open_list(const char *base, char *const *names, size_t n_names,
                                        struct error *error)
{
    struct error own = {0};
    int fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        error_errno(&own, ERROR_USAGE, "%s", base);
    struct submission *submission = memory_new(1, sizeof *submission);
    submission->name = name_of(n_names ? names[0] : base);
    submission->origin = memory_text(base);
    struct walk walk = {.submission = submission, .error = &own};
    for (size_t i = 0; fd >= 0 && i < n_names && !submission->refused; i++)
        take_listed(&walk, fd, names[i]);
    if (fd >= 0)
        close(fd);
    return finish(&walk, error);
}

struct submission *submission_open(const char *path, const char *own_header, struct error *error)
{
    struct error own = {0};
    bool folder = false;
    int fd = open_named(path, &folder, &own);
    struct submission *submission = memory_new(1, sizeof *submission);
    submission->name = name_of(path);
    submission->origin = memory_text(path);
    struct walk walk = {.submission = submission, .own_header = own_header, .error = &own};
    if (fd >= 0 && folder)
        walk_folder(&walk, fd, "", 0);
    else if (fd >= 0)
        take_single(&walk, fd, path);
    return finish(&walk, error);
}

void submission_free(struct submission *submission)
{
    if (!submission)
        return;
    for (size_t i = 0; i < submission->n_files; i++) {
        free(submission->files[i].path);
        free(submission->files[i].bytes);
    }
    for (size_t i = 0; i < submission->n_ignored; i++)
        free(submission->ignored[i]);
    free(submission->files);
    free(submission->ignored);
    free(submission->refused);
    free(submission->refused_es);
    free(submission->name);
    free(submission->origin);
    free(submission);
}
