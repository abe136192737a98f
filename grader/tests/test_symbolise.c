/* test_symbolise.c - offsets of objects that the build really makes are told by their names. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/symbolise.h"
#include "grader/tests/workshop.h"

static const char source[] =
    "#include <pthread.h>\n"                                           /* 1 */
    "struct post { long total; pthread_mutex_t lock; int by[3]; };\n"  /* 2 */
    "static struct post post_table[4];\n"                              /* 3 */
    "union either { int i; struct { short a, b; } s; char c[16]; };\n" /* 4 */
    "struct deep { int grid[2][3]; union either either; unsigned f : 3, g : 9; };\n"
    "struct deep deep[2]; int plain; _Atomic long atomic; int extra;\n" /* 6 */
    "int next(void)\n"                                                  /* 7 */
    "{\n"                                                               /* 8 */
    "    static int counter;\n"                                         /* 9 */
    "    return ++counter;\n"                                           /* 10 */
    "}\n"                                                               /* 11 */
    "int main(void)\n"                                                  /* 12 */
    "{\n"                                                               /* 13 */
    "    post_table[1].total = next() + plain;\n"                       /* 14 */
    "    return (int)post_table[0].by[0] + deep[0].grid[0][0];\n"       /* 15 */
    "}\n";

static struct workshop shop;
static struct symboliser *symboliser;

static void open_shop(void)
{
    workshop_open(&shop);
    workshop_build_text(&shop, source);
    workshop_expect_clean(&shop);
    symboliser = symboliser_open(shop.build.explore_so);
}

static void close_shop(void)
{
    symboliser_close(symboliser);
    workshop_close(&shop);
}

static void expect_name(const char *symbol, uint64_t within, uint64_t size, const char *expected)
{
    const char *name;
    uint64_t offset = workshop_symbol(shop.build.explore_so, symbol) + within;
    ck_assert_msg(symboliser_variable(symboliser, offset, size, shop.report, &name), "%s", symbol);
    ck_assert_str_eq(name, expected);
}

START_TEST(members_and_elements_are_written_as_in_c)
{
    expect_name("post_table", 0, 8, "post_table[0].total");
    expect_name("post_table", 2 * 64 + 48 + 4, 4, "post_table[2].by[1]");
    expect_name("deep", 0, 4, "deep[0].grid[0][0]");
    expect_name("deep", 44 + 20, 4, "deep[1].grid[1][2]");
    expect_name("plain", 0, 4, "plain");
    expect_name("atomic", 0, 8, "atomic");
}
END_TEST

START_TEST(a_path_ends_where_no_single_part_is_meant)
{
    expect_name("post_table", 0, 0, "post_table");
    expect_name("post_table", 0, 64, "post_table[0]");
    expect_name("post_table", 60, 8, "post_table");
    expect_name("deep", 0, 12, "deep[0].grid[0]");
    expect_name("deep", 8, 8, "deep[0].grid");
}
END_TEST

START_TEST(insides_of_library_types_stay_inside)
{
    expect_name("post_table", 8, 4, "post_table[0].lock");
    expect_name("post_table", 8, 40, "post_table[0].lock");
}
END_TEST

START_TEST(unions_and_bit_fields_are_told)
{
    expect_name("deep", 24, 4, "deep[0].either.i");
    expect_name("deep", 24 + 10, 1, "deep[0].either.c[10]");
    expect_name("deep", 40, 1, "deep[0].f");
}
END_TEST

static uint64_t static_counter(void)
{
    for (int i = 0; i < 10; i++) {
        char name[32];
        snprintf(name, sizeof name, "counter.%d", i);
        if (workshop_has_symbol(shop.build.explore_so, name))
            return workshop_symbol(shop.build.explore_so, name);
    }
    return 0;
}

START_TEST(a_static_within_a_function_says_which)
{
    const char *name;
    ck_assert(symboliser_variable(symboliser, static_counter(), 4, shop.report, &name));
    ck_assert_str_eq(name, "counter in next()");
}
END_TEST

START_TEST(code_is_told_by_file_line_and_function)
{
    struct location at;
    uint64_t next = workshop_symbol(shop.build.explore_so, "next");
    ck_assert(symboliser_line(symboliser, next, shop.report, &at));
    ck_assert_str_eq(at.file, "a.c");
    ck_assert_int_eq(at.line, 8);
    ck_assert_str_eq(at.function, "next");
    bool body = false;
    for (uint64_t i = 1; i < 60 && !body; i++)
        body = symboliser_line(symboliser, next + i, shop.report, &at) && at.line == 10;
    ck_assert(body);
    ck_assert_str_eq(symboliser_function(symboliser, next + 3, shop.report), "next");
}
END_TEST

START_TEST(native_objects_tell_lines_too_and_variables_by_symbol)
{
    struct symboliser *native = symboliser_open(shop.build.stress_so);
    struct location at;
    const char *name;
    uint64_t table = workshop_symbol(shop.build.stress_so, "post_table");
    ck_assert(
        symboliser_line(native, workshop_symbol(shop.build.stress_so, "next"), shop.report, &at));
    ck_assert_str_eq(at.file, "a.c");
    ck_assert(symboliser_variable(native, table, 8, shop.report, &name));
    ck_assert_str_eq(name, "post_table");
    ck_assert(symboliser_variable(native, table + 64, 8, shop.report, &name));
    ck_assert_str_eq(name, "post_table+64");
    symboliser_close(native);
}
END_TEST

static void expect_nothing(const char *path)
{
    static const uint64_t offsets[] = {0, 1, 64, 0x1000, UINT64_MAX - 8, UINT64_MAX};
    struct symboliser *other = symboliser_open(path);
    for (size_t i = 0; i < 6; i++) {
        struct location at;
        const char *name;
        ck_assert(!symboliser_line(other, offsets[i], shop.report, &at));
        ck_assert_str_eq(at.file, "");
        ck_assert(!symboliser_variable(other, offsets[i], 4, shop.report, &name));
        ck_assert_str_eq(name, "");
        ck_assert_ptr_null(symboliser_function(other, offsets[i], shop.report));
    }
    symboliser_close(other);
}

START_TEST(what_is_no_object_answers_nothing)
{
    expect_nothing("/nonexistent");
    expect_nothing("/etc/passwd");
    expect_nothing("/dev/null");
    symboliser_close(NULL);
}
END_TEST

START_TEST(offsets_outside_answer_nothing)
{
    struct location at;
    const char *name;
    static const uint64_t offsets[] = {0, 1, 0x700000, UINT64_MAX};
    for (size_t i = 0; i < 4; i++) {
        ck_assert(!symboliser_line(symboliser, offsets[i], shop.report, &at));
        ck_assert(!symboliser_variable(symboliser, offsets[i], 8, shop.report, &name));
    }
}
END_TEST

/* Damage the object anywhere, many times: any answer is right, but there must be one. */
START_TEST(damaged_objects_never_break_it)
{
    size_t size;
    char *bytes = fs_read_file(shop.build.explore_so, 1 << 22, &size, &shop.error);
    ck_assert_ptr_nonnull(bytes);
    uint64_t table = workshop_symbol(shop.build.explore_so, "post_table");
    uint64_t next = workshop_symbol(shop.build.explore_so, "next");
    const char *path = workshop_path(&shop, "damaged.so");
    srand(11);
    for (int turn = 0; turn < 400; turn++) {
        char *copy = malloc(size);
        memcpy(copy, bytes, size);
        for (int i = 0; i < 1 + turn % 20; i++)
            copy[(size_t)rand() % size] = (char)rand();
        size_t length = turn % 5 ? size : (size_t)rand() % size;
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ck_assert_int_eq(write(fd, copy, length), (ssize_t)length);
        close(fd);
        free(copy);
        struct symboliser *other = symboliser_open(path);
        struct location at;
        const char *name;
        for (uint64_t i = 0; i < 80; i += 8) {
            symboliser_variable(other, table + i, 4, shop.report, &name);
            symboliser_line(other, next + i, shop.report, &at);
        }
        symboliser_close(other);
    }
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("symbolise");
    TCase *tests = tcase_create("symbolise");
    suite_add_tcase(suite, tests);
    tcase_add_checked_fixture(tests, open_shop, close_shop);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, members_and_elements_are_written_as_in_c);
    tcase_add_test(tests, a_path_ends_where_no_single_part_is_meant);
    tcase_add_test(tests, insides_of_library_types_stay_inside);
    tcase_add_test(tests, unions_and_bit_fields_are_told);
    tcase_add_test(tests, a_static_within_a_function_says_which);
    tcase_add_test(tests, code_is_told_by_file_line_and_function);
    tcase_add_test(tests, native_objects_tell_lines_too_and_variables_by_symbol);
    tcase_add_test(tests, what_is_no_object_answers_nothing);
    tcase_add_test(tests, offsets_outside_answer_nothing);
    tcase_add_test(tests, damaged_objects_never_break_it);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
