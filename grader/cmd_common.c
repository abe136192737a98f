#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/commands.h"
#include "grader/memory.h"

enum { COLUMNS_LEAST = 80 };

int exit_status(enum verdict verdict)
{
    return verdict == VERDICT_PASS ? 0 : verdict == VERDICT_FAIL ? 1 : 3;
}

struct terminal_options terminal_options(const char *source_dir, bool verbose)
{
    const char *no_color = getenv("NO_COLOR");
    struct winsize size = {0};
    bool terminal = isatty(STDOUT_FILENO);
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        size.ws_col = 0;
    return (struct terminal_options){
        .colour = terminal && (!no_color || *no_color == '\0'),
        .columns = size.ws_col > COLUMNS_LEAST ? size.ws_col : COLUMNS_LEAST,
        .source_dir = source_dir,
        .verbose = verbose,
    };
}

char *source_dir_of(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return memory_text(path);
    char *dir = memory_text(path);
    char *slash = strrchr(dir, '/');
    if (!slash) {
        free(dir);
        return memory_text(".");
    }
    slash[slash == dir] = '\0';
    return dir;
}

const struct finding *find_finding(const struct report *report, const char *id,
                                   bool (*suits)(const struct finding *), struct error *error)
{
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct finding *finding = &report->findings[i];
        if (id && strcasecmp(finding->id, id) != 0 && strcmp(finding->id + 1, id) != 0)
            continue;
        if (suits(finding))
            return finding;
        if (id) {
            error_set(error, ERROR_USAGE, "%s: this finding has no schedule to replay", id);
            return NULL;
        }
    }
    if (id)
        error_set(error, ERROR_USAGE, "the report has no finding %s; it has %zu, from F1 on", id,
                  report->n_findings);
    else
        error_set(error, ERROR_USAGE, "the report has no finding that can be replayed");
    return NULL;
}
