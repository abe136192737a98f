/*
 * test_bank.c - no false alarms: what is right gets nothing, whatever it does and however subtle
 * the reason. The programs are in bank/, and so is the reason of each.
 *
 * Each is explored with both clocks, and must answer the same in all executions and natively.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tests/lane_run.h"

#define BANK "harness/tests/bank/"

static const char *const sources[] = {
    BANK "atomics.c",    BANK "c11.c",
    BANK "conditions.c", BANK "ends.c",
    BANK "library.c",    BANK "lockfree.c",
    BANK "locks.c",      BANK "mutexes.c",
    BANK "patterns.c",   BANK "rooms.c",
    BANK "semaphores.c", BANK "threads.c",
    BANK "timing.c",     NULL,
};

#define PROGRAM(name) #name,
static const char *const programs[] = {
#include "harness/tests/bank/list.h"
};

enum {
    PROGRAMS = sizeof programs / sizeof *programs,
    NATIVE_RUNS = 3,
    FIELD_MAX = 64,
};

static struct lane_run run;

/* Gives what an outcome's record holds: a.NAME=VALUE for answers, c.NAME=VALUE for checks. */
static const char native_answers[] =
    "#include <pthread.h>\n#include <stdbool.h>\n#include <stdio.h>\n#include <string.h>\n"
    "static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
    "static struct { char kind; const char *name; long value; } all[64];\n"
    "static int n;\n"
    "static void tell(char kind, const char *name, long value) {\n"
    "    int i = 0;\n"
    "    pthread_mutex_lock(&lock);\n"
    "    while (i < n && strcmp(all[i].name, name)) i++;\n"
    "    if (i == n || kind == 'a' || !value) all[i].value = value;\n"
    "    all[i].kind = kind; all[i].name = name;\n"
    "    n += i == n;\n"
    "    pthread_mutex_unlock(&lock);\n"
    "}\n"
    "void hilo_answer(const char *name, long value) { tell('a', name, value); }\n"
    "void hilo_check(const char *name, bool holds) { tell('c', name, holds); }\n";

static const char native_main[] = "    for (int i = 0; i < n; i++)\n"
                                  "        printf(\"%c.%s=%ld\\n\", all[i].kind, all[i].name, "
                                  "all[i].value);\n"
                                  "    return n == 0;\n}\n";

static void build_all(void)
{
    char *scenarios, *driver;
    size_t size;
    FILE *text = open_memstream(&scenarios, &size);
    fprintf(text, "#include \"harness/scenario.h\"\n");
    for (int i = 0; i < PROGRAMS; i++)
        fprintf(text, "void %s(void);\nSCENARIO(%s)\n{\n    %s();\n}\n", programs[i], programs[i],
                programs[i]);
    fclose(text);
    text = open_memstream(&driver, &size);
    fputs(native_answers, text);
    for (int i = 0; i < PROGRAMS; i++)
        fprintf(text, "void %s(void);\n", programs[i]);
    fputs("int main(int argc, char **argv) {\n", text);
    for (int i = 0; i < PROGRAMS; i++)
        fprintf(text, "    if (!strcmp(argv[1], \"%s\")) %s();\n", programs[i], programs[i]);
    fputs(native_main, text);
    fclose(text);
    lane_build(&run, "explore", sources, scenarios);
    lane_build_native(&run, sources, driver);
    free(scenarios);
    free(driver);
}

static void remove_all(void)
{
    lane_free(&run);
}

static long long number(const struct record_view *record, const char *key)
{
    long long value = -1;
    ck_assert_msg(record_get_int(record, key, &value), "no number %s", key);
    return value;
}

/* Explore; the only outcome. */
static const struct record_view *explore(const char *name, const char *clock)
{
    char job[256];
    snprintf(job, sizeof job,
             "scenario name=%s executions=1000 steps=20000 budget_ms=0 clock=%s\nend\n", name,
             clock);
    int status = lane_execute(&run, job);
    ck_assert_msg(status == 0, "%s: hilo-explore ends with %d", name, status);
    size_t at = 0;
    ck_assert_msg(lane_next(&run, &at, "bye") != NULL, "%s: the records are not whole", name);
    at = 0;
    const struct record_view *finding = lane_next(&run, &at, "finding");
    const char *why = finding ? record_get(finding, "why") : NULL;
    ck_assert_msg(!finding, "%s gets %s %s", name, finding ? record_get(finding, "kind") : "",
                  why ? why : "");
    at = 0;
    const struct record_view *done = lane_next(&run, &at, "done");
    ck_assert_ptr_nonnull(done);
    ck_assert_msg(number(done, "truncated") < number(done, "executions"), "%s never ended", name);
    ck_assert_msg(number(done, "outcomes") == 1, "%s has %lld outcomes", name,
                  number(done, "outcomes"));
    at = 0;
    return lane_next(&run, &at, "outcome");
}

static bool is_answer(const char *key)
{
    return !strncmp(key, "a.", 2) || !strncmp(key, "c.", 2);
}

/* Everything in the outcome was printed natively, and nothing else. */
static void compare(const char *name, const struct record_view *outcome, const char *printed)
{
    int expected = 0, lines = 0;
    for (size_t i = 0; i < outcome->n_fields; i++) {
        const struct record_field *field = &outcome->fields[i];
        if (!is_answer(field->key))
            continue;
        char line[2 * FIELD_MAX];
        snprintf(line, sizeof line, "%s=%s\n", field->key, field->value);
        ck_assert_msg(strstr(printed, line) != NULL, "%s: explored it answers %snatively\n%s", name,
                      line, printed);
        ck_assert_msg(field->key[0] != 'c' || !strcmp(field->value, "1"), "%s: %s", name, line);
        expected++;
    }
    for (const char *at = printed; (at = strchr(at, '=')); at++)
        lines++;
    ck_assert_msg(lines == expected && lines > 0, "%s: %d answers explored, natively\n%s", name,
                  expected, printed);
}

static void explore_and_compare(const char *name, const char *clock)
{
    const struct record_view *outcome = explore(name, clock);
    for (int i = 0; i < NATIVE_RUNS; i++) {
        char *printed = lane_run_native(&run, name);
        compare(name, outcome, printed);
        free(printed);
    }
}

START_TEST(right_however_late_timers_are)
{
    explore_and_compare(programs[_i], "adversarial");
}
END_TEST

START_TEST(right_when_timers_are_punctual)
{
    explore_and_compare(programs[_i], "punctual");
}
END_TEST

START_TEST(the_bank_is_large)
{
    ck_assert_int_ge(PROGRAMS, 60);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bank");
    TCase *tcase = tcase_create("right programs");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, build_all, remove_all);
    tcase_add_loop_test(tcase, right_however_late_timers_are, 0, PROGRAMS);
    tcase_add_loop_test(tcase, right_when_timers_are_punctual, 0, PROGRAMS);
    tcase_add_test(tcase, the_bank_is_large);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
