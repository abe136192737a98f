/* What people read: right at every width, in both languages, and never driven by a student. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/language.h"
#include "reports/tests/samples.h"
#include "reports/text.h"

static struct terminal_options options_of(int columns)
{
    return (struct terminal_options){.columns = columns, .source_dir = sample_source_dir()};
}

/* Everything that can be printed of a report, one after the other. */
static char *all_of(const struct report *report, const struct terminal_options *options)
{
    char *text = printed(report_print, report, options);
    for (size_t i = 0; i < report->n_findings; i++) {
        char *more = printed_finding(report, i, options), *both = NULL;
        ck_assert_int_ge(asprintf(&both, "%s%s", text, more), 0);
        free(text);
        free(more);
        text = both;
    }
    return text;
}

START_TEST(no_line_is_wider_than_the_terminal)
{
    static const int widths[] = {80, 81, 100, 140, 160};
    report_language("en", sample_locale_dir());
    struct report *report = sample_report(_i % 2 ? "es" : "en");
    struct terminal_options options = options_of(widths[_i / 2]);
    char *text = all_of(report, &options);
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        ck_assert_msg(text_width(line) <= (size_t)options.columns, "%s", line);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(no_line_ends_with_blanks)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_report("es");
    struct terminal_options options = options_of(80);
    char *text = all_of(report, &options);
    char *blank = strstr(text, " \n");
    ck_assert_msg(blank == NULL, "%.*s", 80, blank > text + 60 ? blank - 60 : text);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(nothing_of_a_student_drives_the_terminal)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_hostile(_i % 2 ? "es" : "en");
    struct terminal_options options = options_of(80);
    options.verbose = _i >= 2;
    char *text = all_of(report, &options);
    for (const char *at = text; *at != '\0';) {
        uint32_t code;
        at += text_decode(at, &code);
        ck_assert_msg(code == '\n' || (code >= 0x20 && (code < 0x7f || code > 0x9f)), "U+%04x",
                      code);
        ck_assert_uint_ne(code, 0x202e);
    }
    free(text);
    report_free(report);
}
END_TEST

START_TEST(no_line_is_a_workflow_command)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_hostile("en");
    struct terminal_options options = options_of(80);
    char *text = all_of(report, &options);
    ck_assert_ptr_null(strstr(text, "##["));
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
        ck_assert_msg(strncmp(line + strspn(line, " \t"), "::", 2) != 0, "%s", line);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(without_colour_there_are_no_escapes_and_with_it_there_are)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_report("en");
    struct terminal_options options = options_of(80);
    char *plain = all_of(report, &options);
    options.colour = true;
    char *coloured = all_of(report, &options);
    ck_assert_ptr_null(strchr(plain, '\x1b'));
    ck_assert_ptr_nonnull(strstr(coloured, "\x1b[31m"));
    /* Every colour is switched off again. */
    int on = 0;
    for (const char *at = coloured; (at = strstr(at, "\x1b[")) != NULL; at++)
        on = at[2] == '0' ? 0 : on + 1;
    ck_assert_int_eq(on, 0);
    free(plain);
    free(coloured);
    report_free(report);
}
END_TEST

static void story_is(enum kind kind, const char *language, int columns, const char *expected)
{
    report_language(language, sample_locale_dir());
    struct report *report = sample_report(language);
    struct terminal_options options = options_of(columns);
    for (size_t i = 0; i < report->n_findings; i++) {
        if (report->findings[i].kind != kind)
            continue;
        char *text = printed_finding(report, i, &options);
        ck_assert_str_eq(text, expected);
        free(text);
    }
    report_free(report);
}

START_TEST(a_race_is_told_in_columns_with_the_loop_folded)
{
    story_is(KIND_DATA_RACE, "en", 80,
             "F1 data-race · two_sources · likes.c:18\n"
             "`total` is written by thread `facebook` (likes.c:18) while thread `instagram`\n"
             "(likes.c:18) reads it: no lock protects both.\n"
             "\n"
             "How it happens · likes.c\n"
             "  facebook                              │ instagram\n"
             "  ──────────────────────────────────────┼──────────────────────────────────────\n"
             "  18  total += 1;                       │\n"
             "      reads total: 0                    │\n"
             "      writes total: 0 -> 1              │\n"
             "      ... and the same 4 more times     │\n"
             "  18  total += 1;                       │\n"
             "      reads total: 5                    │\n"
             "                                        │ 18  total += 1;\n"
             "                                        │     reads total: 5 ◄\n"
             "      writes total: 5 -> 6 ◄            │\n"
             "                                        │     writes total: 6 -> 6\n"
             "\n"
             "Hint\n"
             "  Several threads may use the same data at once only while all of them just read\n"
             "  it. Decide which lock guards this data and hold it at every access, also where\n"
             "  it is only read. (`volatile` does not help: it keeps no other thread out.)\n"
             "\n"
             "Seen by: explore, stress, tsan.\n"
             "\n"
             "To run exactly this again: `hilo replay REPORT F1` (with `--gdb`, in the\n"
             "debugger).\n");
}
END_TEST

START_TEST(a_deadlock_ends_with_what_each_thread_waits_for)
{
    story_is(KIND_DEADLOCK, "es", 80,
             "F2 deadlock · two_sources · likes.c:25\n"
             "El hilo `facebook` (likes.c:25) tiene `post->lock` y espera `post->site`,\n"
             "mientras el hilo `instagram` (likes.c:34) tiene `post->site` y espera\n"
             "`post->lock`: cada uno espera al otro, para siempre.\n"
             "\n"
             "Cómo ocurre · likes.c\n"
             "  facebook                              │ instagram\n"
             "  ──────────────────────────────────────┼──────────────────────────────────────\n"
             "  24  pthread_mutex_lock(&post->lock);  │\n"
             "      toma post->lock                   │\n"
             "                                        │ 33  pthread_mutex_lock(&post->site);\n"
             "                                        │     toma post->site\n"
             "  25  pthread_mutex_lock(&post->site);  │\n"
             "      ✗ espera post->site, que tiene el │\n"
             "        hilo instagram                  │\n"
             "                                        │ 34  pthread_mutex_lock(&post->lock);\n"
             "                                        │     ✗ espera post->lock, que tiene el\n"
             "                                        │       hilo facebook\n"
             "  el hilo principal (likes.c:58) espera a que el hilo facebook termine\n"
             "\n"
             "Pista\n"
             "  Para que se cierre un círculo de esperas, cada hilo tiene que retener algo\n"
             "  mientras espera otra cosa. Dibuja quién tiene qué y quién espera qué: ¿qué\n"
             "  flecha podría apuntar al revés? Si todos los hilos toman los candados en un\n"
             "  mismo orden fijo, el círculo es imposible.\n"
             "\n"
             "Lo detectó: explore.\n"
             "\n"
             "Para ejecutar exactamente esto otra vez: `hilo replay INFORME F2` (con `--gdb`,\n"
             "en el depurador).\n");
}
END_TEST

START_TEST(what_could_not_be_replayed_says_so_and_offers_no_replay)
{
    struct report *report = sample_report("en");
    struct terminal_options options = options_of(80);
    for (size_t i = 0; i < report->n_findings; i++) {
        char *text = printed_finding(report, i, &options);
        bool told = strstr(text, "could not be replayed") != NULL;
        ck_assert_int_eq(told, !report->findings[i].reproduced);
        bool offered = strstr(text, "hilo replay") != NULL;
        ck_assert_int_eq(offered, report->findings[i].replay[0] != '\0');
        free(text);
    }
    report_free(report);
}
END_TEST

START_TEST(a_glance_shows_verdict_points_coverage_and_the_way_on)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_report("en");
    struct terminal_options options = options_of(80);
    char *text = printed(report_print, report, &options);
    static const char *const parts[] = {
        "ana · likes · Likes from two sources\nNOT YET PASSED  32.5 of 60 points\n",
        "  ✗ Two sources at once             0/20  proved: all 20 interleavings\n",
        "  ✗ The site's total             12.5/20  sampled: 2000 interleavings\n",
        "  ✓ Nobody sees half an update     20/20  proved: all 20 interleavings\n",
        "12 findings\n  F1 data-race · two_sources · likes.c:18\n",
        "1 compiler warning (no points lost)\n  likes.c:12: unused variable 'two'",
        "Notes\n  - notes.txt was ignored: not a .c or .h.\n",
        "Lanes: explore 4000 runs, tsan 20 runs, stress 1200 runs\n",
        "Isolation: tier 1 (limits, Landlock, seccomp)\n",
        "`hilo explain REPORT F1`"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_msg(strstr(text, parts[i]) != NULL, "%s is not in\n%s", parts[i], text);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(an_error_of_ours_never_looks_like_a_grade)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_failure("en");
    struct terminal_options options = options_of(80);
    char *text = printed(report_print, report, &options);
    ck_assert_ptr_nonnull(strstr(text, "COULD NOT BE GRADED\n"));
    ck_assert_ptr_nonnull(strstr(text, "No space left on device"));
    ck_assert_ptr_null(strstr(text, " points"));
    ck_assert_ptr_null(strstr(text, "PASSED"));
    free(text);
    report_free(report);
}
END_TEST

START_TEST(a_pass_says_so_and_no_more_than_it_must)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_passed("en");
    struct terminal_options options = options_of(80);
    char *text = printed(report_print, report, &options);
    ck_assert_ptr_nonnull(strstr(text, "\nPASSED  60 of 60 points\n"));
    ck_assert_ptr_null(strstr(text, "finding"));
    ck_assert_ptr_null(strstr(text, "hilo explain"));
    free(text);
    report_free(report);
}
END_TEST

/* A report of one finding whose trace is `threads` threads taking turns at `steps` steps. */
static struct report *long_trace(int threads, int steps)
{
    struct report *report = report_new("en");
    struct finding *finding = report_add_finding(report);
    finding->kind = KIND_WRONG_RESULT;
    finding->message = "A like was lost.";
    finding->n_trace = (size_t)steps;
    finding->trace = report_array(report, finding->n_trace, sizeof *finding->trace);
    for (int i = 0; i < steps; i++)
        finding->trace[i] = (struct step){.n = i + 1,
                                          .thread = i % threads,
                                          .op = "read",
                                          .object = "total",
                                          .why = "",
                                          .value = report_format(report, "%d", i),
                                          .at = {"likes.c", "f", 10 + i % 97}};
    return report;
}

START_TEST(a_long_trace_is_cut_in_the_middle_unless_all_is_wanted)
{
    struct report *report = long_trace(2, 4000);
    struct terminal_options options = options_of(80);
    char *text = printed_finding(report, 0, &options);
    ck_assert_ptr_nonnull(strstr(text, "lines are left out here"));
    ck_assert_ptr_nonnull(strstr(text, "reads total: 0 "));
    ck_assert_ptr_nonnull(strstr(text, "reads total: 3999\n"));
    ck_assert_uint_lt(strlen(text), 20000);
    free(text);
    options.verbose = true;
    text = printed_finding(report, 0, &options);
    ck_assert_ptr_null(strstr(text, "left out"));
    ck_assert_ptr_nonnull(strstr(text, "reads total: 2000 "));
    free(text);
    report_free(report);
}
END_TEST

START_TEST(many_threads_are_told_one_below_the_other)
{
    struct report *report = long_trace(6, 12);
    struct terminal_options options = options_of(80);
    char *text = printed_finding(report, 0, &options);
    ck_assert_ptr_null(strstr(text, "┼"));
    ck_assert_msg(
        strstr(text,
               "  thread 5\n    15  static void *facebook(void *arg)\n        reads total: 5\n") !=
            NULL,
        "%s", text);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(a_wide_terminal_has_room_for_three_columns)
{
    struct report *report = long_trace(3, 3);
    struct terminal_options options = options_of(140);
    char *text = printed_finding(report, 0, &options);
    ck_assert_ptr_nonnull(strstr(text, "─┼─"));
    free(text);
    report_free(report);
}
END_TEST

START_TEST(the_same_mistake_in_another_scenario_is_told_once)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_report("en");
    struct finding *again = report_add_finding(report);
    *again = report->findings[0];
    again->id = "F13";
    again->scenario = "site_total";
    struct terminal_options options = options_of(80);
    char *text = printed(report_print, report, &options);
    ck_assert_msg(strstr(text, "  F13 data-race · site_total · likes.c:18\n"
                               "     the same as F1\n") != NULL,
                  "%s", text);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(a_leak_is_told_by_the_life_of_its_thread)
{
    report_language("en", sample_locale_dir());
    struct report *report = report_new("en");
    struct thread_info threads[] = {
        {0, "main", {"", "", 0}}, {1, "a", {"", "", 0}}, {2, "b", {"", "", 0}}};
    struct step steps[] = {
        {1, 0, "create", "", "1", "", {"likes.c", "main", 56}},
        {2, 0, "create", "", "2", "", {"likes.c", "main", 57}},
        {3, 1, "lock", "m", "", "", {"likes.c", "f", 24}},
        {4, 1, "exit", "", "", "", {"", "", 0}},
    };
    struct finding *finding = report_add_finding(report);
    finding->kind = KIND_THREAD_LEAK;
    finding->object = "a";
    finding->n_threads = 3;
    finding->threads = threads;
    finding->n_trace = 4;
    finding->trace = steps;
    struct terminal_options options = options_of(80);
    char *text = printed_finding(report, 0, &options);
    ck_assert_msg(strstr(text, "creates thread a ") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "│     ends\n") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "thread b") == NULL && strstr(text, "locks") == NULL, "%s", text);
    free(text);
    report_free(report);
}
END_TEST

START_TEST(printing_leaves_the_report_as_it_was)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_report("en");
    struct terminal_options options = options_of(80);
    char *first = all_of(report, &options), *second = all_of(report, &options);
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
    report_free(report);
}
END_TEST

static void add_all(TCase *tests)
{
    tcase_add_loop_test(tests, no_line_is_wider_than_the_terminal, 0, 10);
    tcase_add_test(tests, no_line_ends_with_blanks);
    tcase_add_loop_test(tests, nothing_of_a_student_drives_the_terminal, 0, 4);
    tcase_add_test(tests, no_line_is_a_workflow_command);
    tcase_add_test(tests, without_colour_there_are_no_escapes_and_with_it_there_are);
    tcase_add_test(tests, a_race_is_told_in_columns_with_the_loop_folded);
    tcase_add_test(tests, a_deadlock_ends_with_what_each_thread_waits_for);
    tcase_add_test(tests, what_could_not_be_replayed_says_so_and_offers_no_replay);
    tcase_add_test(tests, a_glance_shows_verdict_points_coverage_and_the_way_on);
    tcase_add_test(tests, an_error_of_ours_never_looks_like_a_grade);
    tcase_add_test(tests, a_pass_says_so_and_no_more_than_it_must);
    tcase_add_test(tests, a_long_trace_is_cut_in_the_middle_unless_all_is_wanted);
    tcase_add_test(tests, many_threads_are_told_one_below_the_other);
    tcase_add_test(tests, a_wide_terminal_has_room_for_three_columns);
    tcase_add_test(tests, the_same_mistake_in_another_scenario_is_told_once);
    tcase_add_test(tests, a_leak_is_told_by_the_life_of_its_thread);
    tcase_add_test(tests, printing_leaves_the_report_as_it_was);
}

int main(void)
{
    Suite *suite = suite_create("terminal");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 30);
    add_all(tests);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
