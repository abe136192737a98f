/* test_build.c - real compiles: what each lane gets, and what a student is told when there is
 * nothing to get. */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/tests/workshop.h"
#include "grader/tools.h"

static struct workshop shop;

static void open_shop(void)
{
    workshop_open(&shop);
}

static void close_shop(void)
{
    workshop_close(&shop);
}

#define SCENARIOS                                                                                  \
    "#include \"scenario.h\"\n#include \"ex.h\"\n"                                                 \
    "SCENARIO(one) { answer(\"a\", add(1, 2)); }\n"
#define HEADER "int add(int a, int b);\n"

static const char locked[] = "#include <pthread.h>\n"
                             "static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;\n"
                             "static int total; __thread int mine;\n"
                             "static void *body(void *arg)\n"
                             "{\n"
                             "    pthread_mutex_lock(&m);\n"
                             "    total += *(int *)arg;\n"
                             "    mine++;\n"
                             "    pthread_mutex_unlock(&m);\n"
                             "    return 0;\n"
                             "}\n"
                             "int main(void)\n"
                             "{\n"
                             "    int n = 3;\n"
                             "    pthread_t t;\n"
                             "    pthread_create(&t, 0, body, &n);\n"
                             "    return pthread_join(t, 0);\n"
                             "}\n";

START_TEST(each_lane_gets_its_object_with_its_calls_wrapped)
{
    workshop_build_text(&shop, locked);
    workshop_expect_clean(&shop);
    const struct build *build = &shop.build;
    ck_assert(workshop_has_symbol(build->explore_so, "__wrap_pthread_mutex_lock"));
    ck_assert(workshop_has_symbol(build->explore_so, "__tsan_write4"));
    ck_assert(!workshop_has_symbol(build->explore_so, "pthread_mutex_lock"));
    ck_assert(workshop_has_symbol(build->tsan_so, "__wrap_pthread_create"));
    ck_assert(workshop_has_symbol(build->tsan_so, "__tls_get_addr"));
    ck_assert(workshop_has_symbol(build->perturb_so, "__wrap_pthread_mutex_lock"));
    ck_assert(workshop_has_symbol(build->perturb_so, "__tsan_write4"));
    ck_assert(workshop_has_symbol(build->stress_so, "__wrap_pthread_mutex_lock"));
    ck_assert(!workshop_has_symbol(build->stress_so, "__tsan_write4"));
}
END_TEST

START_TEST(thread_local_data_is_reached_through_the_wrapper)
{
    workshop_build_text(&shop, locked);
    ck_assert(workshop_has_symbol(shop.build.explore_so, "__wrap___tls_get_addr"));
    ck_assert(!workshop_has_symbol(shop.build.explore_so, "__tls_get_addr"));
    ck_assert(workshop_has_symbol(shop.build.tsan_so, "__tls_get_addr"));
}
END_TEST

/* Calls of the submission's own functions go through no slot that somebody else could fill. */
START_TEST(own_names_mean_own_functions)
{
    workshop_build_text(&shop, "int abs_of(int a) { return a < 0 ? -a : a; }\n"
                               "int main(void) { return abs_of(0); }\n");
    workshop_expect_clean(&shop);
    ck_assert(workshop_is_symbolic(shop.build.explore_so));
    ck_assert(workshop_is_symbolic(shop.build.stress_so));
}
END_TEST

START_TEST(only_the_lanes_asked_for_are_built)
{
    shop.report->lanes[LANE_STRESS].asked = false;
    shop.report->lanes[LANE_TSAN].asked = false;
    workshop_build_text(&shop, locked);
    workshop_expect_clean(&shop);
    ck_assert_str_ne(shop.build.explore_so, "");
    ck_assert_str_eq(shop.build.tsan_so, "");
    ck_assert_str_eq(shop.build.stress_so, "");
    ck_assert_str_eq(shop.build.perturb_so, "");
    ck_assert_int_ne(access(workshop_path(&shop, "work/objects/0.o2.s"), F_OK), 0);
}
END_TEST

static char *bytes_of(const char *path, size_t *size)
{
    char *bytes = fs_read_file(path, 1 << 24, size, &shop.error);
    ck_assert_msg(bytes, "%s", shop.error.text);
    return bytes;
}

START_TEST(the_same_source_gives_the_same_bytes_in_any_folder)
{
    workshop_build_text(&shop, locked);
    size_t size, other_size;
    char *first = bytes_of(shop.build.explore_so, &size);
    struct workshop other;
    workshop_open(&other);
    workshop_build_text(&other, locked);
    char *second = bytes_of(other.build.explore_so, &other_size);
    workshop_close(&other);
    ck_assert_uint_eq(size, other_size);
    ck_assert(memcmp(first, second, size) == 0);
    free(first);
    free(second);
}
END_TEST

START_TEST(the_source_cannot_tell_the_lanes_apart)
{
    workshop_build_text(&shop, "#if defined __SANITIZE_THREAD__ || defined __OPTIMIZE__\n"
                               "#error told\n"
                               "#endif\n"
                               "#ifndef __NO_INLINE__\n"
                               "#error told\n"
                               "#endif\n"
                               "int main(void) { return 0; }\n");
    workshop_expect_clean(&shop);
}
END_TEST

START_TEST(an_error_is_told_with_file_line_and_the_compilers_words)
{
    workshop_build_text(&shop, "int main(void)\n{\n    return undeclared;\n}\n");
    ck_assert(shop.build.failed);
    ck_assert_uint_eq(shop.report->n_findings, 1);
    const struct finding *finding = workshop_finding(&shop, KIND_COMPILE_ERROR, NULL);
    ck_assert_ptr_nonnull(finding);
    ck_assert_str_eq(finding->locations[0].file, "a.c");
    ck_assert_int_eq(finding->locations[0].line, 3);
    ck_assert_str_eq(finding->locations[0].function, "main");
    ck_assert_msg(strstr(finding->detail, "undeclared"), "%s", finding->detail);
    ck_assert_str_ne(finding->message, "");
}
END_TEST

START_TEST(errors_in_a_header_of_a_folder_are_told_there)
{
    workshop_file(&shop, "in/sub/b.h", "\nint f(\n");
    workshop_build_text(&shop, "#include \"sub/b.h\"\nint main(void) { return 0; }\n");
    const struct finding *finding = workshop_finding(&shop, KIND_COMPILE_ERROR, NULL);
    ck_assert_ptr_nonnull(finding);
    ck_assert(shop.build.failed);
    ck_assert(shop.report->n_errors == 0);
}
END_TEST

START_TEST(warnings_are_shown_once_and_fail_nothing)
{
    workshop_build_text(&shop, "#include <stdio.h>\n"
                               "int main(void)\n"
                               "{\n"
                               "    printf(\"%s\\n\", 3);\n"
                               "    return 0;\n"
                               "}\n");
    workshop_expect_clean(&shop);
    ck_assert_uint_eq(shop.report->n_warnings, 1);
    ck_assert_int_eq(shop.report->warnings[0].at.line, 4);
    ck_assert(strstr(shop.report->warnings[0].text, "-Wformat"));
}
END_TEST

START_TEST(warnings_are_shown_without_the_native_compile_too)
{
    shop.report->lanes[LANE_STRESS].asked = false;
    workshop_build_text(&shop, "int main(void) { int unused; return 0; }\n");
    workshop_expect_clean(&shop);
    ck_assert_uint_eq(shop.report->n_warnings, 1);
}
END_TEST

START_TEST(a_flood_of_diagnostics_is_a_compile_error_soon)
{
    workshop_build_text(&shop, "#include \"a.c\"\n#include \"a.c\"\nx\n");
    ck_assert(shop.build.failed);
    ck_assert_ptr_nonnull(workshop_finding(&shop, KIND_COMPILE_ERROR, NULL));
    ck_assert_uint_le(shop.report->n_findings, 20);
}
END_TEST

START_TEST(a_macro_bomb_costs_itself_only)
{
    workshop_build_text(&shop, "#define A(x) x x x x x x x x x x x x x x x x\n"
                               "#define B(x) A(A(A(A(x))))\n"
                               "int main(void) { return 0 B(B(+0)); }\n");
    ck_assert(shop.build.failed);
    ck_assert_ptr_nonnull(workshop_finding(&shop, KIND_COMPILE_ERROR, NULL));
}
END_TEST

START_TEST(several_files_are_linked_together)
{
    workshop_file(&shop, "in/b.h", "int twice(int);\n");
    workshop_file(&shop, "in/sub/b.c", "#include \"../b.h\"\nint twice(int a) { return 2 * a; }\n");
    workshop_build_text(&shop, "#include \"b.h\"\nint main(void) { return twice(0); }\n");
    workshop_expect_clean(&shop);
    ck_assert(workshop_has_symbol(shop.build.stress_so, "twice"));
}
END_TEST

START_TEST(two_definitions_are_told_with_both_places)
{
    workshop_file(&shop, "in/b.c", "\nint twice(int a) { return a; }\n");
    workshop_build_text(&shop, "int twice(int a) { return a; }\nint main(void) { return 0; }\n");
    ck_assert(shop.build.failed);
    const struct finding *finding = workshop_finding(&shop, KIND_LINK_ERROR, "twice");
    ck_assert_ptr_nonnull(finding);
    ck_assert_str_eq(finding->locations[0].file, "b.c");
    ck_assert_int_eq(finding->locations[0].line, 2);
    ck_assert_msg(strstr(finding->detail, "a.c:1"), "%s", finding->detail);
}
END_TEST

START_TEST(a_function_that_nobody_defines_is_told_where_it_is_used)
{
    workshop_build_text(&shop, "int helper(int);\nint main(void)\n{\n    return helper(1);\n}\n");
    ck_assert(shop.build.failed);
    const struct finding *finding = workshop_finding(&shop, KIND_LINK_ERROR, "helper");
    ck_assert_ptr_nonnull(finding);
    ck_assert_int_eq(finding->locations[0].line, 4);
    ck_assert_str_eq(finding->locations[0].function, "main");
}
END_TEST

START_TEST(a_program_needs_a_main)
{
    workshop_build_text(&shop, "int f(void) { return 0; }\n");
    ck_assert(shop.build.failed);
    ck_assert_ptr_nonnull(workshop_finding(&shop, KIND_LINK_ERROR, "main"));
}
END_TEST

START_TEST(wide_arithmetic_is_served_without_wrapped_calls_of_libgcc)
{
    workshop_build_text(
        &shop, "#include <pthread.h>\n"
               "unsigned __int128 q(unsigned __int128 a, unsigned __int128 b) { return a / b; }\n"
               "static void *f(void *p) { return p; }\n"
               "int main(void) { pthread_t t; return pthread_create(&t, 0, f, 0); }\n");
    workshop_expect_clean(&shop);
    ck_assert(workshop_has_symbol(shop.build.explore_so, "__udivti3"));
    /* Undefined: it is the lane's program that has it. */
    ck_assert_uint_eq(workshop_symbol(shop.build.explore_so, "__wrap_pthread_create"), 0);
}
END_TEST

START_TEST(an_exercise_asks_for_its_functions_by_name)
{
    workshop_file(&shop, "in/a.c", "#include \"ex.h\"\nint other(void) { return 0; }\n");
    ck_assert(workshop_build_for(&shop, "add", HEADER, SCENARIOS));
    ck_assert(shop.build.failed);
    const struct finding *finding = workshop_finding(&shop, KIND_LINK_ERROR, "add");
    ck_assert_ptr_nonnull(finding);
    ck_assert_msg(strstr(finding->detail, "ex.h") && strstr(finding->detail, "add"), "%s",
                  finding->detail);
}
END_TEST

START_TEST(the_exercises_header_wins)
{
    workshop_file(&shop, "in/ex.h", "#error mine\n");
    workshop_file(&shop, "in/sub/ex.h", "#error mine\n");
    workshop_file(&shop, "in/sub/b.c", "#include \"ex.h\"\n");
    workshop_file(&shop, "in/a.c", "#include <ex.h>\nint add(int a, int b) { return a + b; }\n");
    ck_assert(workshop_build_for(&shop, "add", HEADER, SCENARIOS));
    workshop_expect_clean(&shop);
}
END_TEST

START_TEST(a_header_of_the_systems_cannot_be_replaced)
{
    workshop_file(&shop, "in/pthread.h", "#error mine\n");
    workshop_file(&shop, "in/a.c",
                  "#include <pthread.h>\n#include \"ex.h\"\n"
                  "pthread_t t;\nint add(int a, int b) { return a + b; }\n");
    ck_assert(workshop_build_for(&shop, "add", HEADER, SCENARIOS));
    workshop_expect_clean(&shop);
}
END_TEST

static size_t cached(void)
{
    DIR *directory = opendir(workshop_path(&shop, "cache/hilo/scenarios"));
    size_t n = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
        n += *entry->d_name != '.';
    if (directory)
        closedir(directory);
    return n;
}

START_TEST(scenarios_are_built_once_and_again_when_they_change)
{
    workshop_file(&shop, "in/a.c", "int add(int a, int b) { return a + b; }\n");
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(workshop_build_for(&shop, "add", HEADER, SCENARIOS), "%s", shop.error.text);
        workshop_expect_clean(&shop);
        ck_assert_uint_eq(cached(), 1);
    }
    ck_assert_msg(strstr(shop.build.scenarios_explore, "/cache/"), "%s",
                  shop.build.scenarios_explore);
    ck_assert(workshop_has_symbol(shop.build.scenarios_explore, "hilo_scenario_one"));
    ck_assert(workshop_has_symbol(shop.build.scenarios_explore, "hilo_answer"));
    ck_assert(workshop_build_for(&shop, "add", HEADER, SCENARIOS "\n"));
    ck_assert_uint_eq(cached(), 2);
}
END_TEST

START_TEST(without_a_cache_scenarios_are_built_in_the_work_folder)
{
    workshop_file(&shop, "cache", "in the way");
    workshop_file(&shop, "in/a.c", "int add(int a, int b) { return a + b; }\n");
    ck_assert_msg(workshop_build_for(&shop, "add", HEADER, SCENARIOS), "%s", shop.error.text);
    workshop_expect_clean(&shop);
    ck_assert(strstr(shop.build.scenarios_tsan, "/work/"));
    ck_assert_int_eq(access(shop.build.scenarios_tsan, R_OK), 0);
}
END_TEST

START_TEST(scenarios_that_do_not_compile_are_the_authors_and_not_the_students)
{
    workshop_file(&shop, "in/a.c", "int add(int a, int b) { return a + b; }\n");
    ck_assert(!workshop_build_for(&shop, "add", HEADER, "#include \"scenario.h\"\nnonsense\n"));
    ck_assert_int_eq(shop.error.kind, ERROR_USAGE);
    ck_assert_msg(strstr(shop.error.text, "scenarios.c:2"), "%s", shop.error.text);
    ck_assert_uint_eq(shop.report->n_findings, 0);
}
END_TEST

START_TEST(both_spellings_of_the_scenario_header_are_right)
{
    workshop_file(&shop, "in/a.c", "int add(int a, int b) { return a + b; }\n");
    ck_assert_msg(workshop_build_for(&shop, "add", HEADER,
                                     "#include \"harness/scenario.h\"\n#include \"ex.h\"\n"
                                     "SCENARIO(two) { add(1, 2); }\n"),
                  "%s", shop.error.text);
    workshop_expect_clean(&shop);
}
END_TEST

START_TEST(a_refused_submission_is_a_finding_without_a_compile)
{
    workshop_file(&shop, "in/a.txt", "");
    ck_assert(workshop_build(&shop));
    ck_assert(shop.build.failed);
    ck_assert_ptr_nonnull(workshop_finding(&shop, KIND_COMPILE_ERROR, NULL));
}
END_TEST

START_TEST(a_machine_without_a_compiler_is_our_error)
{
    setenv("PATH", shop.dir, 1);
    workshop_file(&shop, "in/a.c", "int main(void) { return 0; }\n");
    ck_assert(!workshop_build(&shop));
    ck_assert_int_eq(shop.error.kind, ERROR_MACHINE);
    ck_assert_msg(strstr(shop.error.text, "gcc"), "%s", shop.error.text);
    ck_assert_uint_eq(shop.report->n_findings, 0);
}
END_TEST

START_TEST(names_that_look_like_options_are_files)
{
    workshop_file(&shop, "in/-o.c", "int helper(void) { return 0; }\n");
    workshop_file(&shop, "in/@x.c", "int main(void) { return 0; }\n");
    ck_assert_msg(workshop_build(&shop), "%s", shop.error.text);
    workshop_expect_clean(&shop);
}
END_TEST

START_TEST(files_of_the_machine_cannot_be_included)
{
    workshop_build_text(&shop, "#define F \"/etc/hostname\"\n#include F\nint main(void) {}\n");
    ck_assert_ptr_nonnull(workshop_finding(&shop, KIND_FORBIDDEN, NULL));
    ck_assert(shop.build.failed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("build");
    TCase *tests = tcase_create("build");
    suite_add_tcase(suite, tests);
    tcase_add_checked_fixture(tests, open_shop, close_shop);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, each_lane_gets_its_object_with_its_calls_wrapped);
    tcase_add_test(tests, thread_local_data_is_reached_through_the_wrapper);
    tcase_add_test(tests, own_names_mean_own_functions);
    tcase_add_test(tests, only_the_lanes_asked_for_are_built);
    tcase_add_test(tests, the_same_source_gives_the_same_bytes_in_any_folder);
    tcase_add_test(tests, the_source_cannot_tell_the_lanes_apart);
    tcase_add_test(tests, an_error_is_told_with_file_line_and_the_compilers_words);
    tcase_add_test(tests, errors_in_a_header_of_a_folder_are_told_there);
    tcase_add_test(tests, warnings_are_shown_once_and_fail_nothing);
    tcase_add_test(tests, warnings_are_shown_without_the_native_compile_too);
    tcase_add_test(tests, a_flood_of_diagnostics_is_a_compile_error_soon);
    tcase_add_test(tests, a_macro_bomb_costs_itself_only);
    tcase_add_test(tests, several_files_are_linked_together);
    tcase_add_test(tests, two_definitions_are_told_with_both_places);
    tcase_add_test(tests, a_function_that_nobody_defines_is_told_where_it_is_used);
    tcase_add_test(tests, a_program_needs_a_main);
    tcase_add_test(tests, wide_arithmetic_is_served_without_wrapped_calls_of_libgcc);
    tcase_add_test(tests, an_exercise_asks_for_its_functions_by_name);
    tcase_add_test(tests, the_exercises_header_wins);
    tcase_add_test(tests, a_header_of_the_systems_cannot_be_replaced);
    tcase_add_test(tests, scenarios_are_built_once_and_again_when_they_change);
    tcase_add_test(tests, without_a_cache_scenarios_are_built_in_the_work_folder);
    tcase_add_test(tests, scenarios_that_do_not_compile_are_the_authors_and_not_the_students);
    tcase_add_test(tests, both_spellings_of_the_scenario_header_are_right);
    tcase_add_test(tests, a_refused_submission_is_a_finding_without_a_compile);
    tcase_add_test(tests, a_machine_without_a_compiler_is_our_error);
    tcase_add_test(tests, names_that_look_like_options_are_files);
    tcase_add_test(tests, files_of_the_machine_cannot_be_included);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
