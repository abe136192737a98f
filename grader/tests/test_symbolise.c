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

/* The source of a program of functions whose frames and allocations are asked for. */
static const char frames[] =
    "#include <stdlib.h>\n"                                      /* 1 */
    "struct counter { long total; int by[3]; };\n"               /* 2 */
    "struct pair { long a, b; }; struct other { long c, d; };\n" /* 3 */
    "typedef struct { char text[100]; } only_typedef;\n"         /* 4 */
    "struct list { int *values; long n; char pad[64]; };\n"      /* 5 */
    "void *keep[8]; struct other other;\n"                       /* 6 */
    "void simple(int n)\n"                                       /* 7 */
    "{\n"                                                        /* 8 */
    "    struct counter counter = {n, {1}};\n"                   /* 9 */
    "    { long inner = 1; keep[0] = &inner; }\n"                /* 10 */
    "    { long inner = 2, two = 3; keep[1] = &inner; keep[2] = &two; }\n"
    "    keep[3] = &counter;\n"                                                           /* 12 */
    "}\n"                                                                                 /* 13 */
    "void aligned(int n)\n"                                                               /* 14 */
    "{\n"                                                                                 /* 15 */
    "    _Alignas(64) long wide[8] = {n}; int some[n]; keep[4] = wide; keep[5] = some;\n" /* 16 */
    "}\n"                                                                                 /* 17 */
    "struct counter *declared(void)\n"                                                    /* 18 */
    "{\n"                                                                                 /* 19 */
    "    struct counter *made = malloc(sizeof *made);\n"                                  /* 20 */
    "    return made;\n"                                                                  /* 21 */
    "}\n"                                                                                 /* 22 */
    "void *rivals(struct pair *pair)\n"                                                   /* 23 */
    "{\n"                                                                                 /* 24 */
    "    return pair ? NULL : malloc(16);\n"                                              /* 25 */
    "}\n"                                                                                 /* 26 */
    "only_typedef *unnamed(void)\n"                                                       /* 27 */
    "{\n"                                                                                 /* 28 */
    "    return malloc(100);\n"                                                           /* 29 */
    "}\n"                                                                                 /* 30 */
    "void fill(struct list *list)\n"                                                      /* 31 */
    "{\n"                                                                                 /* 32 */
    "    list->values = malloc(80);\n"                                                    /* 33 */
    "}\n"                                                                                 /* 34 */
    "void *wrapped(size_t size) { return malloc(size); }\n"                               /* 35 */
    "int main(void) { simple(1); aligned(1); declared(); return 0; }\n";

static struct symboliser *open_frames(void)
{
    symboliser_close(symboliser);
    workshop_close(&shop);
    workshop_open(&shop);
    workshop_build_text(&shop, frames);
    symboliser = symboliser_open(shop.build.explore_so);
    return symboliser;
}

/* The first instruction of a function that is on a line. */
static uint64_t instruction(const char *function, int line)
{
    uint64_t start = workshop_symbol(shop.build.explore_so, function);
    for (uint64_t i = 1; i < 1000; i++) {
        struct location at;
        if (symboliser_line(symboliser, start + i, shop.report, &at) && at.line == line &&
            strcmp(at.function, function) == 0)
            return start + i;
    }
    ck_abort_msg("%s has no line %d", function, line);
    return 0;
}

/* How many bytes of the frame around its address bear this name, asked for at a line. */
static int bytes_called(const char *function, int line, uint64_t size, const char *name)
{
    uint64_t pc = instruction(function, line);
    int n = 0;
    for (int64_t offset = -400; offset < 64; offset++) {
        struct local_name local;
        n += symboliser_local(symboliser, pc, offset, size, shop.report, &local) &&
             strcmp(local.path, name) == 0;
    }
    return n;
}

START_TEST(a_local_variable_is_told_with_its_members)
{
    open_frames();
    ck_assert_int_eq(bytes_called("simple", 12, 1, "counter.total"), 8);
    ck_assert_int_eq(bytes_called("simple", 12, 1, "counter.by[2]"), 4);
    ck_assert_int_eq(bytes_called("simple", 12, 1, "n"), 4);
    ck_assert_int_eq(bytes_called("simple", 12, 8, "counter.total"), 1);
}
END_TEST

START_TEST(a_local_variable_says_where_it_is_declared)
{
    open_frames();
    struct local_name local = {0};
    bool found = false;
    for (int64_t offset = -400; offset < 0 && !found; offset++)
        found = symboliser_local(symboliser, instruction("simple", 12), offset, 8, shop.report,
                                 &local) &&
                strcmp(local.path, "counter.total") == 0;
    ck_assert(found);
    ck_assert_str_eq(local.declared.file, "a.c");
    ck_assert_str_eq(local.declared.function, "simple");
    ck_assert_int_eq(local.declared.line, 9);
}
END_TEST

START_TEST(variables_of_blocks_are_told_also_after_the_block)
{
    open_frames();
    ck_assert_int_eq(bytes_called("simple", 11, 1, "inner"), 16);
    ck_assert_int_eq(bytes_called("simple", 11, 1, "two"), 8);
    ck_assert_int_eq(bytes_called("simple", 12, 1, "two"), 8);
}
END_TEST

START_TEST(a_frame_that_is_aligned_is_told_from_its_frame_pointer)
{
    open_frames();
    ck_assert_int_eq(bytes_called("aligned", 16, 1, "wide[0]"), 8);
    ck_assert_int_eq(bytes_called("aligned", 16, 1, "wide[7]"), 8);
}
END_TEST

static bool block_at(const char *function, int line, uint64_t block, uint64_t within,
                     struct block_name *name)
{
    uint64_t pc = instruction(function, line);
    return symboliser_block(symboliser, pc, block, within, 1, shop.report, name);
}

START_TEST(a_block_is_told_by_the_type_that_its_line_declares)
{
    struct block_name name;
    open_frames();
    ck_assert(block_at("declared", 20, 24, 0, &name));
    ck_assert_str_eq(name.type, "counter");
    ck_assert_str_eq(name.path, "total");
    ck_assert(block_at("declared", 20, 24, 13, &name));
    ck_assert_str_eq(name.path, "by[1]");
    ck_assert(block_at("declared", 20, 24, 21, &name));
    ck_assert(block_at("unnamed", 29, 100, 99, &name));
    ck_assert_str_eq(name.type, "only_typedef");
    ck_assert_str_eq(name.path, "text[99]");
}
END_TEST

START_TEST(a_block_of_a_type_that_is_not_certain_is_not_told)
{
    struct block_name name;
    open_frames();
    ck_assert_msg(!block_at("declared", 20, 32, 0, &name), "another size");
    ck_assert_msg(!block_at("declared", 20, 24, 24, &name), "outside of the block");
    ck_assert_msg(!block_at("rivals", 25, 16, 0, &name), "two structures of that size");
    ck_assert_msg(!block_at("fill", 33, 80, 0, &name), "or an array of int");
    ck_assert_msg(!block_at("wrapped", 35, 24, 0, &name), "the function knows no type");
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
        struct local_name local;
        struct block_name block;
        const char *name;
        for (uint64_t i = 0; i < 80; i += 8) {
            symboliser_variable(other, table + i, 4, shop.report, &name);
            symboliser_line(other, next + i, shop.report, &at);
            symboliser_local(other, next + i, (int64_t)i - 64, 4, shop.report, &local);
            symboliser_block(other, next + i, i, i / 2, 4, shop.report, &block);
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
    tcase_add_test(tests, a_local_variable_is_told_with_its_members);
    tcase_add_test(tests, a_local_variable_says_where_it_is_declared);
    tcase_add_test(tests, variables_of_blocks_are_told_also_after_the_block);
    tcase_add_test(tests, a_frame_that_is_aligned_is_told_from_its_frame_pointer);
    tcase_add_test(tests, a_block_is_told_by_the_type_that_its_line_declares);
    tcase_add_test(tests, a_block_of_a_type_that_is_not_certain_is_not_told);
    tcase_add_test(tests, what_is_no_object_answers_nothing);
    tcase_add_test(tests, offsets_outside_answer_nothing);
    tcase_add_test(tests, damaged_objects_never_break_it);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
