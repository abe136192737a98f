/* The stress lane: what it finds, and that it never takes slowness for a fault. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness/tests/lanes.h"

static void build(void)
{
    lanes_build("harness/tests/probes/stress.c", "harness/tests/probes/stress_scenarios.c");
}

static struct said *run(const char *scenario)
{
    struct said *said = lanes_run("stress", scenario, "budget_ms=60 in.n=5");
    ck_assert_msg(said->whole, "not whole");
    return said;
}

/* The only finding, which must be of a kind. */
static const struct record_view *only_finding(const struct said *said, const char *kind)
{
    ck_assert_uint_eq(said_count(said, "finding"), 1);
    const struct record_view *finding = said_line(said, "finding", 0);
    ck_assert_str_eq(record_get(finding, "kind"), kind);
    return finding;
}

/* The innermost frame of a stack is the student's. */
static void ends_in_student(const struct said *said, const char *of)
{
    const struct record_view *frame = said_line_with(said, "frame", "of", of, 0);
    ck_assert_msg(frame != NULL, "no frame of %s", of);
    ck_assert_str_eq(record_get(frame, "module"), "student");
}

START_TEST(good_programs_answer_right_each_time)
{
    static const char *const lanes[] = {"stress", "perturb"};
    struct said *said =
        lanes_run(lanes[_i], "good pingpong brief_daemon timed_join error", "budget_ms=150");
    ck_assert(said->whole);
    ck_assert_uint_eq(said_count(said, "finding"), 0);
    ck_assert_uint_eq(said_count(said, "note"), 0);
    ck_assert_uint_eq(said_count(said, "done"), 5);
    ck_assert_uint_eq(said_count(said, "outcome"), 5);
    for (size_t i = 0; i < 5; i++) {
        const struct record_view *outcome = said_line(said, "outcome", i);
        const struct record_view *done = said_line(said, "done", i);
        ck_assert_int_eq(said_int(outcome, "count"), said_int(done, "executions"));
        ck_assert_int_gt(said_int(done, "executions"), 1);
        ck_assert_int_eq(said_int(done, "truncated"), 0);
    }
    ck_assert_int_eq(said_int(said_line(said, "outcome", 0), "a.r"), 80);
    ck_assert_int_eq(said_int(said_line(said, "outcome", 4), "a.r"), 1);
    said_free(said);
}
END_TEST

START_TEST(tasks_answer_and_check)
{
    struct said *said = run("tasks");
    const struct record_view *outcome = said_line(said, "outcome", 0);
    ck_assert_int_eq(said_int(outcome, "c.even"), 0);
    ck_assert_int_eq(said_int(outcome, "c.time"), 1);
    ck_assert_int_eq(said_int(outcome, "a.n"), 5);
    ck_assert_int_eq(said_int(outcome, "a.later"), 2);
    ck_assert_uint_eq(said_count(said, "finding"), 0);
    said_free(said);
}
END_TEST

START_TEST(delays_at_accesses_show_the_lost_update)
{
    struct said *said = lanes_run("perturb", "bare", "budget_ms=300");
    ck_assert(said->whole);
    ck_assert_uint_gt(said_count(said, "outcome"), 1);
    said_free(said);
}
END_TEST

START_TEST(a_circle_of_locks_is_told_with_its_owners)
{
    struct said *said = lanes_run("stress", "cycle", "budget_ms=5000");
    ck_assert(said->whole);
    only_finding(said, "hang");
    const struct record_view *x = said_line_with(said, "wait", "op", "lock", 0);
    const struct record_view *y = said_line_with(said, "wait", "op", "lock", 1);
    ck_assert_int_eq(said_int(x, "owner"), said_int(y, "thread"));
    ck_assert_int_eq(said_int(y, "owner"), said_int(x, "thread"));
    ck_assert_int_ne(said_int(x, "object"), said_int(y, "object"));
    ck_assert_ptr_nonnull(said_line_with(said, "wait", "op", "join", 0));
    ck_assert_uint_eq(said_count(said, "held"), 2);
    ends_in_student(said, "wait1");
    ends_in_student(said, "wait2");
    ck_assert_int_eq(said_int(said_line(said, "done", 0), "truncated"), 1);
    said_free(said);
}
END_TEST

START_TEST(a_wait_that_nobody_ends_is_a_hang)
{
    struct said *said = run("unheard");
    only_finding(said, "hang");
    ck_assert_str_eq(record_get(said_line(said, "wait", 0), "op"), "cond-wait");
    ck_assert_str_eq(record_get(said_line(said, "object", 0), "kind"), "cond");
    ends_in_student(said, "wait0");
    said_free(said);
}
END_TEST

START_TEST(a_lock_taken_twice_waits_for_itself)
{
    struct said *said = run("twice_locked");
    only_finding(said, "hang");
    ck_assert_int_eq(said_int(said_line(said, "wait", 0), "owner"), 0);
    said_free(said);
}
END_TEST

START_TEST(a_lock_kept_by_a_thread_that_ended_is_a_hang_though_others_live)
{
    struct said *said = run("kept");
    only_finding(said, "hang");
    ck_assert_uint_eq(said_count(said, "wait"), 1);
    ck_assert_int_eq(said_int(said_line(said, "wait", 0), "thread"), 0);
    ck_assert_int_eq(said_int(said_line(said, "wait", 0), "owner"), 2);
    said_free(said);
}
END_TEST

START_TEST(an_endless_loop_is_a_hang_at_its_line)
{
    struct said *said = run("endless");
    only_finding(said, "hang");
    ck_assert_str_eq(record_get(said_line(said, "wait", 0), "op"), "spin");
    ends_in_student(said, "wait0");
    said_free(said);
}
END_TEST

START_TEST(a_program_that_sleeps_is_not_hung)
{
    struct said *said = run("slow");
    ck_assert_uint_eq(said_count(said, "finding"), 0);
    ck_assert_int_eq(said_int(said_line(said, "done", 0), "truncated"), 0);
    ck_assert_int_eq(said_int(said_line(said, "outcome", 0), "a.r"), 1);
    said_free(said);
}
END_TEST

/* Processes that want all the processors, until they are killed. */
static void crowd(pid_t *pids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            for (;;)
                (void)getppid();
        ck_assert_int_gt(pids[i], 0);
    }
}

START_TEST(a_busy_machine_is_not_a_hang)
{
    pid_t pids[8];
    crowd(pids, 8);
    struct said *said = lanes_run("stress", "pingpong good", "budget_ms=700");
    for (size_t i = 0; i < 8; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    ck_assert(said->whole);
    ck_assert_uint_eq(said_count(said, "finding"), 0);
    ck_assert_uint_eq(said_count(said, "outcome"), 2);
    said_free(said);
}
END_TEST

static const struct {
    const char *scenario, *op;
} ends[] = {
    {"exits", "exit(0)"},       {"thread_exits", "_exit(0)"},      {"leaves", "pthread_exit"},
    {"aborts", "abort"},        {"asserts", "assert(never == 1)"}, {"null", "SIGSEGV"},
    {"thread_null", "SIGSEGV"}, {"overflow", "SIGSEGV"},
};

START_TEST(an_early_end_is_a_crash_that_names_it)
{
    struct said *said = run(ends[_i].scenario);
    only_finding(said, "crash");
    ck_assert_str_eq(record_get(said_line(said, "access", 0), "op"), ends[_i].op);
    ends_in_student(said, "access0");
    ck_assert_int_eq(said_int(said_line(said, "done", 0), "truncated"), 1);
    ck_assert_uint_eq(said_count(said, "outcome"), 0);
    said_free(said);
}
END_TEST

START_TEST(what_follows_a_crash_is_left_to_another_process)
{
    struct said *said = run("good null pingpong");
    ck_assert_uint_eq(said_count(said, "begin"), 2);
    ck_assert_uint_eq(said_count(said, "done"), 2);
    ck_assert_int_eq(said_int(said_line(said, "done", 0), "truncated"), 0);
    said_free(said);
}
END_TEST

static const struct {
    const char *scenario, *kind;
    int answer;
} joins[] = {
    {"leak", "thread-leak", 0},
    {"joined_twice", "double-join", 22},
    {"joined_detached", "join-detached", 22},
    {"joined_self", "self-join", 35},
};

START_TEST(joins_that_go_wrong_are_told_by_their_kind)
{
    struct said *said = run(joins[_i].scenario);
    const struct record_view *finding = only_finding(said, joins[_i].kind);
    const struct record_view *done = said_line(said, "done", 0);
    ck_assert_int_eq(said_int(finding, "seen"), said_int(done, "executions"));
    ck_assert_int_eq(said_int(said_line(said, "outcome", 0), "a.r"), joins[_i].answer);
    ck_assert_ptr_nonnull(said_line(said, "frame", 0));
    said_free(said);
}
END_TEST

START_TEST(a_detached_thread_may_live_on)
{
    struct said *said = run("daemon");
    ck_assert_uint_eq(said_count(said, "finding"), 0);
    ck_assert_uint_eq(said_count(said, "note"), 1);
    ck_assert_int_eq(said_int(said_line(said, "outcome", 0), "a.r"), 1);
    said_free(said);
}
END_TEST

START_TEST(a_missing_object_is_our_own_fault)
{
    struct said *said = lanes_run("stress", "good no_such_scenario", "budget_ms=10");
    ck_assert_int_eq(said->status, 3);
    ck_assert_uint_eq(said->n, 0);
    said_free(said);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stress");
    TCase *tests = tcase_create("stress");
    tcase_add_unchecked_fixture(tests, build, lanes_clean);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, good_programs_answer_right_each_time, 0, 2);
    tcase_add_test(tests, tasks_answer_and_check);
    tcase_add_test(tests, delays_at_accesses_show_the_lost_update);
    tcase_add_test(tests, a_circle_of_locks_is_told_with_its_owners);
    tcase_add_test(tests, a_wait_that_nobody_ends_is_a_hang);
    tcase_add_test(tests, a_lock_taken_twice_waits_for_itself);
    tcase_add_test(tests, a_lock_kept_by_a_thread_that_ended_is_a_hang_though_others_live);
    tcase_add_test(tests, an_endless_loop_is_a_hang_at_its_line);
    tcase_add_test(tests, a_program_that_sleeps_is_not_hung);
    tcase_add_test(tests, a_busy_machine_is_not_a_hang);
    tcase_add_loop_test(tests, an_early_end_is_a_crash_that_names_it, 0,
                        sizeof ends / sizeof *ends);
    tcase_add_test(tests, what_follows_a_crash_is_left_to_another_process);
    tcase_add_loop_test(tests, joins_that_go_wrong_are_told_by_their_kind, 0,
                        sizeof joins / sizeof *joins);
    tcase_add_test(tests, a_detached_thread_may_live_on);
    tcase_add_test(tests, a_missing_object_is_our_own_fault);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
