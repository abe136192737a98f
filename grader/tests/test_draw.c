/* test_draw.c - inputs are drawn as they always were, and texts found in a language. */
#include <check.h>
#include <limits.h>
#include <stdlib.h>

#include "grader/manifest.h"

START_TEST(a_text_falls_back_to_the_other_language)
{
    struct bilingual both = {"hola", "hello"}, spanish = {"hola", NULL}, english = {NULL, "hello"};
    ck_assert_str_eq(bilingual_get(&both, "es"), "hola");
    ck_assert_str_eq(bilingual_get(&both, "en"), "hello");
    ck_assert_str_eq(bilingual_get(&spanish, "en"), "hola");
    ck_assert_str_eq(bilingual_get(&english, "es"), "hello");
}
END_TEST

static struct input_range ranges[] = {
    {"n", 1, 3, 100, 1000},
    {"m", 1, 3, 100, 1000},
    {"wide", LONG_MIN, LONG_MAX, LONG_MIN, LONG_MAX},
    {"fixed", 5, 5, -5, -5},
    /* A quarter of the generator's outputs must be thrown away for this one. */
    {"steep", LONG_MIN, LONG_MAX / 2, LONG_MIN, LONG_MAX / 2},
};

static void draw(const char *exercise, int version, const char *scenario, enum lane lane,
                 uint64_t seed, long values[5])
{
    struct manifest manifest = {.name = (char *)exercise, .version = version};
    struct manifest_scenario s = {.name = (char *)scenario, .n_inputs = 5, .inputs = ranges};
    manifest_draw(&manifest, &s, lane, seed, values);
}

/* Computed once from the description in manifest.h, by another program. */
START_TEST(draws_are_what_they_always_were)
{
    static const struct {
        enum lane lane;
        uint64_t seed;
        long values[5];
    } golden[] = {
        {LANE_EXPLORE, 0, {3, 2, -2956450635121380228, 5, -1391803326745393553}},
        {LANE_EXPLORE, 1, {2, 3, -866466923527330305, 5, -7992846310450939206}},
        {LANE_EXPLORE, 42, {2, 2, -7111560085499078546, 5, -1444708317058444756}},
        {LANE_EXPLORE, UINT64_MAX, {1, 2, -5306375343649491693, 5, -2858616717684222500}},
        {LANE_STRESS, 0, {538, 124, -2592350202074589904, -5, 4097476171030377095}},
        {LANE_STRESS, 1, {389, 370, 9029326278469532938, -5, 1392588397730392057}},
        {LANE_STRESS, 42, {989, 363, -8701136515608387219, -5, -1276143371704481583}},
        {LANE_STRESS, UINT64_MAX, {678, 788, -1144874884484860197, -5, -7423236672335006788}},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        long values[5];
        draw("likes", 1, "two_sources", golden[i].lane, golden[i].seed, values);
        for (int k = 0; k < 5; k++)
            ck_assert_int_eq(values[k], golden[i].values[k]);
    }
}
END_TEST

START_TEST(native_lanes_draw_alike)
{
    long stress[5], tsan[5];
    draw("likes", 1, "two_sources", LANE_STRESS, 9, stress);
    draw("likes", 1, "two_sources", LANE_TSAN, 9, tsan);
    ck_assert_mem_eq(stress, tsan, sizeof stress);
}
END_TEST

START_TEST(everything_that_names_a_draw_changes_it)
{
    long base[5], other[5];
    draw("likes", 1, "two_sources", LANE_TSAN, 9, base);
    ck_assert_int_ne(base[0], base[1]);
    draw("likes", 1, "two_sources", LANE_EXPLORE, 9, other);
    ck_assert_int_ne(base[2], other[2]);
    draw("likes", 1, "two_sources", LANE_TSAN, 10, other);
    ck_assert_int_ne(base[2], other[2]);
    draw("likes", 2, "two_sources", LANE_TSAN, 9, other);
    ck_assert_int_ne(base[2], other[2]);
    draw("queue", 1, "two_sources", LANE_TSAN, 9, other);
    ck_assert_int_ne(base[2], other[2]);
    draw("likes", 1, "two_source", LANE_TSAN, 9, other);
    ck_assert_int_ne(base[2], other[2]);
    draw("likes1", 1, "two_sources", LANE_TSAN, 9, base);
    draw("likes", 11, "two_sources", LANE_TSAN, 9, other);
    ck_assert_int_ne(base[2], other[2]);
}
END_TEST

/* Chi-squared over consecutive seeds; the bound is the 99.9 % quantile of 901 - 1 degrees of
 * freedom, and the seeds are fixed, so this holds always or never. */
START_TEST(draws_are_uniform)
{
    enum { DRAWS = 200000, CELLS = 901 };
    static int small[3], large[CELLS];
    double expected = (double)DRAWS / CELLS, chi = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        long values[5];
        draw("likes", 1, "two_sources", LANE_TSAN, seed, values);
        ck_assert(values[0] >= 100 && values[0] <= 1000 && values[3] == -5);
        large[values[0] - 100]++;
        draw("likes", 1, "two_sources", LANE_EXPLORE, seed, values);
        ck_assert(values[0] >= 1 && values[0] <= 3 && values[3] == 5);
        small[values[0] - 1]++;
    }
    for (int i = 0; i < CELLS; i++)
        chi += (large[i] - expected) * (large[i] - expected) / expected;
    ck_assert_msg(chi < 1035, "chi squared is %f", chi);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(abs(small[i] - DRAWS / 3) < 900, "%d came %d times", i + 1, small[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("draw");
    TCase *tests = tcase_create("draw");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, a_text_falls_back_to_the_other_language);
    tcase_add_test(tests, draws_are_what_they_always_were);
    tcase_add_test(tests, native_lanes_draw_alike);
    tcase_add_test(tests, everything_that_names_a_draw_changes_it);
    tcase_add_test(tests, draws_are_uniform);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
