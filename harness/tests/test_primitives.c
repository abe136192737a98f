/*
 * test_primitives.c - the calls that explore models: what they answer is what glibc answers to
 * the same program, and each mistake gets the finding that it should.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tests/lane_run.h"

static const char *const probes[] = {
    "harness/tests/probes/primitives.c", "harness/tests/probes/library.c",
    "harness/tests/probes/mistakes.c",   "harness/tests/probes/more.c",
    "harness/tests/probes/c11.c",        "harness/tests/probes/cancel.c",
    "harness/tests/probes/text.c",       NULL,
};

/* `kinds`: the findings it must get, in any order, each followed by a blank. "" means none, and
 * then its answers must be those that it gives natively. */
struct probe {
    const char *name;
    const char *kinds;
};

static const struct probe right[] = {
    {"semaphore_answers", ""},      {"semaphore_orders", ""},       {"rwlock_answers", ""},
    {"rwlock_orders", ""},          {"spinlock_answers", ""},       {"spinlock_orders", ""},
    {"barrier_answers", ""},        {"once_runs_once", ""},         {"key_answers", ""},
    {"attr_answers", ""},           {"time_answers", ""},           {"clocks_agree", ""},
    {"polling_ends", ""},           {"random_answers", ""},         {"memory_answers", ""},
    {"string_answers", ""},         {"sort_answers", ""},           {"output_answers", ""},
    {"mutex_set_again", ""},        {"joins_answer", ""},           {"joins_order", ""},
    {"sleeper_beside_worker", ""},  {"timed_rwlock_answers", ""},   {"timed_rwlock_orders", ""},
    {"names_answer", ""},           {"c11_threads_answer", ""},     {"c11_mutexes_answer", ""},
    {"c11_conditions_answer", ""},  {"c11_storage_answers", ""},    {"c11_storage_in_two", ""},
    {"cancel_in_condition", ""},    {"cancel_in_semaphore", ""},    {"cancel_in_sleep", ""},
    {"cancel_in_join", ""},         {"cancel_by_testing", ""},      {"cancel_shielded", ""},
    {"cleanup_at_exit", ""},        {"cleanup_of_many_frames", ""}, {"cancel_orders", ""},
    {"more_attributes_answer", ""}, {"number_answers", ""},         {"token_answers", ""},
    {"character_answers", ""},      {"calendar_answers", ""},       {"rand48_answers", ""},
    {"search_answers", ""},         {"allocation_answers", ""},     {"more_output_answers", ""},
    {"localtime_in_turn", ""},
};

static const struct probe wrong[] = {
    {"semaphore_uninitialised", "api-misuse "},
    {"semaphore_copied", "api-misuse "},
    {"semaphore_destroyed", "api-misuse "},
    {"semaphore_destroyed_awaited", "api-misuse "},
    {"semaphore_deadlock", "deadlock "},
    {"rwlock_written_by_readers", "data-race "},
    {"rwlock_unlock_free", "unlock-not-owner "},
    {"rwlock_unlock_of_another", "unlock-not-owner "},
    {"rwlock_destroyed_held", "lock-destroyed-while-held "},
    {"rwlock_upgrade", "deadlock "},
    {"spinlock_uninitialised", "api-misuse "},
    {"spinlock_unlock_free", "unlock-not-owner "},
    {"spinlock_taken_twice", "deadlock "},
    {"barrier_lacks_one", "deadlock "},
    {"barrier_orders_rounds_only", "data-race "},
    {"once_within_itself", "deadlock "},
    {"key_never_created", "api-misuse "},
    {"mutex_copied", "api-misuse "},
    {"string_overflows", "out-of-bounds "},
    {"string_open_ended", "out-of-bounds "},
    {"memory_size_negative", "out-of-bounds "},
    {"memory_size_absurd", "out-of-bounds "},
    {"semaphore_null", "crash "},
    {"copy_overlaps", "api-misuse "},
    {"sort_beyond_end", "out-of-bounds "},
    {"sort_races", "data-race "},
    {"output_of_freed_text", "use-after-free "},
    {"output_counts", "api-misuse "},
    {"output_overflows", "out-of-bounds "},
    {"output_races", "data-race "},
    {"leaves_by_exit", "crash "},
    {"leaves_by_abort", "crash "},
    {"registers_for_exit", "unsupported "},
    {"leaves_by_assert", "crash "},
    {"c11_mutex_uninitialised", "api-misuse "},
    {"c11_threads_race", "data-race "},
    {"c11_thread_leaks", "thread-leak "},
    {"c11_joined_twice", "double-join "},
    {"c11_deadlock", "deadlock "},
    {"cancelled_with_lock", "lock-leaked "},
    {"strtok_in_two_threads", "data-race "},
    {"localtime_in_two_threads", "data-race "},
    {"number_beyond_end", "out-of-bounds "},
    {"cleanup_not_popped", "api-misuse "},
    {"cancel_after_join", "api-misuse "},
    {"cancel_asynchronous", "unsupported "},
    {"cancel_of_mutex_waiter", "deadlock "},
};

/* `seen`: all the values that the answer of this name takes, each followed by a blank. */
static const struct {
    const char *name, *clock, *seen;
} open_ended[] = {
    {"trywait_races_with_post", "punctual", "-1 0 "},
    {"value_races_with_posts", "punctual", "0 1 2 "},
    {"timed_wait_for_a_post", "punctual", "0 "},
    {"timed_wait_for_a_post", "adversarial", "0 110 "},
    {"tryrdlock_races_with_writer", "punctual", "0 16 "},
    {"spin_trylock_races_with_lock", "punctual", "0 16 "},
    {"readers_overlap", "punctual", "1 2 "},
    {"either_thread_is_serial", "punctual", "0 1 "},
    {"tryjoin_races_with_end", "punctual", "0 16 "},
    {"cancel_races_with_post", "punctual", "0 1 "},
    {"cancelled_waiter_takes_no_signal", "punctual", "0 1 "},
    {"failing_calls", "punctual", "0 "},
    {"failing_calls", "punctual fail=1", "0 11 100 111 "},
    {"tryjoin_after_last_words", "punctual", "0 16 100 116 "},
};

enum { OPEN = sizeof open_ended / sizeof *open_ended };
enum { RIGHT = sizeof right / sizeof *right, WRONG = sizeof wrong / sizeof *wrong };

static struct lane_run run;

/* What a native program answers: the first value of each name, in order of the names' first use. */
static const char native_answers[] =
    "#include <pthread.h>\n#include <stdbool.h>\n#include <stdio.h>\n#include <string.h>\n"
    "static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;\n"
    "static struct { const char *name; long value; } all[64];\nstatic int n;\n"
    "static void tell(const char *name, long value, bool keep) {\n"
    "    int i = 0;\n"
    "    pthread_mutex_lock(&lock);\n"
    "    while (i < n && strcmp(all[i].name, name)) i++;\n"
    "    all[i].value = i < n && keep ? all[i].value && value : value;\n"
    "    all[i].name = name;\n"
    "    n += i == n;\n"
    "    pthread_mutex_unlock(&lock);\n"
    "}\n"
    "void hilo_answer(const char *name, long value) { tell(name, value, false); }\n"
    "void hilo_check(const char *name, bool holds) { tell(name, holds, true); }\n";

static const char native_main[] =
    "    fflush(stdout);\n"
    "    for (int i = 0; i < n; i++) printf(\"\\n@%s=%ld\", all[i].name, all[i].value);\n"
    "    printf(\"\\n\");\n"
    "    return 0;\n}\n";

static void write_scenario(FILE *text, const char *name)
{
    fprintf(text, "void %s(void);\nSCENARIO(%s)\n{\n    %s();\n}\n", name, name, name);
}

static void build_all(void)
{
    char *scenarios, *driver;
    size_t size;
    FILE *text = open_memstream(&scenarios, &size);
    fprintf(text, "#include \"harness/scenario.h\"\n");
    for (int i = 0; i < RIGHT; i++)
        write_scenario(text, right[i].name);
    for (int i = 0; i < WRONG; i++)
        write_scenario(text, wrong[i].name);
    for (int i = 0; i < OPEN; i++)
        if (i == 0 || strcmp(open_ended[i].name, open_ended[i - 1].name))
            write_scenario(text, open_ended[i].name);
    write_scenario(text, "executions_start_afresh");
    fclose(text);
    text = open_memstream(&driver, &size);
    fputs(native_answers, text);
    for (int i = 0; i < RIGHT; i++)
        fprintf(text, "void %s(void);\n", right[i].name);
    fputs("int main(int argc, char **argv) {\n", text);
    for (int i = 0; i < RIGHT; i++)
        fprintf(text, "    if (!strcmp(argv[1], \"%s\")) %s();\n", right[i].name, right[i].name);
    fputs(native_main, text);
    fclose(text);
    lane_build(&run, "explore", probes, scenarios);
    lane_build_native(&run, probes, driver);
    free(scenarios);
    free(driver);
}

static void remove_all(void)
{
    lane_free(&run);
}

static void explore(const char *name, const char *clock, int executions)
{
    char job[256];
    snprintf(job, sizeof job,
             "scenario name=%s executions=%d steps=20000 budget_ms=20000 clock=%s\nend\n", name,
             executions, clock);
    int status = lane_execute(&run, job);
    ck_assert_msg(status == 0, "%s: hilo-explore ends with %d", name, status);
    size_t at = 0;
    ck_assert_msg(lane_next(&run, &at, "bye") != NULL, "%s: the records are not whole", name);
}

/* The kinds of all findings; a kind once. */
static void found_kinds(char *kinds, size_t size)
{
    size_t at = 0, length = 0;
    const struct record_view *finding;
    *kinds = '\0';
    while ((finding = lane_next(&run, &at, "finding"))) {
        const char *kind = record_get(finding, "kind");
        ck_assert_ptr_nonnull(kind);
        if (strstr(kinds, kind))
            continue;
        length += (size_t)snprintf(kinds + length, size - length, "%s ", kind);
        ck_assert_uint_lt(length, size);
    }
}

/* Each outcome of each execution must be the native one. */
static void compare_with_native(const char *name)
{
    char *printed = lane_run_native(&run, name);
    size_t at = 0, outcomes = 0;
    const struct record_view *outcome;
    while ((outcome = lane_next(&run, &at, "outcome"))) {
        outcomes++;
        char *copy = strdup(printed), *rest = copy;
        for (char *line; (line = strsep(&rest, "\n"));) {
            char *equals = strrchr(line, '=');
            if (*line != '@' || !equals)
                continue;
            *equals = '\0';
            char key[128];
            long long value = 0;
            snprintf(key, sizeof key, "a.%s", line + 1);
            if (!record_get(outcome, key))
                *key = 'c'; /* a check */
            ck_assert_msg(record_get_int(outcome, key, &value), "%s: no answer %s", name, key);
            ck_assert_msg(value == atoll(equals + 1), "%s: %s is %lld, natively %s", name, key,
                          value, equals + 1);
        }
        free(copy);
    }
    ck_assert_msg(outcomes > 0, "%s has no outcome", name);
    free(printed);
}

static void probe_right(const struct probe *probe, const char *clock)
{
    char kinds[256];
    explore(probe->name, clock, 60);
    found_kinds(kinds, sizeof kinds);
    ck_assert_msg(!*kinds, "%s gets %s", probe->name, kinds);
    compare_with_native(probe->name);
}

START_TEST(modelled_calls_answer_as_glibc_does)
{
    probe_right(&right[_i], "punctual");
}
END_TEST

START_TEST(they_do_so_on_a_loaded_machine)
{
    probe_right(&right[_i], "adversarial");
}
END_TEST

START_TEST(each_mistake_gets_its_finding_and_no_other)
{
    char kinds[256];
    explore(wrong[_i].name, "punctual", 60);
    found_kinds(kinds, sizeof kinds);
    ck_assert_msg(!strcmp(kinds, wrong[_i].kinds), "%s gets \"%s\", not \"%s\"", wrong[_i].name,
                  kinds, wrong[_i].kinds);
}
END_TEST

static int by_value(const void *a, const void *b)
{
    long long left = *(const long long *)a, right_value = *(const long long *)b;
    return (left > right_value) - (left < right_value);
}

START_TEST(every_value_that_can_be_seen_is_seen)
{
    long long values[RECORDS_OUTCOMES_MAX];
    size_t at = 0, n = 0;
    const struct record_view *outcome;
    explore(open_ended[_i].name, open_ended[_i].clock, 600);
    while ((outcome = lane_next(&run, &at, "outcome")) && n < RECORDS_OUTCOMES_MAX)
        ck_assert(record_get_int(outcome, "a.seen", &values[n++]));
    qsort(values, n, sizeof *values, by_value);
    char seen[1024] = "";
    size_t length = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || values[i] != values[i - 1])
            length += (size_t)snprintf(seen + length, sizeof seen - length, "%lld ", values[i]);
    ck_assert_uint_lt(length, sizeof seen);
    ck_assert_msg(!strcmp(seen, open_ended[_i].seen), "%s sees %s, not %s", open_ended[_i].name,
                  seen, open_ended[_i].seen);
}
END_TEST

START_TEST(executions_start_afresh)
{
    size_t at = 0;
    long long count;
    explore("executions_start_afresh", "punctual", 60);
    const struct record_view *outcome = lane_next(&run, &at, "outcome");
    ck_assert_ptr_nonnull(outcome);
    ck_assert(record_get_int(outcome, "count", &count));
    ck_assert_int_gt(count, 1);
    ck_assert_ptr_null(lane_next(&run, &at, "outcome"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("primitives");
    TCase *tests = tcase_create("explore");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, build_all, remove_all);
    tcase_add_loop_test(tests, modelled_calls_answer_as_glibc_does, 0, RIGHT);
    tcase_add_loop_test(tests, they_do_so_on_a_loaded_machine, 0, RIGHT);
    tcase_add_loop_test(tests, each_mistake_gets_its_finding_and_no_other, 0, WRONG);
    tcase_add_loop_test(tests, every_value_that_can_be_seen_is_seen, 0, OPEN);
    tcase_add_test(tests, executions_start_afresh);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
