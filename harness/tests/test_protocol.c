/* What a line may hold, and what is refused. */
#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/protocol.h"

static bool parse(const char *text, struct record_view *view)
{
    static char line[RECORD_MAX * 2];
    size_t length = strlen(text);
    memcpy(line, text, length);
    return record_parse(line, length, view);
}

START_TEST(any_text_comes_back_as_it_was)
{
    struct record record;
    struct record_view view;
    char text[256];
    for (int c = 1; c < 256; c++)
        text[c - 1] = (char)c;
    text[255] = '\0';
    record_begin(&record, "note");
    record_text(&record, "text", text);
    ck_assert(!record.overflow);
    ck_assert_ptr_null(memchr(record.text, '\n', record.length));
    ck_assert(record_parse(record.text, record.length, &view));
    ck_assert_str_eq(record_get(&view, "text"), text);
}
END_TEST

START_TEST(numbers_come_back_as_they_were)
{
    static const long long numbers[] = {0, 1, -1, 42, LLONG_MAX, LLONG_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct record record;
        struct record_view view;
        long long number;
        uint64_t hex;
        record_begin(&record, "x");
        record_int(&record, "n", numbers[i]);
        record_hex(&record, "h", (uint64_t)numbers[i]);
        ck_assert(record_parse(record.text, record.length, &view));
        ck_assert(record_get_int(&view, "n", &number) && number == numbers[i]);
        ck_assert(record_get_hex(&view, "h", &hex) && hex == (uint64_t)numbers[i]);
    }
}
END_TEST

START_TEST(fields_keep_their_order)
{
    struct record_view view;
    ck_assert(parse("outcome id=1 a.total=7 empty=", &view));
    ck_assert_str_eq(view.type, "outcome");
    ck_assert_uint_eq(view.n_fields, 3);
    ck_assert_str_eq(view.fields[1].key, "a.total");
    ck_assert_str_eq(view.fields[1].value, "7");
    ck_assert_str_eq(record_get(&view, "empty"), "");
    ck_assert_ptr_null(record_get(&view, "absent"));
}
END_TEST

START_TEST(malformed_lines_are_refused)
{
    static const char *const lines[] = {
        "",        " ",         "x ",       "x  a=1",       " x",      "x a",
        "x =1",    "x a=1 a=2", "x a=%",    "x a=%4",       "x a=%zz", "x a=%00",
        "x a=%4G", "x a=\x01",  "x a=\x80", "x a=1\tb=2",   "x\ta=1",  "x/y a=1",
        "x a=1 b", "x a b=1",   "x=1",      "x a=1 \x7f=2",
    };
    struct record_view view;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(!parse(lines[i], &view), "accepted: \"%s\"", lines[i]);
}
END_TEST

START_TEST(a_nul_within_a_line_is_refused)
{
    struct record_view view;
    char in_value[] = "x a=1\0b", in_key[] = "x a\0=1", in_type[] = "x\0y";
    ck_assert(!record_parse(in_value, sizeof in_value - 1, &view));
    ck_assert(!record_parse(in_key, sizeof in_key - 1, &view));
    ck_assert(!record_parse(in_type, sizeof in_type - 1, &view));
}
END_TEST

START_TEST(overlong_lines_names_and_lists_are_refused)
{
    char line[RECORD_MAX + 64];
    struct record_view view;
    memset(line, 'a', sizeof line);
    ck_assert(!record_parse(line, RECORD_NAME_MAX + 1, &view));
    memset(line, 'a', sizeof line);
    ck_assert(record_parse(line, RECORD_NAME_MAX, &view));
    memset(line, 'a', sizeof line);
    line[1] = ' ';
    line[3] = '=';
    ck_assert(!record_parse(line, RECORD_MAX, &view));
    size_t length = 1;
    for (int i = 0; i <= RECORD_FIELDS_MAX; i++) {
        ck_assert_int_eq(view.n_fields > RECORD_FIELDS_MAX, 0);
        length += (size_t)sprintf(line + length, " k%d=", i);
        char copy[RECORD_MAX];
        line[0] = 'x';
        memcpy(copy, line, length);
        ck_assert_int_eq(record_parse(copy, length, &view), i < RECORD_FIELDS_MAX);
    }
}
END_TEST

START_TEST(malformed_numbers_are_refused)
{
    static const char *const numbers[] = {"",
                                          "-",
                                          "+1",
                                          "1x",
                                          "0x1",
                                          "1 ",
                                          "--1",
                                          "9223372036854775808",
                                          "-9223372036854775809",
                                          "99999999999999999999"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct record_view view = {"x", 1, {{"n", numbers[i]}}};
        long long number;
        ck_assert_msg(!record_get_int(&view, "n", &number), "accepted: %s", numbers[i]);
    }
    struct record_view view = {"x", 1, {{"n", "12345678901234567"}}};
    uint64_t hex;
    ck_assert(!record_get_hex(&view, "n", &hex));
    view.fields[0].value = "xyz";
    ck_assert(!record_get_hex(&view, "n", &hex));
    ck_assert(!record_get_hex(&view, "absent", &hex));
}
END_TEST

START_TEST(what_does_not_fit_is_never_sent)
{
    struct record record;
    char text[RECORD_MAX];
    int ends[2];
    memset(text, ' ', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_int_eq(pipe(ends), 0);
    record_begin(&record, "note");
    record_text(&record, "text", text);
    ck_assert(record.overflow);
    ck_assert_int_eq(record_send(&record, ends[1]), EMSGSIZE);
    record_begin(&record, "no type");
    ck_assert_int_eq(record_send(&record, ends[1]), EMSGSIZE);
    close(ends[1]);
    ck_assert_int_eq(read(ends[0], text, 1), 0);
    close(ends[0]);
}
END_TEST

START_TEST(a_full_line_is_sent_whole)
{
    struct record record;
    static char text[RECORD_MAX], got[RECORD_MAX];
    int ends[2];
    record_begin(&record, "x");
    memset(text, 'a', sizeof text - 1);
    text[RECORD_MAX - 1 - strlen("x a=") - 1 + 1] = '\0';
    record_text(&record, "a", text);
    ck_assert(!record.overflow);
    ck_assert_uint_eq(record.length, RECORD_MAX - 1);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(record_send(&record, ends[1]), 0);
    ck_assert_int_eq(read(ends[0], got, sizeof got), RECORD_MAX);
    ck_assert_int_eq(got[RECORD_MAX - 1], '\n');
    close(ends[0]);
    close(ends[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("protocol");
    TCase *tests = tcase_create("lines");
    tcase_add_test(tests, any_text_comes_back_as_it_was);
    tcase_add_test(tests, numbers_come_back_as_they_were);
    tcase_add_test(tests, fields_keep_their_order);
    tcase_add_test(tests, malformed_lines_are_refused);
    tcase_add_test(tests, a_nul_within_a_line_is_refused);
    tcase_add_test(tests, overlong_lines_names_and_lists_are_refused);
    tcase_add_test(tests, malformed_numbers_are_refused);
    tcase_add_test(tests, what_does_not_fit_is_never_sent);
    tcase_add_test(tests, a_full_line_is_sent_whole);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
