/*
 * test_fsutil.c - files of ours are written whole, and trees removed without being led astray.
 */
#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/fsutil.h"

static char *dir;

static void setup(void)
{
    struct error error = {0};
    dir = fs_temp_dir("hilo-test", &error);
    ck_assert_msg(dir != NULL, "%s", error.text);
    ck_assert_int_eq(chdir(dir), 0);
}

static void teardown(void)
{
    struct error error = {0};
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_msg(fs_remove_tree(dir, &error), "%s", error.text);
    ck_assert_int_ne(access(dir, F_OK), 0);
    free(dir);
}

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static int count_entries(void)
{
    FILE *list = popen("ls -A | wc -l", "r");
    int count = -1;
    ck_assert_int_eq(fscanf(list, "%d", &count), 1);
    pclose(list);
    return count;
}

START_TEST(a_private_folder_is_private_and_below_tmpdir)
{
    setenv("TMPDIR", dir, 1);
    char *made = fs_temp_dir("work", NULL);
    struct stat status;
    ck_assert_int_eq(stat(made, &status), 0);
    ck_assert_int_eq(status.st_mode & 07777, 0700);
    ck_assert_int_eq(strncmp(made, dir, strlen(dir)), 0);
    free(made);
    setenv("TMPDIR", "relative", 1);
    made = fs_temp_dir("work", NULL);
    ck_assert_int_eq(strncmp(made, "/tmp/work-", 10), 0);
    ck_assert(fs_remove_tree(made, NULL));
    free(made);
    struct error error = {0};
    setenv("TMPDIR", "/nonexistent/folder", 1);
    ck_assert_ptr_null(fs_temp_dir("work", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "/nonexistent/folder"));
}
END_TEST

START_TEST(removing_follows_no_link)
{
    ck_assert_int_eq(mkdir("outside", 0700), 0);
    put("outside/kept", "kept");
    ck_assert_int_eq(mkdir("tree", 0700), 0);
    ck_assert_int_eq(mkdir("tree/inner", 0700), 0);
    ck_assert_int_eq(symlink("../outside", "tree/link"), 0);
    ck_assert_int_eq(symlink("../../outside", "tree/inner/link"), 0);
    ck_assert_int_eq(symlink("/nonexistent", "tree/dangling"), 0);
    ck_assert_int_eq(mkfifo("tree/fifo", 0600), 0);
    ck_assert(fs_remove_tree("tree", NULL));
    ck_assert_int_ne(access("tree", F_OK), 0);
    ck_assert_int_eq(access("outside/kept", F_OK), 0);
    ck_assert_int_eq(symlink("outside", "top"), 0);
    ck_assert(fs_remove_tree("top", NULL));
    ck_assert_int_eq(access("outside/kept", F_OK), 0);
}
END_TEST

START_TEST(removing_takes_folders_without_permissions_and_odd_names)
{
    ck_assert_int_eq(mkdir("tree", 0700), 0);
    ck_assert_int_eq(mkdir("tree/.removing-0", 0700), 0);
    put("tree/.removing-0/full", "");
    put("tree/.removing-1", "");
    ck_assert_int_eq(mkdir("tree/a", 0700), 0);
    ck_assert_int_eq(mkdir("tree/a/-rf \n", 0700), 0);
    ck_assert_int_eq(mkdir("tree/a/-rf \n/closed", 0000), 0);
    ck_assert_int_eq(mkdir("tree/closed", 0700), 0);
    put("tree/closed/file", "");
    ck_assert_int_eq(chmod("tree/closed", 0000), 0);
    ck_assert(fs_remove_tree("tree", NULL));
    ck_assert_int_ne(access("tree", F_OK), 0);
}
END_TEST

START_TEST(removing_works_at_any_depth_with_few_descriptors)
{
    enum { DEPTH = 3000 };
    int at = open(".", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < DEPTH; i++) {
        ck_assert_int_eq(mkdirat(at, "deeper", 0700), 0);
        int next = openat(at, "deeper", O_RDONLY | O_DIRECTORY);
        close(at);
        at = next;
    }
    close(at);
    const struct rlimit few = {16, 16};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    ck_assert(fs_remove_tree("deeper", NULL));
    ck_assert_int_ne(access("deeper", F_OK), 0);
}
END_TEST

START_TEST(removing_a_file_or_nothing_is_fine)
{
    put("file", "text");
    ck_assert(fs_remove_tree("file", NULL));
    ck_assert(fs_remove_tree("file", NULL));
    struct error error = {0};
    put("file", "text");
    ck_assert(!fs_remove_tree("file/below", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "file/below"));
}
END_TEST

START_TEST(reading_is_bounded_and_takes_regular_files_only)
{
    size_t size = 99;
    struct error error = {0};
    put("file", "four");
    char *text = fs_read_file("file", 4, &size, &error);
    ck_assert_str_eq(text, "four");
    ck_assert_uint_eq(size, 4);
    free(text);
    ck_assert_ptr_null(fs_read_file("file", 3, &size, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "file: larger than the 3 bytes"));
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    ck_assert_ptr_null(fs_read_file("fifo", 10, NULL, NULL));
    ck_assert_ptr_null(fs_read_file(".", 1 << 20, NULL, NULL));
    ck_assert_ptr_null(fs_read_file("/dev/zero", 10, NULL, NULL));
    put("empty", "");
    text = fs_read_file("empty", 0, &size, NULL);
    ck_assert_str_eq(text, "");
    free(text);
    error = (struct error){0};
    ck_assert_ptr_null(fs_read_file("missing", 10, &size, &error));
    ck_assert_int_eq(error.kind, ERROR_USAGE);
}
END_TEST

START_TEST(writing_replaces_whole_and_leaves_nothing_beside)
{
    umask(027);
    put("file", "old");
    ck_assert(fs_write_file("file", "new content", 11, NULL));
    char *text = fs_read_file("file", 100, NULL, NULL);
    ck_assert_str_eq(text, "new content");
    free(text);
    struct stat status;
    ck_assert_int_eq(stat("file", &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0640);
    ck_assert_int_eq(count_entries(), 1);
}
END_TEST

START_TEST(a_failed_write_keeps_the_old_file)
{
    struct error error = {0};
    put("file", "old");
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){4, before.rlim_max}), 0);
    ck_assert(!fs_write_file("file", "new content", 11, &error));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(error.kind, ERROR_MACHINE);
    char *text = fs_read_file("file", 100, NULL, NULL);
    ck_assert_str_eq(text, "old");
    free(text);
    ck_assert_int_eq(count_entries(), 1);
    error = (struct error){0};
    ck_assert(!fs_write_file("no/such/folder", "x", 1, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "no/such/folder"));
}
END_TEST

START_TEST(the_program_knows_its_folder)
{
    char *program = fs_program_dir(NULL);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/test_fsutil", program);
    ck_assert_int_eq(access(path, X_OK), 0);
    free(program);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("fsutil");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, a_private_folder_is_private_and_below_tmpdir);
    tcase_add_test(tcase, removing_follows_no_link);
    tcase_add_test(tcase, removing_takes_folders_without_permissions_and_odd_names);
    tcase_add_test(tcase, removing_works_at_any_depth_with_few_descriptors);
    tcase_add_test(tcase, removing_a_file_or_nothing_is_fine);
    tcase_add_test(tcase, reading_is_bounded_and_takes_regular_files_only);
    tcase_add_test(tcase, writing_replaces_whole_and_leaves_nothing_beside);
    tcase_add_test(tcase, a_failed_write_keeps_the_old_file);
    tcase_add_test(tcase, the_program_knows_its_folder);
    Suite *suite = suite_create("fsutil");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
