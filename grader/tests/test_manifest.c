/* test_manifest.c - exercise.json: what is taken, what is refused and in which words. */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/manifest.h"

static const char whole[] =
    "{\n"
    "\"schema\": \"hilo-exercise/1\", \"name\": \"demo\", \"version\": 2,\n"
    "\"title\": {\"es\": \"Demostraci\xc3\xb3n\", \"en\": \"Demonstration\"},\n"
    "\"header\": \"demo.h\", \"starter\": \"starter.c\",\n"
    "\"functions\": [\"demo_add\", \"demo_total\"],\n"
    "\"scenarios\": [\n"
    "{\"name\": \"first\", \"title\": {\"es\": \"Primero\"}, \"points\": 12.5,\n"
    " \"lanes\": [\"tsan\", \"explore\"],\n"
    " \"inputs\": {\"n\": [1, 3], \"m\": {\"explore\": [-2, -2], \"native\": [10, 20]}},\n"
    " \"judge\": [{\"that\": \"total == n\", \"kind\": \"late-timeout\", \"en\": \"Late.\"}],\n"
    " \"parallel\": [[\"left\", \"right\"]], \"graded_elsewhere\": [\"memory-leak\"],\n"
    " \"executions\": 77, \"steps\": 88, \"clock\": \"punctual\"},\n"
    "{\"name\": \"second\", \"points\": 1}\n"
    "]}\n";

static char dir[] = "/tmp/hilo-manifest-XXXXXX";

static void put(const char *name, const char *text)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static void discard(const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (remove(path) != 0)
        ck_assert_int_eq(errno, ENOENT);
}

static void make_exercise(void)
{
    strcpy(dir + sizeof dir - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    put("demo.h", "");
    put("starter.c", "");
    put("scenarios.c", "");
    put("exercise.json", whole);
}

static void remove_exercise(void)
{
    static const char *const names[] = {"demo.h", "starter.c", "scenarios.c", "exercise.json", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        discard(names[i]);
}

/* Write the manifest with the first `from` in it replaced by `to`. */
static void put_changed(const char *from, const char *to)
{
    char text[sizeof whole + 4096];
    const char *at = strstr(whole, from);
    ck_assert_msg(at, "the manifest has no %s", from);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
    put("exercise.json", text);
}

/* What loading says, without the "DIR/exercise.json: " before it; "" when it loads. */
static const char *complaint(void)
{
    static struct error error;
    error = (struct error){0};
    struct manifest *manifest = manifest_load(dir, &error);
    ck_assert(!manifest == (error.kind != ERROR_NONE));
    manifest_free(manifest);
    if (!manifest)
        ck_assert_int_eq(error.kind, ERROR_USAGE);
    const char *file = strstr(error.text, "/exercise.json: ");
    return file ? file + strlen("/exercise.json: ") : error.text;
}

START_TEST(a_whole_manifest_is_loaded_as_written)
{
    struct error error = {0};
    struct manifest *m = manifest_load(dir, &error);
    ck_assert_msg(m, "%s", error.text);
    ck_assert_str_eq(m->dir, dir);
    ck_assert_str_eq(m->name, "demo");
    ck_assert_int_eq(m->version, 2);
    ck_assert_str_eq(m->title.es, "Demostraci\xc3\xb3n");
    ck_assert_str_eq(m->header, "demo.h");
    ck_assert_str_eq(m->starter, "starter.c");
    ck_assert_uint_eq(m->n_functions, 2);
    ck_assert_str_eq(m->functions[1], "demo_total");
    ck_assert_uint_eq(m->n_scenarios, 2);
    const struct manifest_scenario *s = &m->scenarios[0];
    ck_assert_str_eq(s->name, "first");
    ck_assert(s->points == 12.5);
    ck_assert(!s->lanes[LANE_STRESS] && s->lanes[LANE_TSAN] && s->lanes[LANE_EXPLORE]);
    ck_assert_uint_eq(s->n_inputs, 2);
    ck_assert_str_eq(s->inputs[0].name, "n");
    ck_assert(s->inputs[0].explore_low == 1 && s->inputs[0].explore_high == 3);
    ck_assert(s->inputs[0].native_low == 1 && s->inputs[0].native_high == 3);
    ck_assert(s->inputs[1].explore_low == -2 && s->inputs[1].explore_high == -2);
    ck_assert(s->inputs[1].native_low == 10 && s->inputs[1].native_high == 20);
    ck_assert_uint_eq(s->n_judgements, 1);
    ck_assert_str_eq(s->judgements[0].text, "total == n");
    ck_assert_int_eq(s->judgements[0].kind, KIND_LATE_TIMEOUT);
    ck_assert_str_eq(s->judgements[0].message.en, "Late.");
    ck_assert_ptr_null(s->judgements[0].message.es);
    ck_assert_uint_eq(s->n_parallel, 1);
    ck_assert_str_eq(s->parallel[0].b, "right");
    ck_assert(s->graded_elsewhere[KIND_MEMORY_LEAK] && !s->graded_elsewhere[KIND_DATA_RACE]);
    ck_assert(s->executions == 77 && s->steps == 88 && s->punctual);
    manifest_free(m);
}
END_TEST

START_TEST(what_may_be_left_out_has_a_default)
{
    struct manifest *m = manifest_load(dir, NULL);
    const struct manifest_scenario *s = &m->scenarios[1];
    ck_assert(s->lanes[LANE_STRESS] && s->lanes[LANE_TSAN] && s->lanes[LANE_EXPLORE]);
    ck_assert(s->n_inputs == 0 && s->n_judgements == 0 && s->n_parallel == 0);
    ck_assert(s->executions == 2000 && s->steps == 20000 && !s->punctual);
    ck_assert_str_eq(bilingual_get(&s->title, "es"), "");
    put_changed(", \"kind\": \"late-timeout\"", "");
    manifest_free(m);
    m = manifest_load(dir, NULL);
    ck_assert_int_eq(m->scenarios[0].judgements[0].kind, KIND_WRONG_RESULT);
    manifest_free(m);
}
END_TEST

struct slip {
    const char *from, *to, *says;
};

static void check_slips(const struct slip *slips, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put_changed(slips[i].from, slips[i].to);
        ck_assert_str_eq(complaint(), slips[i].says);
    }
}

#define CHECK_SLIPS(slips) check_slips(slips, sizeof slips / sizeof *slips)

START_TEST(unknown_keys_are_named_with_the_known_ones)
{
    static const struct slip slips[] = {
        {"\"version\": 2", "\"version\": 2, \"author\": 1",
         "unknown key 'author': known are schema, name, version, title, header, starter, "
         "functions, scenarios"},
        {"\"points\": 1}", "\"ponts\": 1}",
         "scenarios[1]: unknown key 'ponts': known are name, title, points, lanes, inputs, judge, "
         "parallel, graded_elsewhere, executions, steps, clock"},
        {"\"en\": \"Late.\"", "\"fr\": \"Tard.\"",
         "scenarios[0].judge[0]: unknown key 'fr': known are that, kind, es, en"},
        {"\"native\": [10", "\"tsan\": [10",
         "scenarios[0].inputs.m: unknown key 'tsan': known are explore, native"},
        {"\"en\": \"Demons", "\"de\": \"Demons", "title: unknown key 'de': known are es, en"},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(missing_members_are_named)
{
    static const struct slip slips[] = {
        {"\"schema\": \"hilo-exercise/1\", ", "", "schema: \"hilo-exercise/1\" expected"},
        {"\"name\": \"demo\", ", "", "name: missing"},
        {", \"version\": 2", "", "version: missing"},
        {"\"header\": \"demo.h\", ", "", "header: missing"},
        {", \"starter\": \"starter.c\"", "", "starter: missing"},
        {"\"functions\": [\"demo_add\", \"demo_total\"],", "", "functions: missing"},
        {"{\"name\": \"second\", ", "{", "scenarios[1].name: missing"},
        {", \"points\": 1}", "}", "scenarios[1].points: missing"},
        {"\"that\": \"total == n\", ", "", "scenarios[0].judge[0].that: missing"},
        {"\"explore\": [-2, -2], ", "",
         "scenarios[0].inputs.m.explore: missing: a range by lane gives both \"explore\" and "
         "\"native\""},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(wrong_types_are_named)
{
    static const struct slip slips[] = {
        {"\"hilo-exercise/1\"", "1", "schema: \"hilo-exercise/1\" expected"},
        {"\"hilo-exercise/1\"", "\"hilo-exercise/2\"", "schema: \"hilo-exercise/1\" expected"},
        {"\"demo\"", "7", "name: a text \"...\" expected"},
        {"\"version\": 2", "\"version\": \"2\"", "version: a whole number expected"},
        {"\"version\": 2", "\"version\": 2.5", "version: a whole number expected"},
        {"{\"es\": \"Primero\"}", "\"Primero\"", "scenarios[0].title: an object { } expected"},
        {"{\"es\": \"Primero\"}", "{}", "scenarios[0].title: a text in \"es\" or \"en\" expected"},
        {"\"Primero\"", "\"\"", "scenarios[0].title.es: an empty text"},
        {"\"points\": 12.5", "\"points\": \"12\"", "scenarios[0].points: a number expected"},
        {"[\"tsan\", \"explore\"]", "\"tsan\"", "scenarios[0].lanes: a list [ ] expected"},
        {"[\"tsan\", \"explore\"]", "[3]",
         "scenarios[0].lanes[0]: \"stress\", \"tsan\" or \"explore\" expected"},
        {"{\"n\": [1, 3], \"m\": {\"explore\": [-2, -2], \"native\": [10, 20]}}", "[1]",
         "scenarios[0].inputs: an object { } expected"},
        {"[1, 3]", "3", "scenarios[0].inputs.n: a range [low, high] expected"},
        {"[1, 3]", "[1, 2, 3]", "scenarios[0].inputs.n: a range [low, high] expected"},
        {"[1, 3]", "[1, 3.5]", "scenarios[0].inputs.n: a whole number expected"},
        {"[{\"that\"", "[7, {\"that\"", "scenarios[0].judge[0]: an object { } expected"},
        {"\"total == n\"", "true", "scenarios[0].judge[0].that: a text \"...\" expected"},
        {"\"late-timeout\"", "1", "scenarios[0].judge[0].kind: a text \"...\" expected"},
        {"[\"left\", \"right\"]", "\"left\"",
         "scenarios[0].parallel[0]: two labels [\"a\", \"b\"] expected"},
        {"\"punctual\"", "1", "scenarios[0].clock: \"punctual\" or \"adversarial\" expected"},
        {"{\"name\": \"second\", \"points\": 1}", "\"second\"",
         "scenarios[1]: an object { } expected"},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(impossible_values_are_named)
{
    static const struct slip slips[] = {
        {"\"version\": 2", "\"version\": 0", "version: 0 is not within 1 to 1000000"},
        {"\"points\": 1}", "\"points\": 0}",
         "scenarios[1].points: 0 points: more than 0 and at most 1000 expected"},
        {"\"points\": 1}", "\"points\": -3}",
         "scenarios[1].points: -3 points: more than 0 and at most 1000 expected"},
        {"\"points\": 1}", "\"points\": 1e9}",
         "scenarios[1].points: 1e+09 points: more than 0 and at most 1000 expected"},
        {"[1, 3]", "[3, 1]", "scenarios[0].inputs.n: the range ends (1) before it begins (3)"},
        {"[10, 20]", "[20, 10]",
         "scenarios[0].inputs.m.native: the range ends (10) before it begins (20)"},
        {"\"executions\": 77", "\"executions\": 0",
         "scenarios[0].executions: 0 is not within 1 to 10000000"},
        {"\"steps\": 88", "\"steps\": 10000001",
         "scenarios[0].steps: 10000001 is not within 1 to 10000000"},
        {"\"punctual\"", "\"late\"",
         "scenarios[0].clock: \"punctual\" or \"adversarial\" expected"},
        {"[\"tsan\", \"explore\"]", "[]", "scenarios[0].lanes: 0 entries: 1 to 3 expected"},
        {"\"tsan\", ", "\"TSan\", ",
         "scenarios[0].lanes[0]: \"stress\", \"tsan\" or \"explore\" expected"},
        {"[\"demo_add\", \"demo_total\"]", "[]", "functions: 0 entries: 1 to 256 expected"},
        {"\"demo_add\"", "\"demo add\"", "functions[0]: 'demo add' is not the name of a function"},
        {"\"demo_add\"", "\"2nd\"", "functions[0]: '2nd' is not the name of a function"},
        {"\"late-timeout\"", "\"very-late\"",
         "scenarios[0].judge[0].kind: unknown kind of finding 'very-late'"},
        {"\"late-timeout\"", "\"compile-error\"",
         "scenarios[0].judge[0].kind: 'compile-error' is not found by running a scenario"},
        {"\"memory-leak\"", "\"leak\"",
         "scenarios[0].graded_elsewhere[0]: unknown kind of finding 'leak'"},
        {"\"right\"]", "\"left\"]", "scenarios[0].parallel[0]: two different labels expected"},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(names_are_small_letters_digits_and_underscores)
{
    static const struct slip slips[] = {
        {"\"demo\"", "\"Demo\"", "name: 'Demo' is not a name: [a-z][a-z0-9_]*, at most 40 bytes"},
        {"\"first\"", "\"1st\"",
         "scenarios[0].name: '1st' is not a name: [a-z][a-z0-9_]*, at most 40 bytes"},
        {"\"first\"", "\"two sources\"",
         "scenarios[0].name: 'two sources' is not a name: [a-z][a-z0-9_]*, at most 40 bytes"},
        {"\"n\": [1", "\"n-1\": [1",
         "scenarios[0].inputs.n-1: 'n-1' is not a name: [a-z][a-z0-9_]*, at most 40 bytes"},
        {"\"left\"", "\"a:b\"",
         "scenarios[0].parallel[0]: 'a:b' is not a name: [a-z][a-z0-9_]*, at most 40 bytes"},
        {"\"first\"", "\"a2345678901234567890123456789012345678901\"",
         "scenarios[0].name: 'a2345678901234567890123456789012345678901' is not a name: "
         "[a-z][a-z0-9_]*, at most 40 bytes"},
        {"\"first\"", "\"a234567890123456789012345678901234567890\"", ""},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(doubles_are_refused)
{
    static const struct slip slips[] = {
        {"\"second\"", "\"first\"", "scenarios[1].name: 'first' is already scenarios[0]"},
        {"\"demo_total\"", "\"demo_add\"", "functions[1]: 'demo_add' is already functions[0]"},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(a_judgement_must_speak_of_an_answer)
{
    static const struct slip slips[] = {
        {"\"total == n\"", "\"n == 1\"",
         "scenarios[0]: judge[0]: \"n == 1\" names no answer of the scenario"},
        {"\"total == n\"", "\"1\"",
         "scenarios[0]: judge[0]: \"1\" names no answer of the scenario"},
        {"\"total == n\"", "\"total = n\"",
         "scenarios[0].judge[0]: that: \"total = n\": column 7: '=' is not an operator here: "
         "compare with '=='"},
        {"\"total == n\"", "\"total ==\"",
         "scenarios[0].judge[0]: that: \"total ==\": column 9: a name, a number or '(' expected, "
         "but the expression ends"},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(a_kind_must_be_graded_somewhere)
{
    put_changed("\"name\": \"second\"",
                "\"name\": \"second\", \"graded_elsewhere\": [\"crash\", \"memory-leak\"]");
    ck_assert_str_eq(complaint(), "scenarios: every one has 'memory-leak' in graded_elsewhere, so "
                                  "none grades it");
}
END_TEST

START_TEST(broken_json_is_told_with_its_line)
{
    static const struct slip slips[] = {
        {"\"version\": 2,", "\"version\": 2", "line 3, "},
        {"]}\n", "]", "line 14, "},
        {"]}\n", "]} more", "line 14, "},
        {"12.5", "12,5", "line 7, "},
        {"\"Primero\"", "\"\\u0000\"", "line 7, "},
        {"\"version\": 2", "\"version\": 2, \"version\": 3", "line 2, "},
        {"\"m\": {", "\"n\": {", "line 9, "},
    };
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        put_changed(slips[i].from, slips[i].to);
        /* The words after the line are jansson's. */
        ck_assert_msg(strncmp(complaint(), slips[i].says, strlen(slips[i].says)) == 0, "%s",
                      complaint());
    }
    put("exercise.json", "");
    ck_assert_str_ne(complaint(), "");
    put("exercise.json", "[]");
    ck_assert_str_eq(complaint(), "an object { } expected");
}
END_TEST

START_TEST(the_files_it_speaks_of_must_be_there)
{
    char says[300];
    static const char *const files[][2] = {
        {"demo.h", "header: "}, {"starter.c", "starter: "}, {"scenarios.c", ""}};
    for (size_t i = 0; i < 3; i++) {
        discard(files[i][0]);
        snprintf(says, sizeof says, "%sthere is no file '%s' in %s", files[i][1], files[i][0], dir);
        ck_assert_str_eq(complaint(), says);
        put(files[i][0], "");
    }
    static const struct slip slips[] = {
        {"\"demo.h\"", "\"../demo.h\"",
         "header: '../demo.h' is not the name of a .h file in this folder"},
        {"\"demo.h\"", "\"demo.c\"",
         "header: 'demo.c' is not the name of a .h file in this folder"},
        {"\"starter.c\"", "\".c\"", "starter: '.c' is not the name of a .c file in this folder"},
    };
    CHECK_SLIPS(slips);
}
END_TEST

START_TEST(unreadable_manifests_are_named)
{
    char path[PATH_MAX];
    struct error error = {0};
    snprintf(path, sizeof path, "%s/exercise.json", dir);
    discard("exercise.json");
    ck_assert_ptr_null(manifest_load(dir, &error));
    ck_assert_int_eq(error.kind, ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(error.text, "exercise.json: No such file"));
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_str_eq(complaint(), "not a regular file");
    discard("exercise.json");
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_str_eq(complaint(), "not a regular file");
    discard("exercise.json");
    put("exercise.json", whole);
    ck_assert_int_eq(truncate(path, MANIFEST_FILE_MAX + 1), 0);
    ck_assert_str_eq(complaint(), "larger than 1048576 bytes");
}
END_TEST

/* Every prefix of a manifest is a broken one, and must be told so without harm. */
START_TEST(a_manifest_cut_anywhere_is_refused)
{
    char text[sizeof whole];
    for (size_t cut = 0; cut < sizeof whole - 3; cut++) {
        memcpy(text, whole, cut);
        text[cut] = '\0';
        put("exercise.json", text);
        ck_assert_str_ne(complaint(), "");
    }
}
END_TEST

START_TEST(an_exercise_is_found_by_name_or_as_a_folder)
{
    char *parent = strdup(dir);
    char *name = strrchr(parent, '/') + 1;
    name[-1] = '\0';
    struct error error = {0};
    setenv("HILO_EXERCISES", parent, 1);
    ck_assert_str_eq(exercises_dir(), parent);
    struct manifest *m = manifest_find(name, &error);
    ck_assert_msg(m, "%s", error.text);
    ck_assert_str_eq(m->dir, dir);
    manifest_free(m);
    setenv("HILO_EXERCISES", "/nonexistent", 1);
    m = manifest_find(dir, &error);
    ck_assert_msg(m, "%s", error.text);
    manifest_free(m);
    ck_assert_ptr_null(manifest_find(name, &error));
    ck_assert_int_eq(error.kind, ERROR_USAGE);
    ck_assert_ptr_nonnull(strstr(error.text, "/nonexistent holds none"));
    free(parent);
}
END_TEST

START_TEST(an_unknown_exercise_is_answered_with_what_there_is)
{
    char inner[PATH_MAX];
    snprintf(inner, sizeof inner, "%s/inner", dir);
    ck_assert_int_eq(mkdir(inner, 0700), 0);
    put("inner/exercise.json", "{}");
    setenv("HILO_EXERCISES", dir, 1);
    static const char *const names[] = {"lieks", "", ".", "..", "../inner", "/", "demo.h"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error error = {0};
        if (chdir("/") != 0 || manifest_find(names[i], &error))
            ck_abort_msg("'%s' was found", names[i]);
        char says[300];
        snprintf(says, sizeof says, "no exercise '%s': there are inner (in %s)", names[i], dir);
        ck_assert_str_eq(error.text, says);
        ck_assert_int_eq(error.kind, ERROR_USAGE);
    }
    discard("inner/exercise.json");
    discard("inner");
}
END_TEST

static TCase *loading(void)
{
    TCase *tests = tcase_create("loading");
    tcase_add_checked_fixture(tests, make_exercise, remove_exercise);
    tcase_add_test(tests, a_whole_manifest_is_loaded_as_written);
    tcase_add_test(tests, what_may_be_left_out_has_a_default);
    tcase_add_test(tests, unknown_keys_are_named_with_the_known_ones);
    tcase_add_test(tests, missing_members_are_named);
    tcase_add_test(tests, wrong_types_are_named);
    tcase_add_test(tests, impossible_values_are_named);
    tcase_add_test(tests, names_are_small_letters_digits_and_underscores);
    tcase_add_test(tests, doubles_are_refused);
    tcase_add_test(tests, a_judgement_must_speak_of_an_answer);
    tcase_add_test(tests, a_kind_must_be_graded_somewhere);
    tcase_add_test(tests, broken_json_is_told_with_its_line);
    tcase_add_test(tests, the_files_it_speaks_of_must_be_there);
    tcase_add_test(tests, unreadable_manifests_are_named);
    tcase_add_test(tests, a_manifest_cut_anywhere_is_refused);
    tcase_add_test(tests, an_exercise_is_found_by_name_or_as_a_folder);
    tcase_add_test(tests, an_unknown_exercise_is_answered_with_what_there_is);
    return tests;
}

int main(void)
{
    Suite *suite = suite_create("manifest");
    suite_add_tcase(suite, loading());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
