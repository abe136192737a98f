/* The JSON form: valid, stable, and read back without loss. */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "reports/language.h"
#include "reports/tests/samples.h"

typedef struct report *make_sample(const char *language);

static make_sample *const samples[] = {sample_report, sample_passed, sample_failure, sample_bare,
                                       sample_hostile};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static char *path_in(const char *folder, const char *name)
{
    char *path = NULL;
    ck_assert_int_gt(asprintf(&path, "%s/%s", folder, name), 0);
    return path;
}

/* Write a report and read the bytes. */
static char *json_of(const struct report *report)
{
    char *folder = sample_folder(), *path = path_in(folder, "report.json");
    struct error error = {0};
    ck_assert_msg(report_write_json(report, path, &error), "%s", error.text);
    char *text = file_text(path);
    free(path);
    sample_folder_remove(folder);
    return text;
}

static void put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

/* The validator's exit status; what it says goes to *said. */
static int validate(const char *path, char **said)
{
    char *command = NULL;
    ck_assert_int_gt(asprintf(&command,
                              "/usr/bin/python3 reports/tests/validate.py "
                              "reports/schema/report.schema.json '%s' 2>&1",
                              path),
                     0);
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    *said = rest_of(pipe);
    int status = pclose(pipe);
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(every_report_is_valid)
{
    report_language("en", sample_locale_dir());
    char *folder = sample_folder(), *path = path_in(folder, "report.json"), *said;
    struct report *report = samples[_i / 2](_i % 2 ? "es" : "en");
    struct error error = {0};
    ck_assert(report_write_json(report, path, &error));
    int status = validate(path, &said);
    ck_assert_msg(status == 0, "status %d: %s", status, said);
    free(said);
    free(path);
    report_free(report);
    sample_folder_remove(folder);
}
END_TEST

START_TEST(the_validator_refuses_what_is_not_a_report)
{
    static const struct {
        const char *path, *value, *complaint;
    } table[] = {
        {"verdict", "\"perhaps\"", "verdict: 'perhaps' is not one of"},
        {"extra", "1", "Additional properties"},
        {"summary", "{}", "'races' is a required property"},
        {"seed", "7", "seed: 7 is not of type 'string'"},
        {"findings", "[{}]", "findings/0"},
    };
    char *folder = sample_folder(), *path = path_in(folder, "report.json"), *said;
    struct report *report = sample_report("en");
    char *text = json_of(report);
    json_t *top = json_loads(text, 0, NULL);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        json_t *copy = json_deep_copy(top);
        json_t *value = json_loads(table[i].value, JSON_DECODE_ANY, NULL);
        json_object_set_new(copy, table[i].path, value);
        ck_assert_int_eq(json_dump_file(copy, path, 0), 0);
        json_decref(copy);
        int status = validate(path, &said);
        ck_assert_msg(status == 1, "%s", said);
        ck_assert_msg(strstr(said, table[i].complaint) != NULL, "%s", said);
        free(said);
    }
    json_decref(top);
    free(text);
    free(path);
    report_free(report);
    sample_folder_remove(folder);
}
END_TEST

START_TEST(the_validator_refuses_a_category_that_is_not_the_kinds)
{
    char *folder = sample_folder(), *path = path_in(folder, "report.json"), *said;
    struct report *report = sample_report("en");
    char *text = json_of(report);
    json_t *top = json_loads(text, 0, NULL);
    json_t *first = json_array_get(json_object_get(top, "findings"), 0);
    json_object_set_new(first, "category", json_string("memory"));
    ck_assert_int_eq(json_dump_file(top, path, 0), 0);
    ck_assert_int_eq(validate(path, &said), 1);
    ck_assert_msg(strstr(said, "findings/0/category") != NULL, "%s", said);
    json_decref(top);
    free(said);
    free(text);
    free(path);
    report_free(report);
    sample_folder_remove(folder);
}
END_TEST

/* The names under $defs/finding/properties/KEY/enum of the schema. */
static json_t *schema_names(const char *key)
{
    json_t *schema = json_load_file("reports/schema/report.schema.json", 0, NULL);
    ck_assert_ptr_nonnull(schema);
    json_t *value = schema;
    const char *const path[] = {"$defs", "finding", "properties", key, "enum"};
    for (size_t i = 0; i < 5; i++)
        value = json_object_get(value, path[i]);
    ck_assert(json_is_array(value));
    json_incref(value);
    json_decref(schema);
    return value;
}

START_TEST(the_schema_knows_exactly_our_kinds_and_categories)
{
    json_t *kinds = schema_names("kind"), *categories = schema_names("category");
    ck_assert_uint_eq(json_array_size(kinds), KIND_COUNT);
    for (size_t i = 0; i < KIND_COUNT; i++)
        ck_assert_int_ne(kind_by_name(json_string_value(json_array_get(kinds, i))), KIND_COUNT);
    ck_assert_uint_eq(json_array_size(categories), CATEGORY_COUNT);
    for (size_t i = 0; i < CATEGORY_COUNT; i++)
        ck_assert_str_eq(json_string_value(json_array_get(categories, i)),
                         category_name((enum category)i));
    json_decref(kinds);
    json_decref(categories);
}
END_TEST

START_TEST(the_keys_of_the_contract_come_first_and_in_its_order)
{
    static const char *const keys[] = {"schema",  "exercise",  "submission", "verdict",
                                       "score",   "isolation", "lanes",      "scenarios",
                                       "summary", "findings"};
    static const char *const of_finding[] = {"id",        "kind",    "category", "lane",
                                             "scenario",  "message", "hint",     "threads",
                                             "locations", "trace",   "replay"};
    struct report *report = sample_report("en");
    char *text = json_of(report);
    json_t *top = json_loads(text, 0, NULL);
    void *at = json_object_iter(top);
    for (size_t i = 0; i < 10; i++, at = json_object_iter_next(top, at))
        ck_assert_str_eq(json_object_iter_key(at), keys[i]);
    json_t *finding = json_array_get(json_object_get(top, "findings"), 0);
    at = json_object_iter(finding);
    for (size_t i = 0; i < 11; i++, at = json_object_iter_next(finding, at))
        ck_assert_str_eq(json_object_iter_key(at), of_finding[i]);
    json_decref(top);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(without_timing_a_passed_report_does_not_depend_on_clocks)
{
    struct report *a = sample_passed("en"), *b = sample_passed("en");
    b->wall_ms = 99999.125;
    b->cpu_ms = 3;
    for (int i = 0; i < LANE_COUNT; i++)
        b->lanes[i].wall_ms = b->lanes[i].cpu_ms = 77;
    b->lanes[LANE_STRESS].executions = 5;
    char *text_a = json_of(a), *text_b = json_of(b);
    ck_assert_str_ne(text_a, text_b);
    json_t *top_a = json_loads(text_a, 0, NULL), *top_b = json_loads(text_b, 0, NULL);
    ck_assert_int_eq(json_object_del(top_a, "timing"), 0);
    ck_assert_int_eq(json_object_del(top_b, "timing"), 0);
    char *rest_a = json_dumps(top_a, 0), *rest_b = json_dumps(top_b, 0);
    ck_assert_str_eq(rest_a, rest_b);
    free(rest_a);
    free(rest_b);
    json_decref(top_a);
    json_decref(top_b);
    free(text_a);
    free(text_b);
    report_free(a);
    report_free(b);
}
END_TEST

START_TEST(numbers_are_written_short_and_never_as_no_number)
{
    struct report *report = sample_passed("en");
    report->points = 0.1;
    report->max = 20;
    report->wall_ms = 0.0 / 0.0;
    report->cpu_ms = 1.0 / 3;
    char *text = json_of(report);
    ck_assert_ptr_nonnull(strstr(text, "\"points\": 0.1,"));
    ck_assert_ptr_nonnull(strstr(text, "\"max\": 20\n"));
    ck_assert_ptr_nonnull(strstr(text, "\"wall_ms\": 0,"));
    ck_assert_ptr_nonnull(strstr(text, "\"cpu_ms\": 0.333,"));
    ck_assert_ptr_nonnull(strstr(text, "\"seed\": \"18446744073709551615\""));
    free(text);
    report_free(report);
}
END_TEST

START_TEST(what_is_read_back_writes_the_same_bytes)
{
    report_language("en", sample_locale_dir());
    char *folder = sample_folder(), *path = path_in(folder, "report.json");
    struct report *report = samples[_i / 2](_i % 2 ? "es" : "en");
    struct error error = {0};
    ck_assert(report_write_json(report, path, &error));
    char *text = file_text(path);
    struct report *back = report_read_json(path, &error);
    ck_assert_msg(back != NULL, "%s", error.text);
    char *again = json_of(back);
    ck_assert_str_eq(text, again);
    free(text);
    free(again);
    free(path);
    report_free(report);
    report_free(back);
    sample_folder_remove(folder);
}
END_TEST

START_TEST(what_is_not_a_report_is_refused_with_the_reason)
{
    static const struct {
        const char *text, *reason;
    } table[] = {
        {"", "not JSON"},
        {"{", "not JSON"},
        {"[]", "'schema' should be a text"},
        {"{\"schema\": \"hilo-report/2\"}", "'schema' should be \"hilo-report/1\""},
        {"{\"schema\": 1}", "'schema' should be a text"},
        {"{\"schema\": \"hilo-report/1\"}", "'language' should be a text"},
        {"\x7f\x45LF", "not JSON"},
    };
    char *folder = sample_folder(), *path = path_in(folder, "report.json");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct error error = {0};
        put_text(path, table[i].text);
        ck_assert_ptr_null(report_read_json(path, &error));
        ck_assert_int_eq(error.kind, ERROR_USAGE);
        ck_assert_msg(strstr(error.text, table[i].reason) != NULL, "%s", error.text);
        ck_assert_msg(strstr(error.text, path) != NULL, "%s", error.text);
    }
    struct error error = {0};
    ck_assert_ptr_null(report_read_json("/no/such/report.json", &error));
    ck_assert_msg(strstr(error.text, "No such file") != NULL, "%s", error.text);
    free(path);
    sample_folder_remove(folder);
}
END_TEST

/* Put `junk` in the place of every value of the document, one after the other. */
static void spoil_each(json_t *top, json_t *value, const char *path, size_t *tried)
{
    static const char *const junk[] = {"null", "-1",    "[]",   "{}",
                                       "\"\"", "1e300", "[[]]", "9223372036854775807"};
    for (size_t i = 0; i < sizeof junk / sizeof junk[0]; i++) {
        const char *key;
        json_t *child;
        void *next;
        json_object_foreach_safe(value, next, key, child)
        {
            json_t *kept = json_incref(child);
            json_object_set_new(value, key, json_loads(junk[i], JSON_DECODE_ANY, NULL));
            ck_assert_int_eq(json_dump_file(top, path, 0), 0);
            struct error error = {0};
            struct report *report = report_read_json(path, &error);
            ck_assert((report == NULL) == (error.kind == ERROR_USAGE));
            report_free(report);
            json_object_set_new(value, key, kept);
            ++*tried;
        }
    }
}

static void spoil_all(json_t *top, json_t *value, const char *path, size_t *tried)
{
    const char *key;
    json_t *child;
    size_t i;
    spoil_each(top, value, path, tried);
    json_object_foreach(value, key, child) spoil_all(top, child, path, tried);
    json_array_foreach(value, i, child) spoil_all(top, child, path, tried);
}

START_TEST(a_spoiled_report_is_read_or_refused_but_never_crashes)
{
    char *folder = sample_folder(), *path = path_in(folder, "report.json");
    struct report *report = sample_passed("en");
    report_add_finding(report)->kind = KIND_DATA_RACE;
    char *text = json_of(report);
    json_t *top = json_loads(text, 0, NULL);
    size_t tried = 0;
    spoil_all(top, top, path, &tried);
    ck_assert_uint_gt(tried, 500);
    json_decref(top);
    free(text);
    free(path);
    report_free(report);
    sample_folder_remove(folder);
}
END_TEST

START_TEST(every_value_of_a_full_finding_may_be_spoiled)
{
    char *folder = sample_folder(), *path = path_in(folder, "report.json");
    struct report *report = sample_report("en");
    report->findings[0].n_trace = 2;
    report->findings[1].n_trace = 1;
    report->n_findings = 2;
    report->n_scenarios = 0;
    char *text = json_of(report);
    json_t *top = json_loads(text, 0, NULL);
    size_t tried = 0;
    spoil_all(top, json_object_get(top, "findings"), path, &tried);
    ck_assert_uint_gt(tried, 500);
    json_decref(top);
    free(text);
    free(path);
    report_free(report);
    sample_folder_remove(folder);
}
END_TEST

static void add_all(TCase *tests)
{
    tcase_add_loop_test(tests, every_report_is_valid, 0, 2 * SAMPLES);
    tcase_add_test(tests, the_validator_refuses_what_is_not_a_report);
    tcase_add_test(tests, the_validator_refuses_a_category_that_is_not_the_kinds);
    tcase_add_test(tests, the_schema_knows_exactly_our_kinds_and_categories);
    tcase_add_test(tests, the_keys_of_the_contract_come_first_and_in_its_order);
    tcase_add_test(tests, without_timing_a_passed_report_does_not_depend_on_clocks);
    tcase_add_test(tests, numbers_are_written_short_and_never_as_no_number);
    tcase_add_loop_test(tests, what_is_read_back_writes_the_same_bytes, 0, 2 * SAMPLES);
    tcase_add_test(tests, what_is_not_a_report_is_refused_with_the_reason);
    tcase_add_test(tests, a_spoiled_report_is_read_or_refused_but_never_crashes);
    tcase_add_test(tests, every_value_of_a_full_finding_may_be_spoiled);
}

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    add_all(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
