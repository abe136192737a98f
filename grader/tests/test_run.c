/* test_run.c - hilo run end to end, through the built program, on the programs of programs/. */
#include <check.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/tests/program.h"

static char programs[PATH_MAX];
static json_t *report;

static void enter(void)
{
    ck_assert_ptr_nonnull(realpath("grader/tests/programs", programs));
    program_home();
}

static void leave(void)
{
    json_decref(report);
    report = NULL;
    program_leave();
}

static bool says(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

/* ---- what a report says ---- */

/* Run one of the programs, with more words before and after its name; keep the report. */
static int run(const char *before, const char *name, const char *after)
{
    json_error_t error;
    int status = hilo("run --json r.json --lang en %s %s/%s %s", before, programs, name, after);
    json_decref(report);
    report = json_loads(read_whole("r.json"), 0, &error);
    ck_assert_msg(report != NULL, "%s: no report (%d): %s", name, status, hilo_err());
    ck_assert_uint_eq(left_behind(), 0);
    return status;
}

static json_t *findings(void)
{
    return json_object_get(report, "findings");
}

static const char *finding(const char *key)
{
    const char *value = json_string_value(json_object_get(json_array_get(findings(), 0), key));
    return value ? value : "";
}

/* The one finding that there is. */
static void expect_only(const char *name, const char *before, const char *kind, const char *named)
{
    ck_assert_int_eq(run(before, name, ""), 1);
    ck_assert_msg(json_array_size(findings()) == 1, "%s: %zu findings: %s", name,
                  json_array_size(findings()), hilo_out());
    ck_assert_str_eq(finding("kind"), kind);
    ck_assert_msg(says(finding("message"), named), "%s does not name %s: %s", name, named,
                  finding("message"));
}

static void expect_clean(const char *before, const char *name, const char *after)
{
    int status = run(before, name, after);
    ck_assert_msg(status == 0, "%s: exit status %d: %s%s", name, status, hilo_out(), hilo_err());
}

static json_t *outcomes(void)
{
    json_t *scenario = json_array_get(json_object_get(report, "scenarios"), 0);
    return json_object_get(scenario, "outcomes");
}

/* The exit status, where it is always the same. */
static long long exit_answer(void)
{
    ck_assert_uint_ge(json_array_size(outcomes()), 1);
    json_t *answers = json_object_get(json_array_get(outcomes(), 0), "answers");
    return json_integer_value(json_object_get(answers, "exit"));
}

static long long executions(const char *lane)
{
    json_t *result = json_object_get(json_object_get(report, "lanes"), lane);
    return json_integer_value(json_object_get(result, "executions"));
}

static bool noted(const char *what)
{
    size_t i;
    json_t *note;
    json_array_foreach(json_object_get(report, "notes"), i,
                       note) if (says(json_string_value(note), what)) return true;
    return false;
}

/* ---- what is wrong ---- */

START_TEST(a_deadlock_is_found_and_explained_and_replayed)
{
    char source[PATH_MAX + 32];
    expect_only("abba.c", "", "deadlock", "`pen`");
    ck_assert(json_is_null(json_object_get(report, "exercise")));
    ck_assert_int_eq(hilo("explain r.json F1 --source %s --lang en", programs), 0);
    ck_assert_msg(says(hilo_out(), "locks pen"), "%s", hilo_out());
    snprintf(source, sizeof source, "--source %s", programs);
    ck_assert_int_eq(hilo("replay r.json F1 %s --lang en", source), 1);
    ck_assert_msg(says(hilo_out(), "holds `pen`"), "%s", hilo_out());
    ck_assert_str_eq(hilo_err(), "");
}
END_TEST

START_TEST(a_lost_update_is_a_race_and_its_consequence_is_told)
{
    expect_only("lost_update.c", "", "data-race", "`total`");
    ck_assert(noted("prints depends on the schedule"));
    ck_assert(noted("exit status depends on the schedule"));
}
END_TEST

START_TEST(a_thread_that_main_never_joined_is_leaked)
{
    expect_only("not_joined.c", "", "thread-leak", "`greet`");
    ck_assert(noted("2 different outputs"));
}
END_TEST

START_TEST(who_is_left_when_main_leaves_may_be_stuck)
{
    expect_only("main_leaves_stuck.c", "", "deadlock", "`sleeper`");
}
END_TEST

START_TEST(a_failed_assertion_is_a_crash)
{
    expect_only("asserts.c", "", "crash", "`doubt`");
}
END_TEST

START_TEST(each_native_lane_finds_alone)
{
    expect_only("lost_update.c", "--lanes tsan", "data-race", "`total`");
    expect_only("not_joined.c", "--lanes stress", "thread-leak", "`greet`");
    expect_only("asserts.c", "--lanes stress", "crash", "`doubt`");
    expect_only("main_leaves_stuck.c", "--lanes tsan", "hang", "`sleeper`");
}
END_TEST

START_TEST(looking_behind_the_arguments_is_out_of_bounds)
{
    expect_only("past_arguments.c", "--lanes explore", "out-of-bounds", "past_arguments.c:4");
}
END_TEST

START_TEST(a_word_longer_than_its_buffer_is_out_of_bounds)
{
    write_file("word", "exceeding\n", 10);
    expect_only("input_too_long.c", "--stdin word --lanes explore", "out-of-bounds",
                "input_too_long.c:8");
}
END_TEST

/* ---- what is right ---- */

START_TEST(a_clean_program_reads_its_input_and_passes)
{
    write_file("numbers", "3 4\n5\n", 6);
    expect_clean("--stdin numbers", "sum.c", "");
    ck_assert_int_eq(exit_answer(), 12);
    ck_assert(!noted("depends on the schedule"));
    ck_assert_int_gt(executions("explore"), 10);
}
END_TEST

START_TEST(without_input_there_is_nothing_to_read)
{
    expect_clean("", "sum.c", "");
    ck_assert_int_eq(exit_answer(), 0);
}
END_TEST

START_TEST(input_is_read_as_the_c_library_reads_it)
{
    char words[PATH_MAX + 32];
    snprintf(words, sizeof words, "--stdin %s/input.txt", programs);
    expect_clean(words, "input.c", "");
    ck_assert_msg(exit_answer() == 0, "input.c:%lld", exit_answer());
}
END_TEST

START_TEST(arguments_arrive_as_they_were_given)
{
    expect_clean("", "echo.c", "-- 'a b' '' --json");
    ck_assert_int_eq(exit_answer(), 42);
    ck_assert(noted("hilo replay"));
}
END_TEST

START_TEST(a_thread_may_end_the_program)
{
    expect_clean("", "exit_from_thread.c", "");
    ck_assert_int_eq(exit_answer(), 7);
    ck_assert_int_eq(executions("tsan"), 3);
}
END_TEST

START_TEST(main_may_leave_the_others_alone)
{
    expect_clean("", "main_leaves.c", "");
    expect_clean("", "background.c", "");
    expect_clean("", "gives_up.c", "");
}
END_TEST

START_TEST(each_run_starts_afresh)
{
    write_file("x", "x", 1);
    expect_clean("--stdin x", "state.c", "");
    ck_assert_int_eq(executions("tsan"), 3);
}
END_TEST

START_TEST(several_files_in_several_folders_are_one_program)
{
    char more[PATH_MAX + 32];
    snprintf(more, sizeof more, "%s/parts/lib/twice.c", programs);
    expect_clean("--lanes explore", "parts/src/main.c", more);
    ck_assert_uint_eq(
        json_array_size(json_object_get(json_object_get(report, "submission"), "files")), 3);
    expect_clean("--lanes explore", "parts", "");
}
END_TEST

START_TEST(the_same_program_gives_the_same_findings)
{
    run("--lanes explore", "lost_update.c", "");
    char *first = json_dumps(findings(), JSON_SORT_KEYS);
    run("--lanes explore", "lost_update.c", "");
    char *second = json_dumps(findings(), JSON_SORT_KEYS);
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
}
END_TEST

/* ---- what cannot be run ---- */

START_TEST(a_program_needs_one_main)
{
    char more[PATH_MAX + 32];
    expect_only("no_main.c", "", "link-error", "main");
    snprintf(more, sizeof more, "%s/sum.c", programs);
    ck_assert_int_eq(run("", "echo.c", more), 1);
    ck_assert_str_eq(finding("kind"), "link-error");
    ck_assert_msg(says(finding("message"), "main"), "%s", finding("message"));
}
END_TEST

START_TEST(a_function_that_is_not_known_is_named)
{
    ck_assert_int_eq(run("", "opens_a_file.c", ""), 1);
    ck_assert_msg(says(finding("message"), "fopen"), "%s", finding("message"));
}
END_TEST

static void expect_usage(int status, const char *named)
{
    ck_assert_msg(status == 2, "exit status %d: %s", status, hilo_err());
    ck_assert_msg(says(hilo_err(), named), "does not name %s: %s", named, hilo_err());
    ck_assert_uint_eq(left_behind(), 0);
}

START_TEST(wrong_usage_is_told_by_name)
{
    expect_usage(hilo("run"), "which .c files");
    expect_usage(hilo("run nowhere.c"), "nowhere.c");
    expect_usage(hilo("run %s/echo.c hello", programs), "goes behind --");
    expect_usage(hilo("run %s/echo.c %s/echo.c", programs, programs), "named twice");
    expect_usage(hilo("run %s/echo.c --stdin nowhere.txt", programs), "nowhere.txt");
    expect_usage(hilo("check -e likes --stdin x %s/echo.c", programs), "--stdin");
}
END_TEST

START_TEST(too_much_to_give_is_refused)
{
    enum { TOO_LONG = (1 << 20) + 1 };
    char *bytes = calloc(TOO_LONG, 1);
    ck_assert_ptr_nonnull(bytes);
    write_file("long", bytes, TOO_LONG);
    expect_usage(hilo("run %s/echo.c --stdin long", programs), "longer than");
    memset(bytes, 'x', 2000);
    bytes[2000] = '\0';
    expect_usage(hilo("run %s/echo.c -- %s", programs, bytes), "at most 1024 bytes");
    for (int i = 0; i < 65; i++)
        strcpy(bytes + 2 * (size_t)i, "a ");
    expect_usage(hilo("run %s/echo.c -- %s", programs, bytes), "at most 64 arguments");
    free(bytes);
}
END_TEST

START_TEST(a_replay_is_given_what_the_run_was_given)
{
    write_file("word", "exceeding\n", 10);
    expect_only("input_too_long.c", "--stdin word --lanes explore", "out-of-bounds", "");
    ck_assert_int_eq(hilo("replay r.json --source %s --stdin word --lang en", programs), 1);
    ck_assert(says(hilo_out(), "out-of-bounds"));
    ck_assert_int_eq(hilo("replay r.json --source %s --lang en", programs), 0);
    expect_usage(hilo("replay r.json"), "input_too_long.c");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run");
    TCase *tcase = tcase_create("run");
    tcase_add_checked_fixture(tcase, enter, leave);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_deadlock_is_found_and_explained_and_replayed);
    tcase_add_test(tcase, a_lost_update_is_a_race_and_its_consequence_is_told);
    tcase_add_test(tcase, a_thread_that_main_never_joined_is_leaked);
    tcase_add_test(tcase, who_is_left_when_main_leaves_may_be_stuck);
    tcase_add_test(tcase, a_failed_assertion_is_a_crash);
    tcase_add_test(tcase, each_native_lane_finds_alone);
    tcase_add_test(tcase, looking_behind_the_arguments_is_out_of_bounds);
    tcase_add_test(tcase, a_word_longer_than_its_buffer_is_out_of_bounds);
    tcase_add_test(tcase, a_clean_program_reads_its_input_and_passes);
    tcase_add_test(tcase, without_input_there_is_nothing_to_read);
    tcase_add_test(tcase, input_is_read_as_the_c_library_reads_it);
    tcase_add_test(tcase, arguments_arrive_as_they_were_given);
    tcase_add_test(tcase, a_thread_may_end_the_program);
    tcase_add_test(tcase, main_may_leave_the_others_alone);
    tcase_add_test(tcase, each_run_starts_afresh);
    tcase_add_test(tcase, several_files_in_several_folders_are_one_program);
    tcase_add_test(tcase, the_same_program_gives_the_same_findings);
    tcase_add_test(tcase, a_program_needs_one_main);
    tcase_add_test(tcase, a_function_that_is_not_known_is_named);
    tcase_add_test(tcase, wrong_usage_is_told_by_name);
    tcase_add_test(tcase, too_much_to_give_is_refused);
    tcase_add_test(tcase, a_replay_is_given_what_the_run_was_given);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
