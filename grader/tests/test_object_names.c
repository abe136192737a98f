/* test_object_names.c - what racing memory is called, end to end: a program that races on variables
 * of all sorts, checked by the built program, and the names that its report has. */
#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/tests/program.h"

/* Each program is this and a main() that is the last line but one. */
#define HEAD                                                                                       \
    "#include <pthread.h>\n#include <stdlib.h>\n"                                                  \
    "static void *add(void *at) { ++*(long *)at; return NULL; }\n"                                 \
    "static void both(void *a, void *b, void *(*f)(void *), void *(*g)(void *)) {\n"               \
    "    pthread_t x, y;\n"                                                                        \
    "    pthread_create(&x, NULL, f, a); pthread_create(&y, NULL, g, b);\n"                        \
    "    pthread_join(x, NULL); pthread_join(y, NULL);\n}\n"

static json_t *report;

/* Check a program in these lanes and read its report. */
static void run(const char *lanes, const char *program)
{
    json_error_t error;
    write_file("a.c", program, strlen(program));
    json_decref(report);
    ck_assert_int_eq(hilo("run --quiet --json r.json --lanes %s a.c", lanes), 1);
    report = json_loads(read_whole("r.json"), 0, &error);
    ck_assert_msg(report, "%s", error.text);
}

static json_t *findings(void)
{
    return json_object_get(report, "findings");
}

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* The finding of a kind about an object, by its name. */
static json_t *about(const char *kind, const char *object)
{
    size_t i;
    json_t *finding;
    json_array_foreach(findings(), i,
                       finding) if (strcmp(text(finding, "kind"), kind) == 0 &&
                                    strcmp(text(finding, "object"), object) == 0) return finding;
    char *all = json_dumps(findings(), JSON_INDENT(1));
    ck_abort_msg("no %s about '%s': %.1500s", kind, object, all);
    return NULL;
}

static void expect_origin(const char *kind, const char *object, const char *origin)
{
    ck_assert_str_eq(text(about(kind, object), "object_origin"), origin);
}

START_TEST(a_local_variable_has_its_name_and_says_whose_it_is)
{
    run("explore", HEAD "struct counter { int unused; long total; };\n"
                        "int main(void) {\n    struct counter counter = {0};\n"
                        "    both(&counter.total, &counter.total, add, add);\n    return 0;\n}\n");
    expect_origin("data-race", "counter.total", "local variable of main(), a.c:11");
}
END_TEST

/* The frames of all three calls lie at the same place. */
START_TEST(a_stack_used_again_tells_the_variable_that_was_there)
{
    run("explore", HEAD "static void before(void) { long old = 0; add(&old); }\n"
                        "static void race(void) { long now = 0; both(&now, &now, add, add); }\n"
                        "static void after(void) { long new = 0; add(&new); }\n"
                        "int main(void) { before(); race(); after(); return 0; }\n");
    expect_origin("data-race", "now", "local variable of race(), a.c:10");
    ck_assert_uint_eq(json_array_size(findings()), 1);
}
END_TEST

START_TEST(namesakes_of_two_functions_are_two_findings)
{
    run("explore", HEAD
        "static void *less(void *at) {\n    --*(long *)at; return NULL; }\n"
        "static void one(void) { long sum = 0; both(&sum, &sum, add, add); }\n"
        "static void two(void) { long pad[4] = {0}, sum = pad[0]; both(&sum, &sum, less, less); }\n"
        "int main(void) { one(); two(); return 0; }\n");
    size_t races = 0, i;
    json_t *finding;
    json_array_foreach(findings(), i, finding) races += !strcmp(text(finding, "object"), "sum");
    ck_assert_uint_eq(races, 2);
}
END_TEST

START_TEST(a_variable_of_another_thread_is_told_too)
{
    run("explore", HEAD "static void *worker(void *unused) { long mine = 0;"
                        " both(&mine, &mine, add, add); return unused; }\n"
                        "int main(void) { pthread_t t; pthread_create(&t, NULL, worker, NULL);"
                        " pthread_join(t, NULL); return 0; }\n");
    expect_origin("data-race", "mine", "local variable of worker(), a.c:9");
}
END_TEST

#define POST                                                                                       \
    "struct post { pthread_mutex_t lock; long likes; };\n"                                         \
    "static struct post *new_post(void) { struct post *made = calloc(1, sizeof *made);\n"          \
    "    pthread_mutex_init(&made->lock, NULL); return made; }\n"

START_TEST(a_part_of_a_block_is_told_by_its_type)
{
    run("explore,tsan",
        HEAD POST "int main(void) { struct post *p = new_post();\n"
                  "    both(&p->likes, &p->likes, add, add); free(p); return 0; }\n");
    expect_origin("data-race", "post->likes", "allocated at a.c:10");
    ck_assert_uint_eq(json_array_size(findings()), 1);
}
END_TEST

START_TEST(blocks_of_one_type_are_numbered_where_there_are_two)
{
    run("explore", HEAD POST
        "static struct post *p, *q;\n"
        "static void *pq(void *x) { pthread_mutex_lock(&p->lock); pthread_mutex_lock(&q->lock);\n"
        "    pthread_mutex_unlock(&q->lock); pthread_mutex_unlock(&p->lock); return x; }\n"
        "static void *qp(void *x) { pthread_mutex_lock(&q->lock); pthread_mutex_lock(&p->lock);\n"
        "    pthread_mutex_unlock(&p->lock); pthread_mutex_unlock(&q->lock); return x; }\n"
        "int main(void) { p = new_post(); q = new_post(); both(0, 0, pq, qp);\n"
        "    free(p); free(q); return 0; }\n");
    size_t i;
    json_t *finding;
    json_array_foreach(findings(), i, finding) if (!strcmp(text(finding, "kind"), "deadlock"))
    {
        ck_assert(strstr(text(finding, "message"), "`post#1->lock`"));
        ck_assert(strstr(text(finding, "message"), "`post#2->lock`"));
        return;
    }
    ck_abort_msg("no deadlock");
}
END_TEST

START_TEST(what_is_leaked_is_the_block_and_not_its_first_member)
{
    run("explore", HEAD POST "int main(void) { struct post *p = new_post();\n"
                             "    pthread_mutex_lock(&p->lock); pthread_mutex_unlock(&p->lock);\n"
                             "    p = NULL; return 0; }\n");
    about("memory-leak", "post");
}
END_TEST

START_TEST(a_block_of_no_certain_type_is_told_by_its_line)
{
    run("explore", HEAD "int main(void) { long *p = malloc(48); p[3] = 0;\n"
                        "    both(p + 3, p + 3, add, add); free(p); return 0; }\n");
    about("data-race", "block from a.c:9 + 24");
}
END_TEST

/* libtsan knows only on whose stack it is, and may see the race at other lines. */
START_TEST(a_lane_that_knows_only_the_stack_tells_the_same_finding)
{
    run("explore,tsan", HEAD "static void *set(void *at) {\n"
                             "    long had = *(long *)at;\n"
                             "    *(long *)at = had + 2;\n"
                             "    return NULL;\n}\n"
                             "int main(void) { long total = 0; both(&total, &total, add, set); "
                             "return 0; }\n");
    about("data-race", "total");
    ck_assert_uint_eq(json_array_size(findings()), 1);
}
END_TEST

static void leave(void)
{
    json_decref(report);
    report = NULL;
    program_leave();
}

int main(void)
{
    Suite *suite = suite_create("object_names");
    TCase *tests = tcase_create("object_names");
    suite_add_tcase(suite, tests);
    tcase_add_checked_fixture(tests, program_home, leave);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_local_variable_has_its_name_and_says_whose_it_is);
    tcase_add_test(tests, a_stack_used_again_tells_the_variable_that_was_there);
    tcase_add_test(tests, namesakes_of_two_functions_are_two_findings);
    tcase_add_test(tests, a_variable_of_another_thread_is_told_too);
    tcase_add_test(tests, a_part_of_a_block_is_told_by_its_type);
    tcase_add_test(tests, blocks_of_one_type_are_numbered_where_there_are_two);
    tcase_add_test(tests, what_is_leaked_is_the_block_and_not_its_first_member);
    tcase_add_test(tests, a_block_of_no_certain_type_is_told_by_its_line);
    tcase_add_test(tests, a_lane_that_knows_only_the_stack_tells_the_same_finding);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
