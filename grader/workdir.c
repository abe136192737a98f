#include "grader/workdir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/memory.h"

char *workdir_make(const char *parent, struct error *error)
{
    const char *tmp = getenv("TMPDIR");
    if (!parent)
        parent = tmp && *tmp == '/' ? tmp : "/tmp";
    char *path = memory_format("%s/hilo-XXXXXX", parent);
    if (mkdtemp(path))
        return path;
    error_errno(error, ERROR_MACHINE, "%s: cannot make a work folder there", parent);
    free(path);
    return NULL;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    (void)remove(path);
    return 0; /* go on: as much as can be removed is */
}

/* Symbolic links are removed, never followed; what is mounted inside is not ours. */
void workdir_remove(char *path)
{
    if (!path)
        return;
    (void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    free(path);
}
