/* test_verdict.c - what the lanes saw becomes findings, points and a verdict. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/verdict.h"

/*
 * The stage: an exercise with the scenarios `two` (30 points) and `one` (10 points), and a report.
 * run() puts on it what one lane's harness said; an end that is not RUN_DONE is set by hand.
 */
static struct judgement judgement;
static struct manifest_scenario scenarios[2];
static struct manifest manifest;
static struct input_range input = {.name = (char *)"n"};
static struct parallel_pair pair = {(char *)"a", (char *)"b"};
static struct lane_run lanes[4];
static size_t n_lanes;
static struct report *report;

static void set_stage(void)
{
    struct error error = {0};
    judgement = (struct judgement){.text = (char *)"total == n", .kind = KIND_WRONG_RESULT};
    judgement.that = judge_parse(judgement.text, &error);
    ck_assert_ptr_nonnull(judgement.that);
    for (int i = 0; i < 2; i++)
        scenarios[i] = (struct manifest_scenario){
            .name = (char *)(i ? "one" : "two"),
            .points = i ? 10 : 30,
            .lanes = {true, true, true},
            .n_inputs = 1,
            .inputs = &input,
            .n_judgements = 1,
            .judgements = &judgement,
            .steps = 1000,
        };
    manifest = (struct manifest){.n_scenarios = 2, .scenarios = scenarios};
    report = report_new("en");
    n_lanes = 0;
}

static void clear_stage(void)
{
    for (size_t i = 0; i < n_lanes; i++)
        lane_close(&lanes[i]);
    judge_free(judgement.that);
    report_free(report);
}

/* A lane ran; `two` and `one` are the lines of each scenario between begin and done. */
static struct lane_run *run(enum lane which, const char *coverage, const char *two, const char *one)
{
    char text[4096];
    const char *const lines[] = {two, one};
    struct lane_run *lane = &lanes[n_lanes++];
    *lane =
        (struct lane_run){.lane = which, .manifest = &manifest, .student = "/", .scenarios = "/"};
    int length = snprintf(text, sizeof text, "hello version=1 lane=%s\n", lane_name(which));
    for (int i = 0; i < 2; i++) {
        int outcomes = 0;
        for (const char *at = lines[i]; (at = strstr(at, "outcome")); at++)
            outcomes++;
        length += snprintf(text + length, sizeof text - (size_t)length,
                           "begin scenario=%s\n%sdone scenario=%s executions=5 outcomes=%d "
                           "coverage=%s\n",
                           scenarios[i].name, lines[i], scenarios[i].name, outcomes, coverage);
    }
    lane->streams = calloc(1, sizeof *lane->streams);
    lane->streams[lane->n_streams++] = records_parse(text, (size_t)length, which);
    ck_assert_uint_eq(lane->streams[0]->n_scenarios, 2);
    for (size_t i = 0; i < 2; i++)
        lane->runs[lane->n_runs++] = (struct run){
            .scenario = &scenarios[i],
            .index = i,
            .end = RUN_DONE,
            .records = &lane->streams[0]->scenarios[i],
            .inputs = {4},
        };
    report->lanes[which].asked = true;
    return lane;
}

static void judge(void)
{
    struct evidence evidence = {.manifest = &manifest, .lanes = lanes, .n_lanes = n_lanes};
    verdict_reach(report, &evidence);
}

#define RIGHT "outcome id=0 count=5 token=t a.total=4\n"

static void expect(enum verdict verdict, double points, size_t n_findings)
{
    ck_assert_int_eq(report->verdict, verdict);
    ck_assert_double_eq(report->points, points);
    ck_assert_double_eq(report->max, 40);
    ck_assert_uint_eq(report->n_findings, n_findings);
}

START_TEST(all_lanes_whole_and_right_passes)
{
    run(LANE_EXPLORE, "proved", RIGHT, RIGHT);
    run(LANE_TSAN, "", RIGHT, RIGHT);
    run(LANE_STRESS, "", RIGHT, RIGHT);
    judge();
    expect(VERDICT_PASS, 40, 0);
    ck_assert_str_eq(report->lanes[LANE_EXPLORE].coverage, "proved");
    ck_assert_uint_eq(report->scenarios[0].n_outcomes, 1);
    ck_assert(report->scenarios[0].outcomes[0].right);
}
END_TEST

START_TEST(a_wrong_answer_costs_its_scenario_and_names_the_values)
{
    run(LANE_EXPLORE, "sampled",
        RIGHT "outcome id=1 count=1 token=long a.total=2\n"
              "outcome id=2 count=1 token=s a.total=3\n",
        RIGHT);
    judge();
    expect(VERDICT_FAIL, 10, 1);
    const struct finding *finding = &report->findings[0];
    ck_assert_int_eq(finding->kind, KIND_WRONG_RESULT);
    ck_assert_str_eq(finding->id, "F1");
    ck_assert_str_eq(finding->replay, "s");
    ck_assert_str_eq(finding->detail, "total was 3, expected total == n (n=4)");
    ck_assert(finding->reproduced);
    ck_assert_int_eq(finding->seen, 2);
}
END_TEST

START_TEST(an_answer_that_is_missing_is_wrong)
{
    run(LANE_EXPLORE, "sampled", "outcome id=0 count=5 token=t\n", RIGHT);
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert_ptr_nonnull(strstr(report->findings[0].detail, "total was not answered"));
}
END_TEST

START_TEST(a_check_that_broke_is_wrong)
{
    run(LANE_EXPLORE, "sampled", "outcome id=0 count=5 token=t a.total=4 c.fair=0\n", RIGHT);
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert_str_eq(report->findings[0].detail, "this did not hold: fair");
}
END_TEST

START_TEST(no_answer_at_all_is_an_error_of_ours)
{
    run(LANE_EXPLORE, "sampled", "", RIGHT);
    judge();
    expect(VERDICT_ERROR, 10, 0);
    ck_assert_int_eq(report->scenarios[0].status, STATUS_ERROR);
    ck_assert_uint_eq(report->n_errors, 1);
}
END_TEST

START_TEST(a_run_that_failed_for_us_never_passes)
{
    struct lane_run *lane = run(LANE_EXPLORE, "sampled", RIGHT, RIGHT);
    lane->runs[0].end = RUN_FAILED;
    strcpy(lane->runs[0].why, "the machine was too busy");
    judge();
    expect(VERDICT_ERROR, 10, 0);
    ck_assert_str_eq(report->errors[0], "the machine was too busy");
    ck_assert(!report->lanes[LANE_EXPLORE].ran);
}
END_TEST

START_TEST(a_scenario_that_was_not_tried_never_passes)
{
    run(LANE_STRESS, "", RIGHT, RIGHT)->runs[1].end = RUN_NOT_TRIED;
    judge();
    expect(VERDICT_ERROR, 30, 0);
}
END_TEST

/* How a process may end in the middle, and what is found then. */
static const struct {
    enum run_end end;
    enum kind kind;
} ends[] = {
    {RUN_CRASHED, KIND_CRASH},
    {RUN_EXITED, KIND_CRASH},
    {RUN_HUNG, KIND_HANG},
    {RUN_REFUSED, KIND_FORBIDDEN},
};

START_TEST(an_early_end_is_a_finding)
{
    struct lane_run *lane = run(LANE_STRESS, "", RIGHT, RIGHT);
    lane->runs[0].end = ends[_i].end;
    lane->runs[0].status = 11;
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert_int_eq(report->findings[0].kind, ends[_i].kind);
    ck_assert(!report->findings[0].reproduced);
}
END_TEST

START_TEST(records_without_end_are_an_error)
{
    run(LANE_STRESS, "", RIGHT, RIGHT)->runs[0].end = RUN_FLOODED;
    judge();
    expect(VERDICT_ERROR, 10, 0);
}
END_TEST

START_TEST(a_native_lane_that_was_too_slow_is_an_error)
{
    run(LANE_EXPLORE, "sampled", RIGHT, RIGHT);
    struct lane_run *lane = run(LANE_TSAN, "", RIGHT, RIGHT);
    lane->streams[0]->scenarios[1].truncated = 1;
    judge();
    expect(VERDICT_ERROR, 30, 0);
    ck_assert_ptr_nonnull(strstr(report->errors[0], "too long"));
}
END_TEST

START_TEST(an_exploration_without_end_is_a_hang)
{
    struct lane_run *lane = run(LANE_EXPLORE, "sampled", "", RIGHT);
    lane->streams[0]->scenarios[0].truncated = 5;
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert_int_eq(report->findings[0].kind, KIND_HANG);
}
END_TEST

#define DEADLOCK "finding id=0 kind=deadlock seen=3 token=d\nwait finding=0 thread=1 op=lock\n"
#define ORDER    "finding id=0 kind=lock-order seen=1\nwait finding=0 thread=1 op=lock\n"

START_TEST(what_explore_has_too_is_told_once)
{
    run(LANE_EXPLORE, "sampled", DEADLOCK RIGHT, RIGHT);
    run(LANE_TSAN, "", ORDER RIGHT, RIGHT);
    run(LANE_STRESS, "", "finding id=0 kind=hang seen=1\n" RIGHT, RIGHT);
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert_int_eq(report->findings[0].kind, KIND_DEADLOCK);
    ck_assert_int_eq(report->findings[0].lane, LANE_EXPLORE);
    ck_assert_uint_eq(report->findings[0].also_seen, 1u << LANE_TSAN | 1u << LANE_STRESS);
}
END_TEST

START_TEST(a_lock_order_that_explore_refutes_is_dropped)
{
    run(LANE_EXPLORE, "proved", RIGHT, RIGHT);
    run(LANE_TSAN, "", ORDER RIGHT, RIGHT);
    judge();
    expect(VERDICT_PASS, 40, 0);
}
END_TEST

START_TEST(a_lock_order_that_explore_merely_did_not_see_counts)
{
    run(LANE_EXPLORE, "sampled", RIGHT, RIGHT);
    run(LANE_TSAN, "", ORDER RIGHT, RIGHT);
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert(!report->findings[0].reproduced);
}
END_TEST

START_TEST(a_native_finding_of_another_scenario_stays)
{
    run(LANE_EXPLORE, "sampled", DEADLOCK RIGHT, RIGHT);
    run(LANE_STRESS, "", RIGHT, "finding id=0 kind=hang seen=1\n" RIGHT);
    judge();
    expect(VERDICT_FAIL, 0, 2);
    ck_assert_str_eq(report->findings[1].scenario, "one");
    ck_assert_str_eq(report->findings[1].id, "F2");
}
END_TEST

START_TEST(a_wrong_answer_of_two_lanes_is_one)
{
    run(LANE_EXPLORE, "sampled", RIGHT "outcome id=1 count=1 token=s a.total=3\n", RIGHT);
    run(LANE_STRESS, "", "outcome id=0 count=9 a.total=1\n", RIGHT);
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert_uint_eq(report->findings[0].also_seen, 1u << LANE_STRESS);
}
END_TEST

START_TEST(nothing_that_overlaps_is_over_synchronised)
{
    scenarios[0].n_parallel = 1;
    scenarios[0].parallel = &pair;
    run(LANE_EXPLORE, "sampled", RIGHT "fact name=overlap:a:b value=0\n", RIGHT);
    judge();
    expect(VERDICT_FAIL, 10, 1);
    ck_assert_int_eq(report->findings[0].kind, KIND_OVER_SYNCHRONISED);
}
END_TEST

START_TEST(an_overlap_in_either_order_will_do)
{
    scenarios[0].n_parallel = 1;
    scenarios[0].parallel = &pair;
    run(LANE_EXPLORE, "sampled", RIGHT "fact name=overlap:b:a value=1\n", RIGHT);
    judge();
    expect(VERDICT_PASS, 40, 0);
}
END_TEST

START_TEST(what_is_graded_elsewhere_fails_but_keeps_the_points)
{
    scenarios[0].graded_elsewhere[KIND_MEMORY_LEAK] = true;
    run(LANE_EXPLORE, "sampled", RIGHT "finding id=0 kind=memory-leak seen=5\n", RIGHT);
    judge();
    expect(VERDICT_FAIL, 40, 1);
}
END_TEST

START_TEST(a_lane_that_was_asked_for_and_did_not_run_never_passes)
{
    run(LANE_STRESS, "", RIGHT, RIGHT);
    report->lanes[LANE_EXPLORE].asked = true;
    judge();
    expect(VERDICT_FAIL, 0, 0);
}
END_TEST

START_TEST(a_scenario_that_no_lane_ran_is_not_a_pass)
{
    run(LANE_STRESS, "", RIGHT, RIGHT)->n_runs = 1;
    scenarios[1].lanes[LANE_STRESS] = false;
    judge();
    expect(VERDICT_FAIL, 30, 0);
    ck_assert_int_eq(report->scenarios[1].status, STATUS_NOT_RUN);
}
END_TEST

START_TEST(the_order_is_that_of_lanes_and_scenarios)
{
    run(LANE_EXPLORE, "sampled", RIGHT, RIGHT "finding id=0 kind=busy-wait seen=1\n");
    run(LANE_TSAN, "", RIGHT "finding id=0 kind=unlock-not-owner seen=1\n", RIGHT);
    run(LANE_STRESS, "", RIGHT "finding id=0 kind=double-join seen=1\n", RIGHT);
    judge();
    expect(VERDICT_FAIL, 0, 3);
    ck_assert_int_eq(report->findings[0].kind, KIND_BUSY_WAIT);
    ck_assert_int_eq(report->findings[1].kind, KIND_UNLOCK_NOT_OWNER);
    ck_assert_int_eq(report->findings[2].kind, KIND_DOUBLE_JOIN);
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_test(tests, all_lanes_whole_and_right_passes);
    tcase_add_test(tests, a_wrong_answer_costs_its_scenario_and_names_the_values);
    tcase_add_test(tests, an_answer_that_is_missing_is_wrong);
    tcase_add_test(tests, a_check_that_broke_is_wrong);
    tcase_add_test(tests, no_answer_at_all_is_an_error_of_ours);
    tcase_add_test(tests, a_run_that_failed_for_us_never_passes);
    tcase_add_test(tests, a_scenario_that_was_not_tried_never_passes);
    tcase_add_loop_test(tests, an_early_end_is_a_finding, 0, sizeof ends / sizeof *ends);
    tcase_add_test(tests, records_without_end_are_an_error);
    tcase_add_test(tests, a_native_lane_that_was_too_slow_is_an_error);
    tcase_add_test(tests, an_exploration_without_end_is_a_hang);
    tcase_add_test(tests, what_explore_has_too_is_told_once);
    tcase_add_test(tests, a_lock_order_that_explore_refutes_is_dropped);
    tcase_add_test(tests, a_lock_order_that_explore_merely_did_not_see_counts);
    tcase_add_test(tests, a_native_finding_of_another_scenario_stays);
    tcase_add_test(tests, a_wrong_answer_of_two_lanes_is_one);
    tcase_add_test(tests, nothing_that_overlaps_is_over_synchronised);
    tcase_add_test(tests, an_overlap_in_either_order_will_do);
    tcase_add_test(tests, what_is_graded_elsewhere_fails_but_keeps_the_points);
    tcase_add_test(tests, a_lane_that_was_asked_for_and_did_not_run_never_passes);
    tcase_add_test(tests, a_scenario_that_no_lane_ran_is_not_a_pass);
    tcase_add_test(tests, the_order_is_that_of_lanes_and_scenarios);
}

int main(void)
{
    Suite *suite = suite_create("verdict");
    TCase *tests = tcase_create("verdict");
    tcase_add_checked_fixture(tests, set_stage, clear_stage);
    add_tests(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
