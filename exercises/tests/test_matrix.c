/*
 * test_matrix.c - every solution that an exercise keeps, graded by the real program: good ones
 * pass, the starter fails, and each broken one gets exactly what its first line says.
 *
 *     expect: KIND, KIND in SCENARIO; KIND in SCENARIO      in a comment
 *
 * Of each scenario named at least one of its kinds must be found, and nothing may be found that the
 * line does not name. `build` is the scenario of what is found before anything runs.
 */
#include <check.h>
#include <dirent.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define EXERCISES "exercises"

enum { SOLUTIONS_MAX = 256, PATH_MAX_LENGTH = 512, LABEL_MAX = 2048 };

struct solutions {
    int n;
    char *paths[SOLUTIONS_MAX];
    char *exercises[SOLUTIONS_MAX];
};

static struct solutions good, broken, starters;

static void add(struct solutions *solutions, const char *exercise, const char *path)
{
    if (solutions->n == SOLUTIONS_MAX) {
        fprintf(stderr, "more than %d solutions\n", SOLUTIONS_MAX);
        exit(EXIT_FAILURE);
    }
    solutions->exercises[solutions->n] = strdup(exercise);
    solutions->paths[solutions->n++] = strdup(path);
}

static void add_folder(struct solutions *solutions, const char *exercise, const char *folder)
{
    char path[PATH_MAX_LENGTH];
    struct dirent **entries;
    snprintf(path, sizeof path, EXERCISES "/%s/%s", exercise, folder);
    int n = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char entry[2 * PATH_MAX_LENGTH];
        snprintf(entry, sizeof entry, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            add(solutions, exercise, entry);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static void find_solutions(void)
{
    struct dirent **entries;
    int n = scandir(EXERCISES, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[PATH_MAX_LENGTH];
        const char *name = entries[i]->d_name;
        snprintf(path, sizeof path, EXERCISES "/%s/exercise.json", name);
        FILE *manifest = name[0] == '.' ? NULL : fopen(path, "r");
        if (manifest) {
            fclose(manifest);
            add_folder(&good, name, "good");
            add_folder(&broken, name, "broken");
            snprintf(path, sizeof path, EXERCISES "/%s/starter.c", name);
            add(&starters, name, path);
        }
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
}

static json_t *grade(const char *exercise, const char *path, int *status)
{
    const char *build = getenv("HILO_BUILD");
    char command[2 * PATH_MAX_LENGTH];
    snprintf(command, sizeof command, "%s/hilo check -e %s --quiet --json - %s",
             build ? build : "build", exercise, path);
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    json_error_t error;
    json_t *report = json_loadf(pipe, 0, &error);
    int ended = pclose(pipe);
    ck_assert_msg(report != NULL, "%s: no report: %s", path, error.text);
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    return report;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* "kind in scenario, ..." of a report, for messages. */
static const char *told(const json_t *report)
{
    static char text[4096];
    size_t length = 0, i;
    json_t *finding;
    text[0] = '\0';
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        int n = snprintf(text + length, sizeof text - length, "%s in %s, ",
                         text_of(finding, "kind"), text_of(finding, "scenario"));
        if (n < 0 || (size_t)n >= sizeof text - length)
            break;
        length += (size_t)n;
    }
    return text;
}

START_TEST(good_solutions_pass)
{
    int status;
    json_t *report = grade(good.exercises[_i], good.paths[_i], &status);
    ck_assert_msg(status == 0, "%s ends with %d: %s", good.paths[_i], status, told(report));
    ck_assert_str_eq(text_of(report, "verdict"), "pass");
    json_t *score = json_object_get(report, "score");
    ck_assert(json_number_value(json_object_get(score, "points")) ==
              json_number_value(json_object_get(score, "max")));
    json_decref(report);
}
END_TEST

START_TEST(starters_fail)
{
    int status;
    json_t *report = grade(starters.exercises[_i], starters.paths[_i], &status);
    ck_assert_int_eq(status, 1);
    ck_assert_str_eq(text_of(report, "verdict"), "fail");
    json_decref(report);
}
END_TEST

/* The first line of a solution, which of a folder stands in its first file. */
static void read_label(const char *path, char *label)
{
    FILE *file = fopen(path, "r");
    ck_assert_msg(file && fgets(label, LABEL_MAX, file), "%s: cannot read its label", path);
    fclose(file);
    char *end = strstr(label, " */");
    ck_assert_msg(!strncmp(label, "/* expect: ", 11) && end, "%s: no label", path);
    *end = '\0';
    memmove(label, label + 11, strlen(label + 11) + 1);
}

/* Whether `kind` stands in the list of kinds "a, b, c", which is `length` long. */
static bool lists(const char *kinds, size_t length, const char *kind)
{
    size_t wanted = strlen(kind);
    for (const char *at = kinds; at < kinds + length; at += strcspn(at, ",; ") + 1)
        if (!strncmp(at, kind, wanted) && strchr(",; ", at[wanted]))
            return true;
    return false;
}

/* The part of the label that is about a scenario: its kinds, and their length. */
static const char *part_of(const char *label, const char *scenario, size_t *length)
{
    for (const char *part = label; *part;) {
        size_t whole = strcspn(part, ";");
        const char *in = strstr(part, " in ");
        ck_assert_msg(in && in < part + whole, "label without scenario: %s", part);
        size_t name = whole - (size_t)(in + 4 - part);
        if (strlen(scenario) == name && !strncmp(in + 4, scenario, name)) {
            *length = (size_t)(in - part);
            return part;
        }
        part += whole;
        part += strspn(part, "; ");
    }
    return NULL;
}

static const char *scenario_of(const json_t *finding)
{
    const char *scenario = text_of(finding, "scenario");
    return *scenario ? scenario : "build";
}

/* Nothing is told that the label does not name. */
static void expect_no_other(const char *path, const char *label, const json_t *report)
{
    size_t i;
    json_t *finding;
    json_array_foreach(json_object_get(report, "findings"), i, finding)
    {
        size_t length;
        const char *kinds = part_of(label, scenario_of(finding), &length);
        ck_assert_msg(kinds && lists(kinds, length, text_of(finding, "kind")),
                      "%s is told of %s in %s (all: %s)", path, text_of(finding, "kind"),
                      scenario_of(finding), told(report));
    }
}

/* Each scenario that the label names has one of its kinds. */
static void expect_each(const char *path, const char *label, const json_t *report)
{
    for (const char *part = label; *part;) {
        size_t whole = strcspn(part, ";"), i;
        const char *in = strstr(part, " in ");
        bool found = false;
        json_t *finding;
        json_array_foreach(json_object_get(report, "findings"), i, finding)
        {
            const char *scenario = scenario_of(finding);
            size_t name = whole - (size_t)(in + 4 - part);
            found |= strlen(scenario) == name && !strncmp(in + 4, scenario, name) &&
                     lists(part, (size_t)(in - part), text_of(finding, "kind"));
        }
        ck_assert_msg(found, "%s is not told of any of: %.*s (all: %s)", path, (int)whole, part,
                      told(report));
        part += whole;
        part += strspn(part, "; ");
    }
}

START_TEST(broken_solutions_get_what_they_say)
{
    char label[LABEL_MAX];
    int status;
    read_label(broken.paths[_i], label);
    json_t *report = grade(broken.exercises[_i], broken.paths[_i], &status);
    ck_assert_msg(status == 1, "%s ends with %d", broken.paths[_i], status);
    ck_assert_str_eq(text_of(report, "verdict"), "fail");
    expect_no_other(broken.paths[_i], label, report);
    expect_each(broken.paths[_i], label, report);
    json_decref(report);
}
END_TEST

int main(void)
{
    find_solutions();
    Suite *suite = suite_create("matrix");
    TCase *tcase = tcase_create("solutions");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, good_solutions_pass, 0, good.n);
    tcase_add_loop_test(tcase, starters_fail, 0, starters.n);
    tcase_add_loop_test(tcase, broken_solutions_get_what_they_say, 0, broken.n);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed || !good.n || !broken.n ? EXIT_FAILURE : EXIT_SUCCESS;
}
