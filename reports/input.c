/* input.c - see input.h. */
#include "reports/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/text.h"

enum { BYTES_MAX = 64 << 20 };

char *input_read(const char *path, size_t *size, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        error_errno(error, ERROR_USAGE, "cannot read the report '%s'", path);
        return NULL;
    }
    size_t room = 65536;
    char *bytes = text_need(malloc(room));
    ssize_t got;
    *size = 0;
    while ((got = read(fd, bytes + *size, room - *size)) != 0 && *size <= BYTES_MAX) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        *size += (size_t)got;
        if (*size == room)
            bytes = text_need(realloc(bytes, room *= 2));
    }
    if (got < 0)
        error_errno(error, ERROR_USAGE, "cannot read the report '%s'", path);
    else if (got > 0)
        error_set(error, ERROR_USAGE, "%s: too large for a report of hilo", path);
    if (!standard)
        close(fd);
    if (got == 0)
        return bytes;
    free(bytes);
    return NULL;
}
