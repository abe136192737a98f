/*
 * test_deep.c - bugs that need several threads switched at particular places, or one of many to be
 * late, are found with whatever seed, within a bounded number of executions. `make bench` does the
 * same with more seeds.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tests/lane_run.h"

static const char *const sources[] = {"harness/tests/probes/deep.c", NULL};

#define DEEP(name, kind, executions) {#name, kind, executions},
static const struct {
    const char *name, *kind;
    int executions;
} programs[] = {
#include "harness/tests/probes/deep.h"
};

enum { PROGRAMS = sizeof programs / sizeof *programs, SEEDS = 3 };

static struct lane_run run;

static void build_all(void)
{
    char *scenarios;
    size_t size;
    FILE *text = open_memstream(&scenarios, &size);
    fprintf(text, "#include \"harness/scenario.h\"\n");
    for (int i = 0; i < PROGRAMS; i++)
        fprintf(text, "void %s(void);\nSCENARIO(%s)\n{\n    %s();\n}\n", programs[i].name,
                programs[i].name, programs[i].name);
    fclose(text);
    lane_build(&run, "explore", sources, scenarios);
    free(scenarios);
}

static void remove_all(void)
{
    lane_free(&run);
}

static bool is_found(const char *kind)
{
    size_t at = 0;
    const struct record_view *finding;
    while ((finding = lane_next(&run, &at, "finding")))
        if (!strcmp(record_get(finding, "kind"), kind))
            return true;
    return false;
}

static void must_find(const char *name, const char *kind, int executions, int seed)
{
    char job[256];
    snprintf(job, sizeof job,
             "scenario name=%s executions=%d steps=20000 budget_ms=0 clock=adversarial\nend\n",
             name, executions);
    run.seed = seed;
    int status = lane_execute(&run, job);
    ck_assert_msg(status == 0, "%s: hilo-explore ends with %d", name, status);
    size_t at = 0;
    ck_assert_msg(lane_next(&run, &at, "bye") != NULL, "%s: the records are not whole", name);
    ck_assert_msg(is_found(kind), "%s, seed %d: no %s in %d executions", name, seed, kind,
                  executions);
}

START_TEST(deep_bugs_are_found_with_any_seed)
{
    for (int seed = 1; seed <= SEEDS && programs[_i].executions; seed++)
        must_find(programs[_i].name, programs[_i].kind, programs[_i].executions, seed);
}
END_TEST

/* What a bug needs did not come about by other means: its first execution, where no thread is
 * switched without need, is right. */
START_TEST(deep_bugs_do_not_show_at_once)
{
    char job[256];
    snprintf(job, sizeof job,
             "scenario name=%s executions=1 steps=20000 budget_ms=0 clock=adversarial "
             "strategy=random\nend\n",
             programs[_i].name);
    ck_assert_int_eq(lane_execute(&run, job), 0);
    size_t at = 0;
    ck_assert_msg(!lane_next(&run, &at, "finding"), "%s is not deep", programs[_i].name);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deep");
    TCase *tcase = tcase_create("deep bugs");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, build_all, remove_all);
    tcase_add_loop_test(tcase, deep_bugs_are_found_with_any_seed, 0, PROGRAMS);
    tcase_add_loop_test(tcase, deep_bugs_do_not_show_at_once, 0, PROGRAMS);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
