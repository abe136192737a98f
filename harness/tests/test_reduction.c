/*
 * test_reduction.c - partial-order reduction leaves nothing out and does nothing twice: the numbers
 * of interleavings are those of theory, and programs drawn at random end in the same ways
 * as when every schedule is tried.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tests/lane_run.h"

enum { OUTCOMES_MAX = 64, PROGRAMS = 200, LIMIT = 400000 };

static const char *const sources[] = {"harness/tests/probes/reduction.c", NULL};
static const char scenarios[] =
    "#include \"harness/scenario.h\"\n"
    "void increments(void);\nvoid philosophers(void);\nvoid drawn(void);\n"
    "SCENARIO(increments) { increments(); }\n"
    "SCENARIO(philosophers) { philosophers(); }\n"
    "SCENARIO(drawn) { drawn(); }\n";

static struct lane_run run;

static void build(void)
{
    lane_build(&run, "explore", sources, scenarios);
}

static void clean(void)
{
    lane_free(&run);
}

static long number(const char *type, const char *key)
{
    size_t at = 0;
    const struct record_view *record = lane_next(&run, &at, type);
    long long value = -1;
    if (record)
        record_get_int(record, key, &value);
    return (long)value;
}

static void explore(const char *scenario, const char *strategy, const char *inputs)
{
    char job[512];
    snprintf(job, sizeof job,
             "scenario name=%s executions=%d steps=2000 budget_ms=0 clock=adversarial "
             "strategy=%s %s\nend\n",
             scenario, LIMIT, strategy, inputs);
    ck_assert_int_eq(lane_execute(&run, job), 0);
}

static const char *coverage(void)
{
    size_t at = 0;
    const struct record_view *done = lane_next(&run, &at, "done");
    ck_assert_ptr_nonnull(done);
    return record_get(done, "coverage");
}

static void expect_increments(long threads, long rounds, long wanted)
{
    char inputs[64];
    snprintf(inputs, sizeof inputs, "in.threads=%ld in.rounds=%ld", threads, rounds);
    explore("increments", "dpor", inputs);
    ck_assert_int_eq(number("done", "executions"), wanted);
    ck_assert_str_eq(coverage(), "proved");
    ck_assert_int_eq(number("outcome", "count"), wanted);
}

/* n threads of k locked steps have (n k)! / (k!)^n orders. */
START_TEST(increments_have_as_many_orders_as_the_multinomial_says)
{
    expect_increments(2, 3, 20);
    expect_increments(2, 5, 252);
    expect_increments(3, 2, 90);
    expect_increments(3, 4, 34650);
    expect_increments(4, 3, 369600);
}
END_TEST

/* Each fork is taken by one neighbour before the other: 2^n ways, but for the two circles. */
START_TEST(philosophers_have_all_orders_but_the_circles)
{
    for (long n = 2; n <= 6; n++) {
        char inputs[64];
        snprintf(inputs, sizeof inputs, "in.threads=%ld", n);
        explore("philosophers", "dpor", inputs);
        ck_assert_int_eq(number("outcome", "count"), (1L << n) - 2);
        ck_assert_int_eq(number("done", "executions"), (1L << n) - 1); /* and the deadlock */
        ck_assert_str_eq(coverage(), "proved");
    }
}
END_TEST

struct ways {
    int n;
    long sums[OUTCOMES_MAX];
};

static int by_value(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static void take_ways(struct ways *ways)
{
    size_t at = 0;
    const struct record_view *outcome;
    ways->n = 0;
    while ((outcome = lane_next(&run, &at, "outcome"))) {
        long long sum;
        ck_assert(record_get_int(outcome, "a.sum", &sum));
        ways->sums[ways->n++] = (long)sum;
    }
    qsort(ways->sums, (size_t)ways->n, sizeof ways->sums[0], by_value);
}

static void compare_drawn(int program, int threads, int operations, bool tries)
{
    char inputs[128];
    struct ways all, reduced;
    snprintf(inputs, sizeof inputs, "in.program=%d in.threads=%d in.operations=%d in.tries=%d",
             program, threads, operations, tries);
    explore("drawn", "dfs", inputs);
    long schedules = number("done", "executions");
    ck_assert_msg(schedules < LIMIT, "program %d has too many schedules", program);
    take_ways(&all);
    explore("drawn", "dpor", inputs);
    take_ways(&reduced);
    ck_assert_str_eq(coverage(), "proved");
    ck_assert_msg(number("done", "executions") <= schedules, "program %d: more than all", program);
    ck_assert_msg(all.n == reduced.n &&
                      !memcmp(all.sums, reduced.sums, (size_t)all.n * sizeof all.sums[0]),
                  "program %d (%d threads, tries %d) ends in %d ways, reduced in %d", program,
                  threads, tries, all.n, reduced.n);
}

START_TEST(reduction_finds_all_that_every_schedule_finds)
{
    /* Three threads that also try have too many schedules to try them all. */
    for (int program = 0; program < PROGRAMS; program++) {
        bool three = program % 4 == 3;
        compare_drawn(program, three ? 3 : 2, three ? 2 : 3, !three && program % 2 != 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reduction");
    TCase *tcase = tcase_create("explore");
    tcase_set_timeout(tcase, 120);
    tcase_add_unchecked_fixture(tcase, build, clean);
    tcase_add_test(tcase, increments_have_as_many_orders_as_the_multinomial_says);
    tcase_add_test(tcase, philosophers_have_all_orders_but_the_circles);
    tcase_add_test(tcase, reduction_finds_all_that_every_schedule_finds);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
