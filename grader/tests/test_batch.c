/* test_batch.c - a class of submissions: names, workers that die, reruns, folders that refuse. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/batch.h"
#include "grader/submission.h"
#include "grader/workdir.h"

static char *home; /* a folder of the test's own */
static char class[300], out[400];
static struct manifest manifest;
static struct manifest_scenario scenario;
static struct batch_list list;
static struct batch batch;
static struct error error;

static void put(const char *name, const char *text)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", class, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static void make_folder(const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", class, name);
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

static void set_up(void)
{
    error = (struct error){0};
    signal(SIGTERM, SIG_DFL); /* Check's own handler would end the test with the worker */
    home = workdir_make(NULL, &error);
    ck_assert_ptr_nonnull(home);
    snprintf(class, sizeof class, "%s/class", home);
    snprintf(out, sizeof out, "%s/out", home);
    ck_assert_int_eq(mkdir(class, 0755), 0);
    scenario = (struct manifest_scenario){.name = (char *)"only", .points = 10};
    manifest = (struct manifest){.name = (char *)"demo",
                                 .version = 1,
                                 .header = (char *)"demo.h",
                                 .n_scenarios = 1,
                                 .scenarios = &scenario};
}

static void tear_down(void)
{
    batch_free(&batch);
    batch_list_free(&list);
    workdir_remove(home);
}

/* ---- workers: what a submission is called says what happens to it ---- */

static bool called(const char *path, const char *what)
{
    return strstr(strrchr(path, '/'), what) != NULL;
}

/* Told by a file, so that it outlives the worker. */
static void count_call(void)
{
    char path[400];
    snprintf(path, sizeof path, "%s/calls", home);
    FILE *file = fopen(path, "a");
    fputc('x', file);
    fclose(file);
}

static long calls(void)
{
    struct stat status;
    char path[400];
    snprintf(path, sizeof path, "%s/calls", home);
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

static struct report *pretend(const char *path, const struct manifest *of,
                              const struct grade_options *options, struct error *why)
{
    (void)why;
    count_call();
    if (called(path, "crash"))
        raise(SIGKILL);
    if (called(path, "gives_up"))
        _exit(9);
    while (called(path, "for_ever"))
        pause();
    if (called(path, "unreadable")) {
        error_set(why, ERROR_USAGE, "%s: cannot be read", path);
        return NULL;
    }
    struct report *report = grade_error(path, of, options, "x");
    report->n_errors = 0;
    report->verdict = called(path, "wrong") ? VERDICT_FAIL : VERDICT_PASS;
    report->points = called(path, "wrong") ? 0 : 10;
    struct submission *submission = submission_open(path, of->header, why);
    report->n_files = 1;
    report->files = report_array(report, 1, sizeof *report->files);
    report->files[0].path = report_text(report, submission->files[0].path);
    strcpy(report->files[0].sha256, submission->files[0].sha256);
    submission_free(submission);
    return report;
}

static struct batch_options options(void)
{
    return (struct batch_options){
        .manifest = &manifest,
        .grade = {.lanes = {true, true, true},
                  .seed = 1,
                  .language = "en",
                  .jobs = 2,
                  .require_isolation = -1},
        .out = out,
        .quiet = true,
        .work = pretend,
    };
}

static struct batch_options used;

static bool grade_class(void)
{
    char *paths[] = {class};
    used = options();
    ck_assert_msg(batch_list_collect(&list, paths, 1, out, &error), "%s", error.text);
    return batch_run(&batch, &used, &list, &error);
}

static const struct batch_row *row(const char *name)
{
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.entries[i].name, name) == 0)
            return &batch.rows[i];
    ck_abort_msg("no row %s", name);
    return NULL;
}

static bool in_out(const char *name, const char *text)
{
    char path[500], bytes[4096];
    snprintf(path, sizeof path, "%s/%s", out, name);
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    size_t size = fread(bytes, 1, sizeof bytes - 1, file);
    fclose(file);
    bytes[size] = '\0';
    return strstr(bytes, text) != NULL;
}

START_TEST(each_file_and_folder_is_a_submission)
{
    put("ana.c", "int a;");
    put("notes.txt", "hello");
    put(".hidden.c", "");
    make_folder("bea");
    make_folder("out");
    char *paths[] = {class};
    char inside[400];
    snprintf(inside, sizeof inside, "%s/out", class);
    ck_assert(batch_list_collect(&list, paths, 1, inside, &error));
    ck_assert_uint_eq(list.n, 2);
    ck_assert_str_eq(list.entries[0].name, "ana");
    ck_assert_str_eq(list.entries[1].name, "bea");
    ck_assert_uint_eq(list.n_ignored, 1);
}
END_TEST

START_TEST(submissions_of_one_name_get_reports_of_their_own)
{
    char a[400], b[400], c[400];
    make_folder("1");
    make_folder("2");
    put("1/ana.c", "");
    put("2/ana.c", "");
    put("2/ana-2.c", "");
    snprintf(a, sizeof a, "%s/2", class);
    snprintf(b, sizeof b, "%s/1", class);
    snprintf(c, sizeof c, "%s/1/ana.c", class);
    char *paths[] = {a, b};
    ck_assert(batch_list_collect(&list, paths, 2, out, &error));
    ck_assert_uint_eq(list.n, 3);
    ck_assert_str_eq(list.entries[0].name, "ana");
    ck_assert_str_eq(list.entries[0].path, c);
    ck_assert_str_eq(list.entries[1].name, "ana-2");
    ck_assert_str_eq(list.entries[2].name, "ana-3");
    ck_assert(list.entries[2].renamed && !list.entries[1].renamed);
}
END_TEST

START_TEST(a_name_stays_in_the_folder_and_drives_no_terminal)
{
    put("\033[31mred.c", "");
    put("-rf.c", "");
    char *paths[] = {class};
    ck_assert(batch_list_collect(&list, paths, 1, out, &error));
    ck_assert_str_eq(list.entries[0].name, "_[31mred");
    ck_assert_str_eq(list.entries[1].name, "_rf");
}
END_TEST

START_TEST(a_path_that_is_no_submission_is_wrong_usage)
{
    char path[400];
    put("class.zip", "PK");
    snprintf(path, sizeof path, "%s/class.zip", class);
    char *paths[] = {path};
    ck_assert(!batch_list_collect(&list, paths, 1, out, &error));
    ck_assert_int_eq(error.kind, ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(error.text, "class.zip"));
}
END_TEST

START_TEST(an_empty_folder_is_wrong_usage)
{
    char *paths[] = {class};
    ck_assert(!batch_list_collect(&list, paths, 1, out, &error));
    ck_assert_int_eq(error.kind, ERROR_USAGE);
}
END_TEST

START_TEST(one_that_explodes_costs_itself_alone)
{
    put("a_good.c", "int a;");
    put("b_crash.c", "int b;");
    put("c_gives_up.c", "int c;");
    put("d_unreadable.c", "int d;");
    put("e_wrong.c", "int e;");
    put("f_good.c", "int f;");
    ck_assert_msg(grade_class(), "%s", error.text);
    ck_assert_uint_eq(batch.n_finished, 6);
    ck_assert_int_eq(row("a_good")->verdict, VERDICT_PASS);
    ck_assert_int_eq(row("b_crash")->verdict, VERDICT_ERROR);
    ck_assert_ptr_nonnull(strstr(row("b_crash")->findings, "killed"));
    ck_assert_int_eq(row("c_gives_up")->verdict, VERDICT_ERROR);
    ck_assert_int_eq(row("d_unreadable")->verdict, VERDICT_ERROR);
    ck_assert_ptr_nonnull(strstr(row("d_unreadable")->findings, "cannot be read"));
    ck_assert_int_eq(row("e_wrong")->verdict, VERDICT_FAIL);
    ck_assert_int_eq(row("f_good")->verdict, VERDICT_PASS);
    ck_assert(in_out("b_crash.json", "\"error\""));
    ck_assert(in_out("gradebook.csv", "a_good") && in_out("gradebook.csv", "b_crash"));
}
END_TEST

START_TEST(one_that_never_ends_is_ended)
{
    char *paths[] = {class};
    put("for_ever.c", "int a;");
    put("good.c", "int b;");
    used = options();
    used.worker_s = 0.3;
    ck_assert(batch_list_collect(&list, paths, 1, out, &error));
    ck_assert(batch_run(&batch, &used, &list, &error));
    ck_assert_int_eq(row("for_ever")->verdict, VERDICT_ERROR);
    ck_assert_ptr_nonnull(strstr(row("for_ever")->findings, "too long"));
    ck_assert_int_eq(row("good")->verdict, VERDICT_PASS);
}
END_TEST

/* Grade, do what is done between, grade again; how many were graded the second time? */
static long again(void)
{
    long before = calls();
    batch_free(&batch);
    batch_list_free(&list);
    ck_assert_msg(grade_class(), "%s", error.text);
    return calls() - before;
}

START_TEST(what_has_not_changed_is_not_graded_twice)
{
    put("ana.c", "int a;");
    put("bea_wrong.c", "int b;");
    ck_assert(grade_class());
    ck_assert_int_eq(calls(), 2);
    ck_assert_int_eq(again(), 0);
    ck_assert_uint_eq(batch.n_kept, 2);
    ck_assert_int_eq(row("bea_wrong")->verdict, VERDICT_FAIL);
    ck_assert(in_out("gradebook.csv", "bea_wrong"));
}
END_TEST

START_TEST(what_has_changed_is_graded_again)
{
    put("ana.c", "int a;");
    put("bea.c", "int b;");
    ck_assert(grade_class());
    put("ana.c", "int a = 1;");
    ck_assert_int_eq(again(), 1);
    manifest.version = 2;
    ck_assert_int_eq(again(), 2);
}
END_TEST

START_TEST(what_could_not_be_graded_is_tried_again)
{
    put("crash.c", "int a;");
    ck_assert(grade_class());
    ck_assert_int_eq(again(), 1);
}
END_TEST

START_TEST(half_a_report_is_no_report)
{
    char path[500];
    put("ana.c", "int a;");
    ck_assert(grade_class());
    snprintf(path, sizeof path, "%s/ana.json", out);
    ck_assert_int_eq(truncate(path, 100), 0);
    ck_assert_int_eq(again(), 1);
    ck_assert_int_eq(row("ana")->verdict, VERDICT_PASS);
}
END_TEST

START_TEST(a_place_that_is_no_folder_is_named)
{
    put("ana.c", "int a;");
    snprintf(out, sizeof out, "%s/ana.c", class);
    ck_assert(!grade_class());
    ck_assert_ptr_nonnull(strstr(error.text, out));
    ck_assert_int_eq(calls(), 0);
}
END_TEST

START_TEST(a_full_disk_stops_the_batch_and_is_named)
{
    struct rlimit none = {0, 0};
    put("ana.c", "int a;");
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    ck_assert(!grade_class());
    ck_assert_int_eq(error.kind, ERROR_MACHINE);
    ck_assert_msg(strstr(error.text, out), "%s", error.text);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, each_file_and_folder_is_a_submission);
    tcase_add_test(tests, submissions_of_one_name_get_reports_of_their_own);
    tcase_add_test(tests, a_name_stays_in_the_folder_and_drives_no_terminal);
    tcase_add_test(tests, a_path_that_is_no_submission_is_wrong_usage);
    tcase_add_test(tests, an_empty_folder_is_wrong_usage);
    tcase_add_test(tests, one_that_explodes_costs_itself_alone);
    tcase_add_test(tests, one_that_never_ends_is_ended);
    tcase_add_test(tests, what_has_not_changed_is_not_graded_twice);
    tcase_add_test(tests, what_has_changed_is_graded_again);
    tcase_add_test(tests, what_could_not_be_graded_is_tried_again);
    tcase_add_test(tests, half_a_report_is_no_report);
    tcase_add_test(tests, a_place_that_is_no_folder_is_named);
    tcase_add_test(tests, a_full_disk_stops_the_batch_and_is_named);
}

int main(void)
{
    Suite *suite = suite_create("batch");
    TCase *tests = tcase_create("batch");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 30);
    add_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
