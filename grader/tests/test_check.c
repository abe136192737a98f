/* test_check.c - hilo end to end, through the built program: what is right, wrong and hostile. */
#include <check.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/tests/program.h"

#define QUICK "check -e likes --effort quick --lanes explore"

static bool says(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

/* Nothing of a run that is over may be left: no folder, and what went wrong is named. */
static void expect_refusal(int status, int wanted, const char *named)
{
    ck_assert_msg(status == wanted, "exit status %d: %s", status, hilo_err());
    ck_assert_msg(says(hilo_err(), named) || says(hilo_out(), named), "does not name %s: %s", named,
                  hilo_err());
    ck_assert_uint_eq(left_behind(), 0);
}

/* ---- usage ---- */

START_TEST(hilo_alone_says_what_there_is)
{
    ck_assert_int_eq(hilo("%s", ""), 2);
    ck_assert(says(hilo_err(), "hilo check") && says(hilo_err(), "hilo batch"));
}
END_TEST

START_TEST(help_and_version_succeed)
{
    static const char *const commands[] = {"list",   "start",  "check",  "batch", "explain",
                                           "replay", "report", "doctor", "run",   ""};
    ck_assert_int_eq(hilo("--version"), 0);
    ck_assert(says(hilo_out(), "hilo "));
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        ck_assert_int_eq(hilo("%s --help", commands[i]), 0);
        ck_assert(says(hilo_out(), "usage: hilo"));
    }
}
END_TEST

START_TEST(a_format_that_is_not_written_yet_is_refused_by_name)
{
    expect_refusal(hilo(QUICK " --html a.html %s", likes("good/atomics.c")), 2, "--html");
}
END_TEST

START_TEST(list_shows_the_exercises)
{
    ck_assert_int_eq(hilo("list"), 0);
    ck_assert(says(hilo_out(), "likes") && says(hilo_out(), "100"));
}
END_TEST

/* ---- bad input ---- */

START_TEST(no_such_file)
{
    expect_refusal(hilo(QUICK " nowhere.c"), 2, "nowhere.c");
    expect_refusal(hilo("check nowhere.c"), 2, "nowhere.c");
    expect_refusal(hilo("batch -e likes -o o nowhere"), 2, "nowhere");
}
END_TEST

START_TEST(an_empty_file)
{
    write_file("empty.c", "", 0);
    expect_refusal(hilo(QUICK " empty.c"), 1, "empty");
}
END_TEST

START_TEST(a_binary_file)
{
    write_file("binary.c", "\177ELF\0\1\2\3\xff\xfe", 10);
    expect_refusal(hilo(QUICK " binary.c"), 1, "binary");
}
END_TEST

START_TEST(a_file_of_100_megabytes)
{
    char path[4096];
    write_file("huge.c", "int a;\n", 7);
    snprintf(path, sizeof path, "%s/../huge.c", getenv("TMPDIR"));
    ck_assert_int_eq(truncate(path, 100 << 20), 0);
    expect_refusal(hilo(QUICK " huge.c"), 1, "huge");
}
END_TEST

START_TEST(no_permission)
{
    char path[4096];
    if (geteuid() == 0)
        return; /* root may read everything */
    write_file("locked.c", "int a;\n", 7);
    snprintf(path, sizeof path, "%s/../locked.c", getenv("TMPDIR"));
    ck_assert_int_eq(chmod(path, 0), 0);
    expect_refusal(hilo(QUICK " locked.c"), 2, "locked.c");
}
END_TEST

START_TEST(a_pipe_or_a_link_in_place_of_a_file)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/../pipe.c", getenv("TMPDIR"));
    ck_assert_int_eq(mkfifo(path, 0666), 0);
    ck_assert_int_ne(hilo(QUICK " pipe.c"), 0);
    ck_assert(says(hilo_err(), "pipe") || says(hilo_out(), "pipe"));
}
END_TEST

START_TEST(an_unknown_exercise)
{
    write_file("a.c", "int a;\n", 7);
    expect_refusal(hilo("check -e lykes a.c"), 2, "lykes");
    ck_assert(says(hilo_err(), "likes"));
    expect_refusal(hilo("check a.c"), 2, "-e");
    expect_refusal(hilo("start lykes"), 2, "lykes");
}
END_TEST

START_TEST(a_broken_manifest)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/../mine", getenv("TMPDIR"));
    ck_assert_int_eq(mkdir(path, 0755), 0);
    write_file("mine/exercise.json", "{\"schema\": \"hilo-exercise/1\",\n \"ponts\": 3,\n", 44);
    write_file("a.c", "int a;\n", 7);
    expect_refusal(hilo("check -e ./mine a.c"), 2, "exercise.json");
}
END_TEST

START_TEST(a_full_disk_at_the_output)
{
    write_file("empty.c", "", 0);
    expect_refusal(hilo_on_full_disk(QUICK " --json r.json -q empty.c"), 3, "r.json");
    ck_assert_str_eq(read_whole("r.json"), "");
    expect_refusal(hilo_on_full_disk("check --help"), 3, "standard output");
}
END_TEST

START_TEST(a_full_disk_under_a_batch)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/../class", getenv("TMPDIR"));
    ck_assert_int_eq(mkdir(path, 0755), 0);
    write_file("class/empty.c", "", 0);
    expect_refusal(hilo_on_full_disk("batch -q -e likes -o o class"), 3, "o/empty.json");
}
END_TEST

START_TEST(a_place_that_cannot_be_written)
{
    write_file("file", "", 0);
    expect_refusal(hilo("batch -e likes -o file %s", likes("good")), 2, "file");
    int status =
        hilo(QUICK " --json no/such/folder/a.json -q %s", likes("broken/does_not_compile.c"));
    ck_assert_int_ge(status, 2);
    ck_assert(says(hilo_err(), "no/such/folder"));
}
END_TEST

START_TEST(isolation_that_is_not_there_fails_closed)
{
    ck_assert_int_eq(hilo(QUICK " --require-isolation 3 %s", likes("good/atomics.c")), 3);
    ck_assert(says(hilo_out(), "isolation of tier 3"));
}
END_TEST

/* ---- grading ---- */

START_TEST(a_good_solution_passes)
{
    int status =
        hilo("check -e likes --effort quick --json r.json %s", likes("good/mutex_per_batch.c"));
    ck_assert_msg(status == 0, "%s%s", hilo_out(), hilo_err());
    ck_assert(says(read_whole("r.json"), "\"verdict\": \"pass\""));
    ck_assert_uint_eq(left_behind(), 0);
}
END_TEST

START_TEST(a_broken_one_fails_with_its_story)
{
    ck_assert_int_eq(hilo(QUICK " --json r.json %s", likes("broken/self_deadlock.c")), 1);
    ck_assert(says(hilo_out(), "deadlock"));
    ck_assert(says(read_whole("r.json"), "\"kind\": \"deadlock\""));
    ck_assert_int_eq(hilo("explain r.json F1 --source %s", likes("broken")), 0);
    ck_assert(says(hilo_out(), "Hint"));
    ck_assert_int_eq(hilo("explain r.json F99"), 2);
    ck_assert_int_eq(hilo("replay r.json F1 --source %s", likes("broken/self_deadlock.c")), 1);
    ck_assert(says(hilo_out(), "deadlock"));
    ck_assert_int_eq(hilo("replay r.json F1"), 2);
    ck_assert(says(hilo_err(), "--source"));
    ck_assert_uint_eq(left_behind(), 0);
}
END_TEST

START_TEST(a_replay_says_that_the_sources_changed)
{
    ck_assert_int_eq(hilo(QUICK " --json r.json %s", likes("broken/self_deadlock.c")), 1);
    hilo("replay r.json --source %s", likes("good/mutex_per_batch.c"));
    ck_assert(says(hilo_err(), "changed"));
}
END_TEST

START_TEST(a_replay_in_gdb_stops_in_the_submission)
{
    static const char commands[] = "backtrace\nhilo-thread 0\nhilo-thread 1\nhilo-thread 99\n"
                                   "break likes_total\nrun\nquit\n";
    write_file("commands", commands, sizeof commands - 1);
    ck_assert_int_eq(hilo(QUICK " --json r.json %s", likes("broken/lock_order.c")), 1);
    int status = hilo("replay r.json --gdb --source %s <commands", likes("broken/lock_order.c"));
    ck_assert_msg(status == 0, "%d: %s", status, hilo_err());
    ck_assert_msg(says(hilo_out(), "hilo: here it goes wrong"), "%s", hilo_out());
    ck_assert(says(hilo_out(), "\"deadlock\""));
    ck_assert(says(hilo_out(), "pthread_mutex_lock(&site_lock);"));
    ck_assert(says(hilo_out(), "in likes_add ") && says(hilo_out(), "in likes_total "));
    ck_assert(says(hilo_out(), "no such thread"));
    ck_assert_msg(says(hilo_out(), "Breakpoint 2, likes_total"), "%s", hilo_out());
    ck_assert_uint_eq(left_behind(), 0);
}
END_TEST

START_TEST(a_wrong_answer_in_gdb_stops_where_its_scenario_begins)
{
    write_file("commands", "quit\n", 5);
    hilo(QUICK " --json r.json %s", likes("broken/if_instead_of_while.c"));
    hilo("replay r.json --gdb --source %s <commands", likes("broken/if_instead_of_while.c"));
    ck_assert_msg(says(hilo_out(), "Breakpoint 2, hilo_scenario_"), "%s", hilo_out());
}
END_TEST

START_TEST(without_gdb_the_package_is_named)
{
    char path[4096], gcc[4096];
    snprintf(path, sizeof path, "%s/../bin", getenv("TMPDIR"));
    ck_assert_int_eq(mkdir(path, 0755), 0);
    static const char *const tools[] = {"gcc", "as", "ld"};
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        snprintf(gcc, sizeof gcc, "/usr/bin/%s", tools[i]);
        snprintf(path, sizeof path, "%s/../bin/%s", getenv("TMPDIR"), tools[i]);
        ck_assert_int_eq(symlink(gcc, path), 0);
    }
    hilo(QUICK " --json r.json %s", likes("broken/self_deadlock.c"));
    snprintf(path, sizeof path, "%s/../bin", getenv("TMPDIR"));
    ck_assert_int_eq(setenv("PATH", path, 1), 0);
    expect_refusal(
        hilo("replay r.json --gdb --source %s </dev/null", likes("broken/self_deadlock.c")), 3,
        "install gdb");
}
END_TEST

START_TEST(what_does_not_compile_gets_no_points)
{
    ck_assert_int_eq(hilo(QUICK " %s", likes("broken/does_not_compile.c")), 1);
    ck_assert(says(hilo_out(), "compile-error"));
    ck_assert(says(hilo_out(), "does_not_compile.c:"));
}
END_TEST

START_TEST(json_on_standard_output_is_alone)
{
    ck_assert_int_eq(hilo(QUICK " --json - %s", likes("broken/lock_copied.c")), 1);
    ck_assert_int_eq(hilo_out()[0], '{');
    ck_assert_str_eq(hilo_err(), "");
    json_t *report = json_loads(hilo_out(), 0, NULL);
    ck_assert_ptr_nonnull(report);
    json_decref(report);
}
END_TEST

START_TEST(quiet_is_quiet)
{
    ck_assert_int_eq(hilo(QUICK " -q %s", likes("broken/does_not_compile.c")), 1);
    ck_assert_str_eq(hilo_out(), "");
    ck_assert_str_eq(hilo_err(), "");
}
END_TEST

/* The report without what a clock decided. */
static char *timeless(const char *path)
{
    ck_assert_int_eq(hilo(QUICK " --json r.json %s", path), 1);
    json_t *report = json_loads(read_whole("r.json"), 0, NULL);
    ck_assert_ptr_nonnull(report);
    json_object_del(report, "timing");
    char *text = json_dumps(report, JSON_INDENT(1));
    json_decref(report);
    return text;
}

START_TEST(the_same_submission_gives_the_same_report)
{
    static const char *const names[] = {"broken/total_in_two_steps.c", "broken/lock_order.c"};
    char *first = timeless(likes(names[_i])), *second = timeless(likes(names[_i]));
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
}
END_TEST

/* ---- start ---- */

START_TEST(start_makes_a_folder_that_check_knows)
{
    ck_assert_int_eq(hilo("start likes mine --lang es"), 0);
    ck_assert_str_ne(read_whole("mine/likes.h"), "");
    ck_assert_str_ne(read_whole("mine/README.md"), "");
    ck_assert_str_eq(read_whole("mine/.hilo"), "likes\n");
    ck_assert_int_eq(hilo("check mine"), 1);
    ck_assert(says(hilo_out(), "unchanged-starter"));
    ck_assert_int_eq(hilo("check mine/likes.c"), 1);
    ck_assert_uint_eq(left_behind(), 0);
}
END_TEST

START_TEST(start_never_overwrites)
{
    ck_assert_int_eq(hilo("start likes"), 0);
    write_file("likes/likes.c", "mine\n", 5);
    ck_assert_int_eq(hilo("start likes"), 0);
    ck_assert_str_eq(read_whole("likes/likes.c"), "mine\n");
    ck_assert(says(hilo_out(), "left as it is"));
}
END_TEST

/* ---- interruption ---- */

START_TEST(an_interrupted_check_leaves_nothing_behind)
{
    pid_t pid = hilo_start("check -e likes %s", likes("broken/never_returns.c"));
    ck_assert(wait_for_entry("tmp"));
    ck_assert_int_eq(kill(pid, SIGINT), 0);
    ck_assert_int_eq(hilo_wait(pid), 3);
    ck_assert_uint_eq(left_behind(), 0);
}
END_TEST

START_TEST(an_interrupted_batch_keeps_what_is_finished_and_goes_on)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/../class", getenv("TMPDIR"));
    ck_assert_int_eq(mkdir(path, 0755), 0);
    write_file("class/a.c", "int a\n", 6);
    write_file("class/b.c", "int b\n", 6);
    ck_assert_int_eq(hilo("batch -q -e likes -o o class"), 1);
    ck_assert_int_eq(hilo("batch -e likes -o o class"), 1);
    ck_assert(says(hilo_out(), "2 of them unchanged"));
    const char *endless = read_whole_of(likes("broken/never_returns.c"));
    write_file("class/c.c", endless, strlen(endless));
    pid_t pid = hilo_start("batch -e likes -j 1 -o o class");
    ck_assert(wait_for_entry("tmp"));
    ck_assert_int_eq(kill(pid, SIGINT), 0);
    ck_assert_int_eq(hilo_wait(pid), 3);
    ck_assert_msg(says(hilo_err(), "interrupted: 2 of 3 graded"), "%s", hilo_err());
    ck_assert(says(read_whole("o/gradebook.csv"), "\"a\""));
    ck_assert_uint_eq(left_behind(), 0);
}
END_TEST

START_TEST(a_batch_tells_everything_in_its_table)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/../class", getenv("TMPDIR"));
    ck_assert_int_eq(mkdir(path, 0755), 0);
    write_file("class/bad.c", "int a\n", 6);
    write_file("class/empty.c", "", 0);
    write_file("class/notes.txt", "hello", 5);
    ck_assert_int_eq(hilo("batch -e likes -o o class"), 1);
    ck_assert(says(hilo_out(), "bad") && says(hilo_out(), "compile-error"));
    ck_assert(says(hilo_out(), "2 graded: 0 passed, 2 with findings"));
    ck_assert(says(hilo_err(), "[2/2]") && says(hilo_err(), "notes.txt"));
    ck_assert_str_ne(read_whole("o/bad.json"), "");
    ck_assert(says(read_whole("o/gradebook.csv"), "\"empty\""));
    ck_assert_uint_eq(left_behind(), 0);
}
END_TEST

static void add_usage_tests(TCase *tests)
{
    tcase_add_test(tests, hilo_alone_says_what_there_is);
    tcase_add_test(tests, help_and_version_succeed);
    tcase_add_test(tests, a_format_that_is_not_written_yet_is_refused_by_name);
    tcase_add_test(tests, list_shows_the_exercises);
    tcase_add_test(tests, no_such_file);
    tcase_add_test(tests, an_empty_file);
    tcase_add_test(tests, a_binary_file);
    tcase_add_test(tests, a_file_of_100_megabytes);
    tcase_add_test(tests, no_permission);
    tcase_add_test(tests, a_pipe_or_a_link_in_place_of_a_file);
    tcase_add_test(tests, an_unknown_exercise);
    tcase_add_test(tests, a_broken_manifest);
    tcase_add_test(tests, a_full_disk_at_the_output);
    tcase_add_test(tests, a_full_disk_under_a_batch);
    tcase_add_test(tests, a_place_that_cannot_be_written);
    tcase_add_test(tests, isolation_that_is_not_there_fails_closed);
}

static void add_grading_tests(TCase *tests)
{
    tcase_add_test(tests, a_good_solution_passes);
    tcase_add_test(tests, a_broken_one_fails_with_its_story);
    tcase_add_test(tests, a_replay_says_that_the_sources_changed);
    tcase_add_test(tests, a_replay_in_gdb_stops_in_the_submission);
    tcase_add_test(tests, a_wrong_answer_in_gdb_stops_where_its_scenario_begins);
    tcase_add_test(tests, without_gdb_the_package_is_named);
    tcase_add_test(tests, what_does_not_compile_gets_no_points);
    tcase_add_test(tests, json_on_standard_output_is_alone);
    tcase_add_test(tests, quiet_is_quiet);
    tcase_add_loop_test(tests, the_same_submission_gives_the_same_report, 0, 2);
    tcase_add_test(tests, start_makes_a_folder_that_check_knows);
    tcase_add_test(tests, start_never_overwrites);
    tcase_add_test(tests, an_interrupted_check_leaves_nothing_behind);
    tcase_add_test(tests, an_interrupted_batch_keeps_what_is_finished_and_goes_on);
    tcase_add_test(tests, a_batch_tells_everything_in_its_table);
}

int main(void)
{
    Suite *suite = suite_create("check");
    TCase *tests = tcase_create("check");
    tcase_add_checked_fixture(tests, program_home, program_leave);
    tcase_set_timeout(tests, 60);
    add_usage_tests(tests);
    add_grading_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
