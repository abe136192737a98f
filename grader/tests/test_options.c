/* test_options.c - the command line: what is taken, and how mistakes are answered. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/commands.h"
#include "grader/options.h"
#include "grader/suggest.h"

static int nothing(const struct options *options)
{
    (void)options;
    return 0;
}

#define GRADING (TAKES_EXERCISE | TAKES_REPORTS | TAKES_GRADING | TAKES_LANGUAGE | TAKES_QUIET)

const struct command commands[] = {
    {"list", nothing, TAKES_LANGUAGE, 0, 0, "", ""},
    {"check", nothing, GRADING, 1, 1, "which file or folder?", ""},
    {"batch", nothing, GRADING | TAKES_OUT, 1, 100, "which folder?", ""},
    {"run", nothing, TAKES_PROGRAM | TAKES_QUIET, 1, 100, "which .c files?", ""},
    {"replay", nothing, TAKES_SOURCE, 1, 2, "which report?", ""},
    {0},
};

static struct options options;
static struct error error;

/* Parse the words of a line; true as options_parse() is. */
static bool parse(const char *line)
{
    static char text[512];
    static char *argv[32];
    int argc = 0;
    error = (struct error){0};
    snprintf(text, sizeof text, "hilo %s", line);
    for (char *rest, *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    argv[argc] = NULL;
    return options_parse(argc, argv, &options, &error);
}

START_TEST(defaults_are_those_of_the_contract)
{
    ck_assert(parse("check a.c"));
    for (int lane = 0; lane < LANE_COUNT; lane++)
        ck_assert(options.grade.lanes[lane]);
    ck_assert_uint_eq(options.grade.seed, 1);
    ck_assert_int_eq(options.grade.effort, EFFORT_NORMAL);
    ck_assert_int_eq(options.grade.require_isolation, -1);
    ck_assert_int_ge(options.grade.jobs, 1);
    ck_assert_ptr_null(options.json);
    ck_assert(!options.quiet);
    ck_assert_uint_eq(options.n_operands, 1);
    ck_assert_str_eq(options.operands[0], "a.c");
}
END_TEST

START_TEST(every_common_option_is_taken)
{
    ck_assert_msg(parse("check --json - --lanes tsan,explore --seed 0x10 --effort deep --lang es "
                        "--jobs 3 --require-isolation 2 --quiet -e likes a.c"),
                  "%s", error.text);
    ck_assert_str_eq(options.json, "-");
    ck_assert(!options.grade.lanes[LANE_STRESS] && options.grade.lanes[LANE_TSAN] &&
              options.grade.lanes[LANE_EXPLORE]);
    ck_assert_uint_eq(options.grade.seed, 16);
    ck_assert_int_eq(options.grade.effort, EFFORT_DEEP);
    ck_assert_str_eq(options.grade.language, "es");
    ck_assert_int_eq(options.grade.jobs, 3);
    ck_assert_int_eq(options.grade.require_isolation, 2);
    ck_assert(options.quiet);
    ck_assert_str_eq(options.exercise, "likes");
}
END_TEST

START_TEST(options_may_follow_operands)
{
    ck_assert(parse("batch dir -o out one.c -e likes"));
    ck_assert_str_eq(options.out, "out");
    ck_assert_uint_eq(options.n_operands, 2);
}
END_TEST

START_TEST(behind_two_dashes_all_are_operands)
{
    ck_assert(parse("check -- --quiet"));
    ck_assert_str_eq(options.operands[0], "--quiet");
}
END_TEST

START_TEST(behind_two_dashes_a_program_finds_its_arguments)
{
    ck_assert(parse("run a.c --stdin in b.c -- -x a.c --quiet"));
    ck_assert_uint_eq(options.n_operands, 2);
    ck_assert_str_eq(options.operands[1], "b.c");
    ck_assert_str_eq(options.input, "in");
    ck_assert_uint_eq(options.n_arguments, 3);
    ck_assert_str_eq(options.arguments[0], "-x");
    ck_assert(!options.quiet);
}
END_TEST

/* A line that is wrong, and what the answer must contain. */
static const struct {
    const char *line, *says;
} wrong[] = {
    {"chek a.c", "did you mean 'check'"},
    {"frobnicate", "no command 'frobnicate'; see"},
    {"new dir", "not available in this version"},
    {"run -- a.c", "which .c files?"},
    {"check a.c --stdin b", "there is no option --stdin"},
    {"--quiet check a.c", "options come after a command"},
    {"check", "which file or folder?"},
    {"check a.c b.c", "too many: b.c"},
    {"check --effrot deep a.c", "did you mean --effort"},
    {"check --zzzzzzzz a.c", "no option --zzzzzzzz"},
    {"check -x a.c", "no option -x"},
    {"check -o out a.c", "no option -o"},
    {"check --seed", "--seed needs a value"},
    {"check --seed -3 a.c", "--seed -3"},
    {"check --seed 3x a.c", "--seed 3x"},
    {"check --seed 99999999999999999999 a.c", "--seed 99999999999999999999"},
    {"check --lanes tsan,foo a.c", "the lanes are"},
    {"check --lanes tsan, a.c", "the lanes are"},
    {"check --effort hard a.c", "quick, normal or deep"},
    {"check --lang fr a.c", "es and en"},
    {"check --jobs 0 a.c", "1 to 1024"},
    {"check --require-isolation 4 a.c", "0 to 3"},
    {"check --html out.html a.c", "--html: this format is not available in this version"},
    {"check --junit out.xml a.c", "--junit: this format is not available"},
    {"check --sarif out.sarif a.c", "--sarif: this format is not available"},
    {"check --gradescope out.json a.c", "--gradescope: this format is not available"},
    {"check --github a.c", "--github: this format is not available"},
    {"check --gdb a.c", "no option --gdb"},
};

START_TEST(a_mistake_is_named_and_answered)
{
    ck_assert_msg(!parse(wrong[_i].line), "'%s' was taken", wrong[_i].line);
    ck_assert_int_eq(error.kind, ERROR_USAGE);
    ck_assert_msg(strstr(error.text, wrong[_i].says), "'%s' was answered: %s", wrong[_i].line,
                  error.text);
}
END_TEST

START_TEST(help_needs_no_operands)
{
    ck_assert(parse("check --help"));
    ck_assert(options.help);
    ck_assert_str_eq(options.command->name, "check");
    ck_assert(parse("help batch"));
    ck_assert(options.help);
    ck_assert_str_eq(options.command->name, "batch");
    ck_assert(parse("--help"));
    ck_assert(options.help && !options.command);
    ck_assert(parse("--version"));
    ck_assert(options.version);
    ck_assert(parse(""));
    ck_assert(!options.command && !options.help);
}
END_TEST

START_TEST(only_what_is_near_is_suggested)
{
    static const char *const names[] = {"check", "batch", "list"};
    ck_assert_str_eq(suggest("chekc", names, 3), "check");
    ck_assert_str_eq(suggest("lst", names, 3), "list");
    ck_assert_ptr_null(suggest("submission", names, 3));
    ck_assert_ptr_null(suggest("a-word-that-is-far-longer-than-any-name-could-ever-be", names, 3));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tests = tcase_create("options");
    tcase_add_test(tests, defaults_are_those_of_the_contract);
    tcase_add_test(tests, every_common_option_is_taken);
    tcase_add_test(tests, options_may_follow_operands);
    tcase_add_test(tests, behind_two_dashes_all_are_operands);
    tcase_add_test(tests, behind_two_dashes_a_program_finds_its_arguments);
    tcase_add_loop_test(tests, a_mistake_is_named_and_answered, 0, sizeof wrong / sizeof *wrong);
    tcase_add_test(tests, help_needs_no_operands);
    tcase_add_test(tests, only_what_is_near_is_suggested);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
