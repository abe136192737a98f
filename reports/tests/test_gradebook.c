/* The CSV of a batch: right, sorted, and no formula in it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/gradebook.h"
#include "reports/tests/samples.h"

static const char heading[] = "submission,points,max,verdict,races,deadlocks,joins,daemons,memory,"
                              "functional,misuse,design,build,security\n";

static char *written(const struct gradebook *book)
{
    char *folder = sample_folder(), *path = NULL;
    struct error error = {0};
    ck_assert_int_gt(asprintf(&path, "%s/gradebook.csv", folder), 0);
    ck_assert_msg(gradebook_write(book, path, &error), "%s", error.text);
    char *text = file_text(path);
    free(path);
    sample_folder_remove(folder);
    return text;
}

START_TEST(an_empty_batch_has_a_heading)
{
    struct gradebook *book = gradebook_new();
    char *text = written(book);
    ck_assert_str_eq(text, heading);
    free(text);
    gradebook_free(book);
}
END_TEST

START_TEST(lines_are_sorted_and_count_each_category)
{
    struct gradebook *book = gradebook_new();
    struct report *failed = sample_report("en"), *passed = sample_passed("en");
    passed->submission = "zoe";
    gradebook_add(book, passed);
    gradebook_add(book, failed);
    passed->submission = "beto, el \"grande\"";
    gradebook_add(book, passed);
    char *text = written(book), *expected = NULL;
    ck_assert_int_gt(asprintf(&expected,
                              "%s\"ana\",32.5,60,fail,1,3,2,0,1,1,0,2,1,1\n"
                              "\"beto, el \"\"grande\"\"\",60,60,pass,0,0,0,0,0,0,0,0,0,0\n"
                              "\"zoe\",60,60,pass,0,0,0,0,0,0,0,0,0,0\n",
                              heading),
                     0);
    ck_assert_str_eq(text, expected);
    free(text);
    free(expected);
    report_free(failed);
    report_free(passed);
    gradebook_free(book);
}
END_TEST

START_TEST(a_submission_that_could_not_be_graded_has_no_points)
{
    struct gradebook *book = gradebook_new();
    struct report *report = sample_failure("en");
    gradebook_add(book, report);
    char *text = written(book);
    ck_assert_msg(strstr(text, "\"ana\",,60,error,") != NULL, "%s", text);
    free(text);
    report_free(report);
    gradebook_free(book);
}
END_TEST

START_TEST(no_cell_is_a_formula)
{
    static const struct {
        const char *text, *cell;
    } table[] = {
        {"ana", "\"ana\""},
        {"=1+1", "\"'=1+1\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"' =1\""},
        {"\r=1", "\"'\\x0d=1\""},
        {"\n=1", "\"' =1\""},
        {"  =1", "\"'  =1\""},
        {"＝1", "\"'＝1\""},
        {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
        {"a\",=1", "\"a\"\",=1\""},
        {"\x1b[2J", "\"\\x1b[2J\""},
        {"", "\"\""},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char *cell = gradebook_cell(table[i].text);
        ck_assert_str_eq(cell, table[i].cell);
        free(cell);
    }
}
END_TEST

START_TEST(a_class_of_thousands_fits)
{
    struct gradebook *book = gradebook_new();
    struct report *report = sample_passed("en");
    for (int i = 0; i < 3000; i++) {
        report->submission = report_format(report, "student-%04d", 2999 - i);
        gradebook_add(book, report);
    }
    char *text = written(book);
    ck_assert(strncmp(text + strlen(heading), "\"student-0000\",", 15) == 0);
    size_t lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    ck_assert_uint_eq(lines, 3001);
    free(text);
    report_free(report);
    gradebook_free(book);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gradebook");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, an_empty_batch_has_a_heading);
    tcase_add_test(tests, lines_are_sorted_and_count_each_category);
    tcase_add_test(tests, a_submission_that_could_not_be_graded_has_no_points);
    tcase_add_test(tests, no_cell_is_a_formula);
    tcase_add_test(tests, a_class_of_thousands_fits);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
