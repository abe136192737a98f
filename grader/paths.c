#include "grader/paths.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

const char *program_file(const char *beside, const char *installed, char *path)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    const char *dir = dirname(self);
    if (snprintf(path, PATH_TEXT_MAX, "%s/%s", dir, beside) < PATH_TEXT_MAX &&
        access(path, F_OK) == 0)
        return path;
    if (snprintf(path, PATH_TEXT_MAX, "%s/../%s", dir, installed) >= PATH_TEXT_MAX)
        path[0] = '\0';
    return path;
}
