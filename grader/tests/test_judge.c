/* test_judge.c - the expressions of exercise.json: what they mean and how they fail. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/judge.h"

static const struct input_value answers[] = {
    {"total", 7},
    {"zero", 0},
    {"largest", 9223372036854775807LL},
    {"smallest", -9223372036854775807LL - 1},
    {"both", 1},
};
static const struct input_value inputs[] = {{"n", 3}, {"m", 4}, {"both", 2}};

static enum judge_truth truth(const char *text)
{
    struct error error = {0};
    struct judge_expr *expr = judge_parse(text, &error);
    ck_assert_msg(expr, "\"%s\": %s", text, error.text);
    enum judge_truth result = judge_holds(expr, answers, 5, inputs, 3);
    judge_free(expr);
    return result;
}

/* Every row is a claim "text has this truth". */
struct row {
    const char *text;
    enum judge_truth truth;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(truth(rows[i].text) == rows[i].truth, "\"%s\" is %d, not %d", rows[i].text,
                      truth(rows[i].text), rows[i].truth);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof *rows)

START_TEST(operators_mean_what_they_mean_in_c)
{
    static const struct row rows[] = {
        {"total == n + m", JUDGE_TRUE},
        {"total != n + m", JUDGE_FALSE},
        {"n < m", JUDGE_TRUE},
        {"m < n", JUDGE_FALSE},
        {"n < n", JUDGE_FALSE},
        {"n <= n", JUDGE_TRUE},
        {"m <= n", JUDGE_FALSE},
        {"m > n", JUDGE_TRUE},
        {"n > n", JUDGE_FALSE},
        {"n >= n", JUDGE_TRUE},
        {"n >= m", JUDGE_FALSE},
        {"m - n == 1", JUDGE_TRUE},
        {"n * m == 12", JUDGE_TRUE},
        {"total / n == 2", JUDGE_TRUE},
        {"total % n == 1", JUDGE_TRUE},
        {"-total / 2 == -3", JUDGE_TRUE},
        {"-total % 2 == -1", JUDGE_TRUE},
        {"!zero", JUDGE_TRUE},
        {"!total", JUDGE_FALSE},
        {"!!total == 1", JUDGE_TRUE},
        {"--n == 3", JUDGE_TRUE},
        {"n - -m == 7", JUDGE_TRUE},
        {"total", JUDGE_TRUE},
        {"zero", JUDGE_FALSE},
        {"0", JUDGE_FALSE},
        {"1", JUDGE_TRUE},
        {"zero || total", JUDGE_TRUE},
        {"zero || 0", JUDGE_FALSE},
        {"total && n", JUDGE_TRUE},
        {"total && zero", JUDGE_FALSE},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(logic_gives_0_or_1)
{
    static const struct row rows[] = {
        {"(total && n) == 1", JUDGE_TRUE},
        {"(total || zero) == 1", JUDGE_TRUE},
        {"(zero || total) == 1", JUDGE_TRUE},
        {"(zero && total) == 0", JUDGE_TRUE},
        {"!7 == 0", JUDGE_TRUE},
        {"(n < m) + (n < m) == 2", JUDGE_TRUE},
    };
    CHECK_ROWS(rows);
}
END_TEST

/* In each row another grouping would give the other truth. */
START_TEST(precedence_is_that_of_c)
{
    static const struct row rows[] = {
        {"1 + 2 * 3 == 7", JUDGE_TRUE},     {"(1 + 2) * 3 == 9", JUDGE_TRUE},
        {"10 - 4 - 3 == 3", JUDGE_TRUE},    {"100 / 10 / 5 == 2", JUDGE_TRUE},
        {"100 / 10 * 5 == 50", JUDGE_TRUE}, {"17 % 10 * 2 == 14", JUDGE_TRUE},
        {"2 * 17 % 10 == 4", JUDGE_TRUE},   {"1 || 0 && 0", JUDGE_TRUE},
        {"(1 || 0) && 0", JUDGE_FALSE},     {"0 && 0 || 1", JUDGE_TRUE},
        {"1 == 2 < 3", JUDGE_TRUE},         {"2 == 2 && 3 == 3", JUDGE_TRUE},
        {"0 == 1 || 1", JUDGE_TRUE},        {"1 + 1 < 3", JUDGE_TRUE},
        {"!0 + 1 == 2", JUDGE_TRUE},        {"!(0 + 1)", JUDGE_FALSE},
        {"-1 + 2 == 1", JUDGE_TRUE},        {"-(1 + 2) == 0 - 3", JUDGE_TRUE},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(short_circuit_guards_division_and_overflow)
{
    static const struct row rows[] = {
        {"zero != 0 && total / zero == 1", JUDGE_FALSE},
        {"zero == 0 || total / zero == 1", JUDGE_TRUE},
        {"0 && largest + 1", JUDGE_FALSE},
        {"1 || largest + 1", JUDGE_TRUE},
        {"1 && total / zero", JUDGE_UNDEFINED},
        {"0 || total / zero", JUDGE_UNDEFINED},
        {"total / zero || 1", JUDGE_UNDEFINED},
        {"total / zero && 0", JUDGE_UNDEFINED},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(division_by_zero_is_undefined)
{
    static const struct row rows[] = {
        {"total / zero == 0", JUDGE_UNDEFINED}, {"total % zero == 0", JUDGE_UNDEFINED},
        {"!(total / zero)", JUDGE_UNDEFINED},   {"-(total / zero)", JUDGE_UNDEFINED},
        {"1 + total % zero", JUDGE_UNDEFINED},  {"zero / total == 0", JUDGE_TRUE},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(overflow_is_undefined)
{
    static const struct row rows[] = {
        {"largest == 9223372036854775807", JUDGE_TRUE},
        {"largest + 1 > 0", JUDGE_UNDEFINED},
        {"smallest - 1 < 0", JUDGE_UNDEFINED},
        {"largest * 2 > 0", JUDGE_UNDEFINED},
        {"smallest * -1 > 0", JUDGE_UNDEFINED},
        {"-smallest > 0", JUDGE_UNDEFINED},
        {"smallest / -1 > 0", JUDGE_UNDEFINED},
        {"smallest % -1 == 0", JUDGE_UNDEFINED},
        {"smallest / 1 == smallest", JUDGE_TRUE},
        {"total / -1 == -7", JUDGE_TRUE},
        {"total % -1 == 0", JUDGE_TRUE},
        {"smallest + 1 == -largest", JUDGE_TRUE},
        {"largest - 1 + 1 == largest", JUDGE_TRUE},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(a_missing_name_is_undefined_wherever_it_stands)
{
    static const struct row rows[] = {
        {"nobody == 1", JUDGE_UNDEFINED}, {"nobody != nobody", JUDGE_UNDEFINED},
        {"!nobody", JUDGE_UNDEFINED},     {"1 || nobody", JUDGE_UNDEFINED},
        {"0 && nobody", JUDGE_UNDEFINED}, {"nobody * 0 == 0", JUDGE_UNDEFINED},
        {"tota == 7", JUDGE_UNDEFINED},   {"total7 == 7", JUDGE_UNDEFINED},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(an_answer_hides_an_input)
{
    ck_assert_int_eq(truth("both == 1"), JUDGE_TRUE);
}
END_TEST

START_TEST(white_space_is_free)
{
    ck_assert_int_eq(truth("total==n+m"), JUDGE_TRUE);
    ck_assert_int_eq(truth(" \t\n total \r==( n+m ) "), JUDGE_TRUE);
}
END_TEST

START_TEST(no_values_at_all_are_allowed)
{
    struct judge_expr *expr = judge_parse("a == 1", NULL);
    ck_assert_int_eq(judge_holds(expr, NULL, 0, NULL, 0), JUDGE_UNDEFINED);
    judge_free(expr);
    judge_free(NULL);
}
END_TEST

struct mistake {
    const char *text;
    const char *says;
};

START_TEST(mistakes_are_told_with_column_and_cause)
{
    static const struct mistake mistakes[] = {
        {"", "column 1: a name, a number or '(' expected, but the expression ends"},
        {"   ", "column 4: a name, a number or '(' expected, but the expression ends"},
        {"total ==", "column 9: a name, a number or '(' expected, but the expression ends"},
        {"total = 7", "column 7: '=' is not an operator here: compare with '=='"},
        {"a & b", "column 3: '&' is not an operator here: write '&&'"},
        {"a | b", "column 3: '|' is not an operator here: write '||'"},
        {"a &&& b", "column 5: '&' is not an operator here: write '&&'"},
        {"a b", "column 3: an operator or the end expected, not 'b'"},
        {"a + * b", "column 5: a name, a number or '(' expected, not '*'"},
        {"(a + b", "column 1: this '(' is never closed"},
        {"((a) + (b", "column 8: this '(' is never closed"},
        {"a + b)", "column 6: an operator or the end expected, not ')'"},
        {"(a b)", "column 4: an operator or ')' expected, not 'b'"},
        {"()", "column 2: a name, a number or '(' expected, not ')'"},
        {"a <= b <= c", "column 8: comparisons do not chain: write 'a <= b && b <= c'"},
        {"a == b != c", "column 8: comparisons do not chain: write 'a != b && b != c'"},
        {"9223372036854775808", "column 1: the number does not fit in 64 bits"},
        {"a == 99999999999999999999", "column 6: the number does not fit in 64 bits"},
        {"0x10", "column 2: a number ends before 'x': only decimal numbers are known"},
        {"7up", "column 2: a number ends before 'u': only decimal numbers are known"},
        {"1.5", "column 2: an operator or the end expected, not '.'"},
        {"+1", "column 1: a name, a number or '(' expected, not '+'"},
        {"a ? b : c", "column 3: an operator or the end expected, not '?'"},
        {"a == \"b\"", "column 6: a name, a number or '(' expected, not '\"'"},
        {"a\xc3\xb1o", "column 2: an operator or the end expected, not the byte 0xc3"},
        {"a \x1b[2J", "column 3: an operator or the end expected, not the byte 0x1b"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct error error = {0};
        ck_assert_ptr_null(judge_parse(mistakes[i].text, &error));
        ck_assert_str_eq(error.text, mistakes[i].says);
        ck_assert_int_eq(error.kind, ERROR_USAGE);
    }
}
END_TEST

/* Parse `count` times `piece` followed by `tail`; the message, or "" when it parsed. */
static const char *parse_repeated(const char *piece, int count, const char *tail)
{
    static struct error error;
    size_t length = strlen(piece);
    char *text = calloc((size_t)count * length + strlen(tail) + 1, 1);
    for (int i = 0; i < count; i++)
        memcpy(text + (size_t)i * length, piece, length);
    strcat(text, tail);
    error = (struct error){0};
    judge_free(judge_parse(text, &error));
    free(text);
    return error.text;
}

START_TEST(depth_is_bounded)
{
    ck_assert_str_eq(parse_repeated("!", JUDGE_DEPTH_MAX, "a"), "");
    ck_assert_str_eq(parse_repeated("!", JUDGE_DEPTH_MAX + 1, "a"),
                     "column 65: nested deeper than 64 levels");
    ck_assert_str_eq(parse_repeated("(", JUDGE_DEPTH_MAX + 1, "a"),
                     "column 65: nested deeper than 64 levels");
    ck_assert_str_eq(parse_repeated("-(", JUDGE_DEPTH_MAX, "a"),
                     "column 65: nested deeper than 64 levels");
    /* Side by side is not within one another. */
    ck_assert_str_eq(parse_repeated("(a)+", 200, "!a"), "");
}
END_TEST

START_TEST(length_is_bounded)
{
    ck_assert_str_eq(parse_repeated("a+", (JUDGE_LENGTH_MAX - 2) / 2, "aa"), "");
    ck_assert_str_eq(parse_repeated(" ", 10 * 1000 * 1000, "a"),
                     "column 1001: the expression is longer than 1000 bytes");
}
END_TEST

START_TEST(the_longest_chain_is_evaluated)
{
    char text[JUDGE_LENGTH_MAX + 1] = "1";
    for (int i = 1; i < JUDGE_LENGTH_MAX / 2 - 3; i++)
        strcat(text, "+1");
    strcat(text, "==497");
    ck_assert_int_eq(truth(text), JUDGE_TRUE);
}
END_TEST

START_TEST(names_are_bounded)
{
    char text[JUDGE_LENGTH_MAX + 1] = "a";
    for (int i = 0; i < JUDGE_NAMES_MAX; i++)
        sprintf(text + strlen(text), "+x%d", i);
    struct error error = {0};
    ck_assert_ptr_null(judge_parse(text, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "more than 32 different names"));
    ck_assert_str_eq(parse_repeated("n", JUDGE_NAME_MAX, ""), "");
    ck_assert_str_eq(parse_repeated("n", JUDGE_NAME_MAX + 1, ""),
                     "column 1: the name is longer than 64 bytes");
}
END_TEST

static void collect(const char *name, void *data)
{
    strcat(strcat(data, name), " ");
}

START_TEST(each_name_is_seen_once)
{
    char seen[100] = "";
    struct judge_expr *expr = judge_parse("b + a == b * _c9 || a > ab", NULL);
    judge_names(expr, collect, seen);
    judge_free(expr);
    ck_assert_str_eq(seen, "b a _c9 ab ");
}
END_TEST

/* A linear congruential sequence: the same hostile texts in every run. */
START_TEST(random_text_never_breaks_it)
{
    static const char alphabet[] = "ab01 ()!-+*/%<>=&|\xff";
    uint64_t state = 1;
    for (int i = 0; i < 100000; i++) {
        char text[41];
        int length = (int)((state >> 33) % 40);
        for (int k = 0; k <= length; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text[k] = k < length ? alphabet[(state >> 33) % (sizeof alphabet - 1)] : '\0';
        }
        struct error error = {0};
        struct judge_expr *expr = judge_parse(text, &error);
        ck_assert(!expr == (error.kind != ERROR_NONE));
        if (expr)
            judge_holds(expr, answers, 5, inputs, 3);
        judge_free(expr);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("judge");
    TCase *tests = tcase_create("judge");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, operators_mean_what_they_mean_in_c);
    tcase_add_test(tests, logic_gives_0_or_1);
    tcase_add_test(tests, precedence_is_that_of_c);
    tcase_add_test(tests, short_circuit_guards_division_and_overflow);
    tcase_add_test(tests, division_by_zero_is_undefined);
    tcase_add_test(tests, overflow_is_undefined);
    tcase_add_test(tests, a_missing_name_is_undefined_wherever_it_stands);
    tcase_add_test(tests, an_answer_hides_an_input);
    tcase_add_test(tests, white_space_is_free);
    tcase_add_test(tests, no_values_at_all_are_allowed);
    tcase_add_test(tests, mistakes_are_told_with_column_and_cause);
    tcase_add_test(tests, depth_is_bounded);
    tcase_add_test(tests, length_is_bounded);
    tcase_add_test(tests, the_longest_chain_is_evaluated);
    tcase_add_test(tests, names_are_bounded);
    tcase_add_test(tests, each_name_is_seen_once);
    tcase_add_test(tests, random_text_never_breaks_it);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
