/*
 * test_schedules.c - the explorer itself: what is right in every interleaving gets nothing, each
 * fault gets its kind, and a schedule that was told can be run again.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tests/lane_run.h"

static const char *const sources[] = {"harness/tests/probes/schedules.c",
                                      "harness/tests/probes/faults.c", NULL};

static const char *const right[] = {
    "locked_increments",
    "wait_in_a_loop",
    "timed_wait_in_a_loop",
    "release_and_acquire",
    "fences",
    "spin_lock_of_ones_own",
    "each_thread_and_run_starts_afresh",
    "detached_by_itself",
    "neighbours",
    "looking_a_few_times",
};

struct fault {
    const char *name;
    const char *kind;
};

static const struct fault faults[] = {
    {"lost_update", "data-race"},
    {"abba", "deadlock"},
    {"wait_without_state", "lost-wakeup"},
    {"signal_for_two", "deadlock"},
    {"relaxed_is_no_order", "data-race"},
    {"volatile_is_no_order", "data-race"},
    {"spin_until_ready", "busy-wait"},
    {"spin_for_ever", "livelock"},
    {"spin_for_ever_on_plain_memory", "livelock"},
    {"never_joined", "thread-leak"},
    {"joined_twice", "double-join"},
    {"joined_when_detached", "join-detached"},
    {"joins_itself", "self-join"},
    {"lock_kept_at_the_end", "lock-leaked"},
    {"destroyed_while_held", "lock-destroyed-while-held"},
    {"unlocked_by_nobody", "unlock-not-owner"},
    {"freed_and_used", "use-after-free"},
    {"freed_twice", "double-free"},
    {"one_too_far", "out-of-bounds"},
    {"never_freed", "memory-leak"},
    {"null_pointer", "crash"},
    {"endless_recursion", "crash"},
    {"divides_by_zero", "crash"},
    {"endless_loop", "hang"},
    {"endless_locking", "hang"},
    {"stores_elsewhere", "tampering"},
    {"result_on_a_dead_stack", "use-after-free"},
    {"waits_without_the_lock", "api-misuse"},
    {"frees_after_a_sleep", "sleep-as-synchronisation"},
};

static const char *const others[] = {
    "answers_after_a_sleep",   "order_of_two",
    "trying_sees_it_held",     "sleeping_is_exact",
    "waking_without_a_signal", "overlap_without_locks",
    "overlap_by_interleaving", "no_overlap_under_one_lock",
};

enum {
    RIGHT = sizeof right / sizeof *right,
    FAULTS = sizeof faults / sizeof *faults,
    OTHERS = sizeof others / sizeof *others,
    REPLAYS = 20,
};

static struct lane_run run;

static void declare(FILE *text, const char *name)
{
    fprintf(text, "void %s(void);\nSCENARIO(%s)\n{\n    %s();\n}\n", name, name, name);
}

static void build_all(void)
{
    char *scenarios;
    size_t size;
    FILE *text = open_memstream(&scenarios, &size);
    fprintf(text, "#include \"harness/scenario.h\"\n");
    for (int i = 0; i < RIGHT; i++)
        declare(text, right[i]);
    for (int i = 0; i < FAULTS; i++)
        declare(text, faults[i].name);
    for (int i = 0; i < OTHERS; i++)
        declare(text, others[i]);
    fclose(text);
    lane_build(&run, "explore", sources, scenarios);
    free(scenarios);
}

static void remove_all(void)
{
    lane_free(&run);
}

static void explore(const char *name, const char *clock)
{
    char job[256];
    snprintf(job, sizeof job,
             "scenario name=%s executions=400 steps=2000 budget_ms=0 clock=%s\nend\n", name, clock);
    int status = lane_execute(&run, job);
    ck_assert_msg(status == 0, "%s: hilo-explore ends with %d", name, status);
    size_t at = 0;
    ck_assert_msg(lane_next(&run, &at, "bye") != NULL, "%s: the records are not whole", name);
}

static const struct record_view *finding_of(const char *kind)
{
    size_t at = 0;
    const struct record_view *finding;
    while ((finding = lane_next(&run, &at, "finding")))
        if (!strcmp(record_get(finding, "kind"), kind))
            return finding;
    return NULL;
}

static int count(const char *type)
{
    size_t at = 0;
    int n = 0;
    while (lane_next(&run, &at, type))
        n++;
    return n;
}

static bool some_outcome(const char *key, long long wanted)
{
    size_t at = 0;
    const struct record_view *outcome;
    long long value;
    while ((outcome = lane_next(&run, &at, "outcome")))
        if (record_get_int(outcome, key, &value) && value == wanted)
            return true;
    return false;
}

START_TEST(what_is_right_gets_nothing)
{
    explore(right[_i], "adversarial");
    size_t at = 0;
    const struct record_view *finding = lane_next(&run, &at, "finding");
    ck_assert_msg(!finding, "%s gets %s", right[_i], finding ? record_get(finding, "kind") : "");
    ck_assert_msg(count("outcome") == 1, "%s has %d outcomes", right[_i], count("outcome"));
}
END_TEST

START_TEST(each_fault_gets_its_kind)
{
    explore(faults[_i].name, "adversarial");
    ck_assert_msg(finding_of(faults[_i].kind), "%s does not get %s", faults[_i].name,
                  faults[_i].kind);
    ck_assert_msg(count("note") == 0, "%s: a finding could not be told", faults[_i].name);
}
END_TEST

START_TEST(the_same_job_gives_the_same_records)
{
    explore(faults[_i].name, "adversarial");
    char *first = strdup(run.log);
    size_t n = run.n_records;
    explore(faults[_i].name, "adversarial");
    ck_assert_uint_eq(run.n_records, n);
    ck_assert_str_eq(run.log, first);
    free(first);
}
END_TEST

START_TEST(a_token_replays_its_finding)
{
    const struct fault *fault = &faults[_i];
    explore(fault->name, "adversarial");
    const struct record_view *finding = finding_of(fault->kind);
    ck_assert_ptr_nonnull(finding);
    char job[8192];
    snprintf(job, sizeof job, "replay name=%s token=%s steps=2000\nend\n", fault->name,
             record_get(finding, "token"));
    int status = lane_execute(&run, job);
    ck_assert_msg(status == 0, "%s: the replay ends with %d", fault->name, status);
    ck_assert_msg(finding_of(fault->kind), "%s: the replay does not get %s", fault->name,
                  fault->kind);
}
END_TEST

/* In other processes, with their addresses elsewhere: the same steps to the byte. */
START_TEST(a_token_replays_to_the_same_log)
{
    const struct fault *fault = &faults[_i];
    if (!strcmp(fault->kind, "hang"))
        return; /* an endless loop takes real time to be told */
    explore(fault->name, "adversarial");
    char job[8192], *first = NULL;
    snprintf(job, sizeof job, "replay name=%s token=%s steps=2000\nend\n", fault->name,
             record_get(finding_of(fault->kind), "token"));
    for (int i = 0; i < REPLAYS; i++) {
        ck_assert_int_eq(lane_execute(&run, job), 0);
        if (first)
            ck_assert_str_eq(run.log, first);
        else
            first = strdup(run.log);
    }
    free(first);
}
END_TEST

START_TEST(both_orders_are_seen)
{
    explore("order_of_two", "adversarial");
    ck_assert_int_eq(count("outcome"), 2);
    ck_assert(some_outcome("a.order", 12));
    ck_assert(some_outcome("a.order", 21));
}
END_TEST

START_TEST(who_tries_sees_the_lock_held_and_free)
{
    explore("trying_sees_it_held", "adversarial");
    ck_assert(some_outcome("a.busy", 0));
    ck_assert(some_outcome("a.busy", 1));
}
END_TEST

START_TEST(sleep_takes_exactly_its_time_and_none_of_ours)
{
    explore("sleeping_is_exact", "punctual");
    ck_assert_int_eq(count("outcome"), 1);
    ck_assert(some_outcome("a.seconds", 3600));
}
END_TEST

START_TEST(an_answer_that_only_a_sleep_prevents_is_late)
{
    explore("answers_after_a_sleep", "adversarial");
    size_t at = 0;
    const struct record_view *outcome;
    int n = 0;
    while ((outcome = lane_next(&run, &at, "outcome"))) {
        long long ready;
        ck_assert(record_get_int(outcome, "a.ready", &ready));
        ck_assert_int_eq(record_get(outcome, "late") != NULL, ready == 0);
        n++;
    }
    ck_assert_int_eq(n, 2);
}
END_TEST

START_TEST(waits_wake_spuriously)
{
    explore("waking_without_a_signal", "adversarial");
    ck_assert(some_outcome("a.state", 0));
    ck_assert(some_outcome("a.state", 1));
}
END_TEST

static long long overlap(const char *name)
{
    explore(name, "adversarial");
    size_t at = 0;
    const struct record_view *fact;
    long long value = -1;
    while ((fact = lane_next(&run, &at, "fact")))
        if (!strcmp(record_get(fact, "name"), "overlap:first:second"))
            record_get_int(fact, "value", &value);
    return value;
}

START_TEST(overlap_is_concurrency_or_interleaving)
{
    ck_assert_int_eq(overlap("overlap_without_locks"), 1);
    ck_assert_int_eq(overlap("overlap_by_interleaving"), 1);
    ck_assert_int_eq(overlap("no_overlap_under_one_lock"), 0);
}
END_TEST

START_TEST(a_token_of_another_program_is_refused)
{
    lane_execute(&run, "replay name=abba token=x1.a.00000000.1a steps=2000\nend\n");
    size_t at = 0;
    ck_assert_ptr_nonnull(lane_next(&run, &at, "note"));
    ck_assert_int_eq(count("finding"), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schedules");
    TCase *tcase = tcase_create("explore");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, build_all, remove_all);
    tcase_add_loop_test(tcase, what_is_right_gets_nothing, 0, RIGHT);
    tcase_add_loop_test(tcase, each_fault_gets_its_kind, 0, FAULTS);
    tcase_add_loop_test(tcase, the_same_job_gives_the_same_records, 0, FAULTS);
    tcase_add_loop_test(tcase, a_token_replays_its_finding, 0, FAULTS);
    tcase_add_loop_test(tcase, a_token_replays_to_the_same_log, 0, FAULTS);
    tcase_add_test(tcase, both_orders_are_seen);
    tcase_add_test(tcase, who_tries_sees_the_lock_held_and_free);
    tcase_add_test(tcase, sleep_takes_exactly_its_time_and_none_of_ours);
    tcase_add_test(tcase, an_answer_that_only_a_sleep_prevents_is_late);
    tcase_add_test(tcase, waits_wake_spuriously);
    tcase_add_test(tcase, overlap_is_concurrency_or_interleaving);
    tcase_add_test(tcase, a_token_of_another_program_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
