/* The tsan lane: libtsan's reports become findings, and only those that mean something. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tests/lanes.h"

static void build(void)
{
    lanes_build("harness/tests/probes/tsan.c", "harness/tests/probes/tsan_scenarios.c");
}

static struct said *run(const char *scenarios)
{
    struct said *said = lanes_run("tsan", scenarios, "executions=4");
    ck_assert_msg(said->whole, "not whole");
    return said;
}

static const struct record_view *only_finding(const struct said *said, const char *kind)
{
    ck_assert_uint_eq(said_count(said, "finding"), 1);
    const struct record_view *finding = said_line(said, "finding", 0);
    ck_assert_str_eq(record_get(finding, "kind"), kind);
    return finding;
}

static void ends_in_student(const struct said *said, const char *of)
{
    const struct record_view *frame = said_line_with(said, "frame", "of", of, 0);
    ck_assert_msg(frame != NULL, "no frame of %s", of);
    ck_assert_str_eq(record_get(frame, "module"), "student");
}

START_TEST(good_programs_get_no_finding)
{
    static const char names[] = "good atomic tasks gated one_after_the_other detached c11";
    struct said *said = run(names);
    ck_assert_uint_eq(said_count(said, "finding"), 0);
    ck_assert_uint_eq(said_count(said, "note"), 0);
    ck_assert_uint_eq(said_count(said, "outcome"), said_count(said, "done"));
    for (size_t i = 0; i < said_count(said, "done"); i++) {
        ck_assert_int_eq(said_int(said_line(said, "done", i), "executions"), 4);
        ck_assert_int_eq(said_int(said_line(said, "done", i), "truncated"), 0);
    }
    said_free(said);
}
END_TEST

static const char *const races[] = {"bare", "one_side", "two_locks", "volatile"};

START_TEST(a_race_has_two_accesses_of_one_variable)
{
    struct said *said = run(races[_i]);
    only_finding(said, "data-race");
    const struct record_view *one = said_line(said, "access", 0);
    const struct record_view *two = said_line(said, "access", 1);
    ck_assert_int_ne(said_int(one, "thread"), said_int(two, "thread"));
    ck_assert_int_eq(said_int(one, "object"), 1);
    ck_assert_int_eq(said_int(two, "object"), 1);
    ck_assert_int_eq(said_int(one, "size"), _i == 3 ? 4 : 8);
    bool write = strstr(record_get(one, "op"), "write") || strstr(record_get(two, "op"), "write");
    ck_assert(write);
    ends_in_student(said, "access0");
    ends_in_student(said, "access1");
    ck_assert_str_eq(record_get(said_line(said, "object", 0), "module"), "student");
    ck_assert_uint_ge(said_count(said, "thread"), 2);
    said_free(said);
}
END_TEST

START_TEST(a_race_in_the_heap_tells_the_block)
{
    struct said *said = run("heap");
    only_finding(said, "data-race");
    const struct record_view *object = said_line(said, "object", 0);
    ck_assert_int_eq(said_int(object, "heap"), 16);
    ck_assert_int_eq(said_int(object, "size"), 32);
    ends_in_student(said, "object1");
    said_free(said);
}
END_TEST

START_TEST(a_race_on_a_stack_tells_whose_it_is)
{
    struct said *said = run("stack");
    only_finding(said, "data-race");
    ck_assert_int_eq(said_int(said_line(said, "object", 0), "thread"), 0);
    said_free(said);
}
END_TEST

START_TEST(use_after_free_tells_use_and_free)
{
    struct said *said = run("freed");
    ck_assert_uint_ge(said_count(said, "finding"), 1);
    ck_assert_ptr_nonnull(said_line_with(said, "access", "op", "free", 0));
    said_free(said);
}
END_TEST

START_TEST(a_race_of_the_next_scenario_is_left_to_another_process)
{
    struct said *said = run("bare one_side");
    ck_assert_uint_eq(said_count(said, "done"), 1);
    ck_assert_uint_eq(said_count(said, "finding"), 1);
    said_free(said);
}
END_TEST

START_TEST(a_cycle_of_locks_is_told_with_both_threads)
{
    struct said *said = run("cycle");
    only_finding(said, "lock-order");
    const struct record_view *x = said_line(said, "wait", 0), *y = said_line(said, "wait", 1);
    ck_assert_int_ne(said_int(x, "thread"), said_int(y, "thread"));
    ck_assert_int_ne(said_int(x, "object"), said_int(y, "object"));
    ck_assert_uint_eq(said_count(said, "held"), 2);
    said_free(said);
}
END_TEST

static const struct {
    const char *scenario, *kind;
} misuses[] = {
    {"not_owner", "unlock-not-owner"},
    {"destroyed", "lock-destroyed-while-held"},
    {"leak", "thread-leak"},
    {"null", "crash"},
    {"unheard", "hang"},
};

START_TEST(misuse_is_told_by_its_kind)
{
    struct said *said = run(misuses[_i].scenario);
    only_finding(said, misuses[_i].kind);
    ck_assert_ptr_nonnull(said_line_with(said, "frame", "module", "student", 0));
    said_free(said);
}
END_TEST

START_TEST(a_race_before_an_early_end_is_told_too)
{
    struct said *said = run("race_then_exit");
    ck_assert_ptr_nonnull(said_line_with(said, "finding", "kind", "data-race", 0));
    ck_assert_ptr_nonnull(said_line_with(said, "finding", "kind", "crash", 0));
    said_free(said);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tsan");
    TCase *tests = tcase_create("tsan");
    tcase_add_unchecked_fixture(tests, build, lanes_clean);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, good_programs_get_no_finding);
    tcase_add_loop_test(tests, a_race_has_two_accesses_of_one_variable, 0,
                        sizeof races / sizeof *races);
    tcase_add_test(tests, a_race_in_the_heap_tells_the_block);
    tcase_add_test(tests, a_race_on_a_stack_tells_whose_it_is);
    tcase_add_test(tests, use_after_free_tells_use_and_free);
    tcase_add_test(tests, a_race_of_the_next_scenario_is_left_to_another_process);
    tcase_add_test(tests, a_cycle_of_locks_is_told_with_both_threads);
    tcase_add_loop_test(tests, misuse_is_told_by_its_kind, 0, sizeof misuses / sizeof *misuses);
    tcase_add_test(tests, a_race_before_an_early_end_is_told_too);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
