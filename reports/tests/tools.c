#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/tests/samples.h"

/* The program is BUILD/tests/reports/NAME. */
const char *sample_locale_dir(void)
{
    static char dir[4096];
    ssize_t length = readlink("/proc/self/exe", dir, sizeof dir - 32);
    ck_assert_int_gt(length, 0);
    dir[length] = '\0';
    for (int i = 0; i < 3; i++)
        *strrchr(dir, '/') = '\0';
    return strcat(dir, "/locale");
}

const char *sample_source_dir(void)
{
    return "reports/tests/sources";
}

char *sample_folder(void)
{
    char *folder = strdup("/tmp/hilo-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void sample_folder_remove(char *folder)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

char *rest_of(FILE *stream)
{
    char *text = NULL;
    size_t room = 0;
    if (getdelim(&text, &room, '\0', stream) >= 0)
        return text;
    free(text);
    return strdup("");
}

char *file_text(const char *path)
{
    FILE *file = fopen(path, "re");
    ck_assert_msg(file != NULL, "%s is missing", path);
    char *text = rest_of(file);
    fclose(file);
    return text;
}

/* Standard output into a file for as long as `stdout` is diverted. */
static int divert(FILE *file)
{
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    return saved;
}

static char *restore(FILE *file, int saved)
{
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    char *text = rest_of(file);
    fclose(file);
    return text;
}

char *printed(void (*print)(const struct report *, const struct terminal_options *),
              const struct report *report, const struct terminal_options *options)
{
    FILE *file = tmpfile();
    int saved = divert(file);
    print(report, options);
    return restore(file, saved);
}

char *printed_finding(const struct report *report, size_t index,
                      const struct terminal_options *options)
{
    FILE *file = tmpfile();
    int saved = divert(file);
    report_print_finding(report, &report->findings[index], options);
    return restore(file, saved);
}
