/* Files are written whole or not at all, whatever the disk and the path do. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/output.h"
#include "reports/tests/samples.h"

static char *path_in(const char *folder, const char *name)
{
    char *path = NULL;
    ck_assert_int_gt(asprintf(&path, "%s/%s", folder, name), 0);
    return path;
}

static void put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_path_that_cannot_be_written_is_a_usage_error_that_names_it)
{
    struct error error = {0};
    ck_assert(!output_write("/no/such/folder/out.json", "x", 1, &error));
    ck_assert_int_eq(error.kind, ERROR_USAGE);
    ck_assert_str_eq(error.text,
                     "cannot write '/no/such/folder/out.json': No such file or directory");
    char *folder = sample_folder();
    struct error again = {0};
    ck_assert(!output_write(folder, "x", 1, &again));
    ck_assert_int_eq(again.kind, ERROR_USAGE);
    ck_assert_msg(strstr(again.text, "Is a directory") != NULL, "%s", again.text);
    sample_folder_remove(folder);
}
END_TEST

/* In the C library's place: a disk may tell only here that it is full. */
static bool disk_full;

int fsync(int fd)
{
    (void)fd;
    errno = ENOSPC;
    return disk_full ? -1 : 0;
}

START_TEST(a_full_disk_is_the_machines_fault_and_costs_no_old_file)
{
    char *folder = sample_folder(), *path = path_in(folder, "report.json");
    struct error error = {0};
    put_text(path, "old");
    disk_full = true;
    ck_assert(!output_write(path, "new", 3, &error));
    ck_assert_int_eq(error.kind, ERROR_MACHINE);
    ck_assert_msg(strstr(error.text, "No space left on device") != NULL, "%s", error.text);
    ck_assert_msg(strstr(error.text, path) != NULL, "%s", error.text);
    char *text = file_text(path);
    ck_assert_str_eq(text, "old");
    free(text);
    free(path);
    sample_folder_remove(folder);
}
END_TEST

/* With a FIFO of our own, and never with a real device: the day this test fails, what it was given
 * has been replaced by a file. */
START_TEST(what_is_no_file_is_written_and_not_replaced)
{
    char *folder = sample_folder(), *path = path_in(folder, "pipe"), got[8] = "";
    struct error error = {0};
    struct stat status;
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ck_assert_int_ge(reader, 0);
    ck_assert_msg(output_write(path, "hello", 5, &error), "%s", error.text);
    ck_assert_int_eq(read(reader, got, sizeof got - 1), 5);
    ck_assert_str_eq(got, "hello");
    ck_assert_int_eq(lstat(path, &status), 0);
    ck_assert(S_ISFIFO(status.st_mode));
    close(reader);
    free(path);
    sample_folder_remove(folder);
}
END_TEST

START_TEST(a_link_stays_and_its_file_is_replaced)
{
    char *folder = sample_folder(), *file = path_in(folder, "a"), *link = path_in(folder, "b");
    struct error error = {0};
    struct stat status;
    put_text(file, "old");
    ck_assert_int_eq(symlink("a", link), 0);
    ck_assert(output_write(link, "new", 3, &error));
    ck_assert_int_eq(lstat(link, &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    char *text = file_text(file);
    ck_assert_str_eq(text, "new");
    free(text);
    free(file);
    free(link);
    sample_folder_remove(folder);
}
END_TEST

/* Write a file that does not fit into RLIMIT_FSIZE, and see what is left. */
START_TEST(a_write_that_fails_leaves_the_old_file_and_nothing_beside_it)
{
    char *folder = sample_folder(), *path = path_in(folder, "report.json");
    put_text(path, "old");
    char *command = NULL;
    struct error error = {0};
    signal(SIGXFSZ, SIG_IGN);
    char *large = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(large);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){65536, RLIM_INFINITY}), 0);
    ck_assert(!output_write(path, large, 1 << 20, &error));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}), 0);
    ck_assert_int_eq(error.kind, ERROR_MACHINE);
    char *text = file_text(path);
    ck_assert_str_eq(text, "old");
    ck_assert_int_gt(asprintf(&command, "test \"$(ls -A '%s')\" = report.json", folder), 0);
    ck_assert_int_eq(system(command), 0);
    free(command);
    free(large);
    free(text);
    free(path);
    sample_folder_remove(folder);
}
END_TEST

START_TEST(a_dash_is_standard_output)
{
    struct error error = {0};
    FILE *file = tmpfile();
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    bool written = output_write("-", "hello\n", 6, &error);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    char line[16] = "";
    ck_assert(written);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
    ck_assert_str_eq(line, "hello\n");
    fclose(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, a_path_that_cannot_be_written_is_a_usage_error_that_names_it);
    tcase_add_test(tests, a_full_disk_is_the_machines_fault_and_costs_no_old_file);
    tcase_add_test(tests, what_is_no_file_is_written_and_not_replaced);
    tcase_add_test(tests, a_link_stays_and_its_file_is_replaced);
    tcase_add_test(tests, a_write_that_fails_leaves_the_old_file_and_nothing_beside_it);
    tcase_add_test(tests, a_dash_is_standard_output);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
