/* The model, its texts and names, and the sentences in both languages. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/explain.h"
#include "reports/language.h"
#include "reports/source.h"
#include "reports/tests/samples.h"
#include "reports/text.h"

START_TEST(the_first_error_wins)
{
    struct error error = {0};
    ck_assert(!error_set(&error, ERROR_USAGE, "%s: no such %s", "a.c", "file"));
    ck_assert(!error_set(&error, ERROR_OURS, "later"));
    ck_assert_int_eq(error.kind, ERROR_USAGE);
    ck_assert_str_eq(error.text, "a.c: no such file");
    ck_assert(!error_set(NULL, ERROR_OURS, "nobody asks"));
}
END_TEST

START_TEST(an_error_of_the_system_says_why)
{
    struct error error = {0};
    errno = ENOSPC;
    ck_assert(!error_errno(&error, ERROR_MACHINE, "cannot write '%s'", "out.json"));
    ck_assert_str_eq(error.text, "cannot write 'out.json': No space left on device");
}
END_TEST

START_TEST(an_overlong_error_is_cut_and_ends)
{
    struct error error = {0};
    char longest[4096];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    errno = EIO;
    error_errno(&error, ERROR_MACHINE, "%s", longest);
    ck_assert_uint_eq(strlen(error.text), sizeof error.text - 1);
}
END_TEST

START_TEST(usage_exits_with_2_and_faults_with_3)
{
    struct error usage = {.kind = ERROR_USAGE, .text = "no such file"};
    struct error machine = {.kind = ERROR_MACHINE, .text = "disk full"};
    struct error ours = {.kind = ERROR_OURS, .text = "a fault"};
    ck_assert(freopen("/dev/null", "w", stderr) != NULL);
    ck_assert_int_eq(error_print(&usage), 2);
    ck_assert_int_eq(error_print(&machine), 3);
    ck_assert_int_eq(error_print(&ours), 3);
}
END_TEST

START_TEST(text_is_clean_whatever_came_in)
{
    static const struct {
        const char *in, *out;
    } table[] = {
        {"plain", "plain"},
        {"ñandú ✓", "ñandú ✓"},
        {"tab\tand\nnewline", "tab\tand\nnewline"},
        {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
        {"\x7f\r\b", "\\x7f\\x0d\\x08"},
        {"\xc2\x9b"
         "2J",
         "\\x9b2J"},
        {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"if (\xe2\x80\xae x)", "if (\\u202e x)"},
        {"\xef\xbb\xbf#include", "\\ufeff#include"},
    };
    struct report *report = report_new("en");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        ck_assert_str_eq(report_text(report, table[i].in), table[i].out);
    ck_assert_str_eq(report_text(report, NULL), "");
    report_free(report);
}
END_TEST

START_TEST(clean_text_is_cut_at_a_character)
{
    char out[6];
    ck_assert_uint_eq(text_clean("abñññ", TEXT_LINES, out, sizeof out), 4);
    ck_assert_str_eq(out, "abñ");
    ck_assert_uint_eq(text_clean("ab\x1b", TEXT_LINES, out, sizeof out), 2);
    ck_assert_str_eq(out, "ab");
}
END_TEST

START_TEST(width_counts_columns_not_bytes)
{
    report_language("en", NULL);
    ck_assert_uint_eq(text_width("ñandú"), 5);
    ck_assert_uint_eq(text_width("線程"), 4);
    ck_assert_uint_eq(text_width("e\xcc\x81"), 1);
    ck_assert_uint_eq(text_fit("線程", 3), 3);
    ck_assert_uint_eq(text_fit("abc", 10), 3);
}
END_TEST

START_TEST(the_pool_holds_what_is_larger_than_its_chunks)
{
    struct report *report = report_new("en");
    for (size_t i = 1; i < 200; i++) {
        unsigned char *bytes = report_array(report, i, 1000);
        ck_assert(bytes[0] == 0 && memcmp(bytes, bytes + 1, i * 1000 - 1) == 0);
        memset(bytes, 0xff, i * 1000);
        ck_assert_uint_eq((uintptr_t)bytes % _Alignof(max_align_t), 0);
    }
    report_free(report);
}
END_TEST

START_TEST(arrays_keep_their_order_as_they_grow)
{
    struct report *report = report_new("en");
    for (int i = 0; i < 300; i++) {
        report_add_finding(report)->seen = i;
        report_add_note(report, report_format(report, "note %d", i));
        report_add_error(report, report_format(report, "error %d", i));
        report_add_warning(report, (struct location){"a.c", "f", i}, "warning");
    }
    for (int i = 0; i < 300; i++) {
        ck_assert_int_eq(report->findings[i].seen, i);
        ck_assert_str_eq(report->findings[i].id, report_format(report, "F%d", i + 1));
        ck_assert_str_eq(report->notes[i], report_format(report, "note %d", i));
        ck_assert_str_eq(report->errors[i], report_format(report, "error %d", i));
        ck_assert_int_eq(report->warnings[i].at.line, i);
    }
    report_free(report);
}
END_TEST

START_TEST(an_array_that_was_replaced_grows_all_the_same)
{
    struct report *report = report_new("en");
    report_add_finding(report);
    struct finding *own = report_array(report, 3, sizeof *own);
    own[2].seen = 7;
    report->findings = own;
    report->n_findings = 3;
    report_add_finding(report)->seen = 8;
    ck_assert_uint_eq(report->n_findings, 4);
    ck_assert_int_eq(report->findings[2].seen, 7);
    ck_assert_int_eq(report->findings[3].seen, 8);
    report_free(report);
}
END_TEST

START_TEST(every_kind_is_found_by_its_name)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        ck_assert_int_eq(kind_by_name(kind_name((enum kind)kind)), kind);
        ck_assert_str_ne(category_name(kind_category((enum kind)kind)), "");
    }
    ck_assert_int_eq(kind_by_name("no-such-kind"), KIND_COUNT);
    ck_assert_int_eq(kind_by_name(NULL), KIND_COUNT);
    ck_assert_str_eq(kind_name(KIND_COUNT), "");
    ck_assert_str_eq(lane_name(LANE_NONE), "");
}
END_TEST

START_TEST(findings_are_counted_by_category)
{
    struct report *report = sample_report("en");
    ck_assert_uint_eq(report_count(report, CATEGORY_RACES), 1);
    ck_assert_uint_eq(report_count(report, CATEGORY_DEADLOCKS), 3);
    ck_assert_uint_eq(report_count(report, CATEGORY_JOINS), 2);
    ck_assert_uint_eq(report_count(report, CATEGORY_DAEMONS), 0);
    ck_assert_uint_eq(report_count(report, CATEGORY_BUILD), 1);
    report_free(report);
}
END_TEST

static void guess(const char *variable, const char *value, const char *language)
{
    static const char *const all[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < 4; i++)
        unsetenv(all[i]);
    setenv("LANG", "es_CL.UTF-8", 1);
    setenv(variable, value, 1);
    ck_assert_str_eq(report_guess_language(), language);
}

START_TEST(the_language_is_guessed_as_gettext_does)
{
    guess("LANG", "es_CL.UTF-8", "es");
    guess("LANG", "C", "en");
    guess("LC_ALL", "en_US.UTF-8", "en");
    guess("LC_MESSAGES", "C", "en");
    guess("LANGUAGE", "en:es", "en");
    guess("LC_ALL", "", "es");
    unsetenv("LANG");
    unsetenv("LC_ALL");
    ck_assert_str_eq(report_guess_language(), "en");
}
END_TEST

START_TEST(the_report_decides_the_language_not_the_environment)
{
    setenv("LANG", "C", 1);
    setenv("LC_ALL", "C", 1);
    setenv("LANGUAGE", "de", 1);
    report_language("en", sample_locale_dir());
    for (int i = 0; i < 2; i++) {
        report_language("es", NULL);
        ck_assert_str_eq(_("the main thread"), "el hilo principal");
        report_language("en", NULL);
        ck_assert_str_eq(_("the main thread"), "the main thread");
    }
    ck_assert_int_eq(snprintf(NULL, 0, "%.1f", 0.5), 3);
}
END_TEST

/* What a command prints; its exit status in *status. */
static char *output_of(const char *command, int *status)
{
    FILE *pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    char *text = rest_of(pipe);
    *status = pclose(pipe);
    return text;
}

START_TEST(every_message_is_translated)
{
    int status;
    char *text = output_of("LC_ALL=C msgfmt --statistics --check-format -o /dev/null "
                           "reports/po/es.po 2>&1 | grep messages",
                           &status);
    ck_assert_int_eq(status, 0);
    ck_assert_msg(strstr(text, " translated messages.\n") != NULL, "%s", text);
    ck_assert_msg(strstr(text, "untranslated") == NULL && strstr(text, "fuzzy") == NULL, "%s",
                  text);
    free(text);
}
END_TEST

START_TEST(the_catalogue_has_exactly_the_messages_of_the_source)
{
    int status;
    char *text = output_of("reports/po/update --check 2>&1", &status);
    ck_assert_msg(status == 0, "%s", text);
    free(text);
}
END_TEST

START_TEST(every_kind_has_a_sentence_and_a_hint_in_both_languages)
{
    report_language("en", sample_locale_dir());
    struct report *english = sample_bare("en");
    struct report *spanish = sample_bare("es");
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct finding *en = &english->findings[kind], *es = &spanish->findings[kind];
        const char *name = kind_name((enum kind)kind);
        ck_assert_msg(strlen(en->message) > 10 && strcmp(en->message, name) != 0, "%s", name);
        ck_assert_msg(strlen(en->hint) > 10, "%s", name);
        ck_assert_msg(strcmp(en->message, es->message) != 0, "%s", name);
        ck_assert_msg(strcmp(en->hint, es->hint) != 0, "%s", name);
        ck_assert_msg(strchr(en->message, '{') == NULL, "%s", en->message);
        ck_assert_msg(strchr(es->message, '{') == NULL, "%s", es->message);
        char last = es->message[strlen(es->message) - 1];
        ck_assert_msg(last == '.', "%s", es->message);
    }
    report_free(english);
    report_free(spanish);
}
END_TEST

static void explained(enum kind kind, const char *message)
{
    report_language("en", sample_locale_dir());
    struct report *report = sample_report("en");
    for (size_t i = 0; i < report->n_findings; i++)
        if (report->findings[i].kind == kind)
            ck_assert_str_eq(report->findings[i].message, message);
    report_free(report);
}

START_TEST(a_race_names_the_variable_both_threads_and_the_missing_lock)
{
    explained(KIND_DATA_RACE, "`total` is written by thread `facebook` (likes.c:18) while thread "
                              "`instagram` (likes.c:18) reads it: no lock protects both.");
}
END_TEST

START_TEST(a_deadlock_tells_its_circle)
{
    explained(KIND_DEADLOCK,
              "Thread `facebook` (likes.c:25) holds `post->lock` and waits for `post->site`, "
              "while thread `instagram` (likes.c:34) holds `post->site` and waits for "
              "`post->lock`: each waits for the other, for ever.");
}
END_TEST

START_TEST(a_lost_wakeup_names_the_signal_that_nobody_heard)
{
    explained(KIND_LOST_WAKEUP,
              "Thread `instagram` (likes.c:51) signals `post->changed` when nobody is waiting "
              "yet, and nobody hears it; then thread `facebook` (likes.c:44) starts to wait for "
              "it, for ever.");
}
END_TEST

START_TEST(a_leaked_thread_is_told_with_its_birthplace)
{
    explained(KIND_THREAD_LEAK, "Thread `instagram`, created at likes.c:57, is still there at the "
                                "end: it was neither joined nor detached.");
}
END_TEST

START_TEST(a_message_that_is_there_stays)
{
    explained(KIND_WRONG_RESULT, "A like was lost: `total` is 4 and should be 5.");
}
END_TEST

static void told_race(const char *first, const char *second, const char *op, const char *end)
{
    struct report *report = report_new("en");
    struct access accesses[2] = {{.thread = 1, .op = "write", .object = "x"},
                                 {.thread = 2, .op = op, .object = "x"}};
    accesses[0].n_held = first != NULL;
    accesses[0].held = &first;
    accesses[1].n_held = second != NULL;
    accesses[1].held = &second;
    struct finding *finding = report_add_finding(report);
    finding->kind = KIND_DATA_RACE;
    finding->n_accesses = 2;
    finding->accesses = accesses;
    finding_explain(report, finding);
    const char *colon = strrchr(finding->message, ':');
    ck_assert_str_eq(colon, end);
    report_free(report);
}

START_TEST(a_race_says_how_the_locks_relate)
{
    told_race(NULL, NULL, "read", ": no lock protects both.");
    told_race("m", NULL, "read", ": only thread 1 holds a lock (`m`).");
    told_race(NULL, "m", "read", ": only thread 2 holds a lock (`m`).");
    told_race("m", "n", "read", ": one holds the lock `m`, the other `n`, and those are two.");
    told_race("m", "m", "read", ": both hold `m`, but it did not keep them apart.");
    told_race(NULL, NULL, "atomic read", ": one of the two accesses is atomic, the other is not.");
}
END_TEST

START_TEST(a_circle_of_one_is_told_as_such)
{
    struct report *report = report_new("en");
    struct wait wait = {.thread = 1, .op = "lock", .object = "m", .owner = 1};
    struct finding *finding = report_add_finding(report);
    finding->kind = KIND_DEADLOCK;
    finding->n_waits = 1;
    finding->waits = &wait;
    finding_explain(report, finding);
    ck_assert_str_eq(finding->message,
                     "Thread 1 locks `m`, which it holds already: it waits for itself, for ever.");
    report_free(report);
}
END_TEST

START_TEST(a_long_circle_is_told_in_part)
{
    struct report *report = report_new("en");
    struct wait waits[40];
    for (int i = 0; i < 40; i++)
        waits[i] = (struct wait){.thread = i, .op = "lock", .object = "m", .owner = (i + 1) % 7};
    struct finding *finding = report_add_finding(report);
    finding->kind = KIND_DEADLOCK;
    finding->n_waits = 40;
    finding->waits = waits;
    finding_explain(report, finding);
    ck_assert_msg(strstr(finding->message, "and 4 more threads wait.") != NULL, "%s",
                  finding->message);
    report_free(report);
}
END_TEST

START_TEST(names_with_braces_are_only_names)
{
    struct report *report = report_new("en");
    struct finding *finding = report_add_finding(report);
    finding->kind = KIND_FORBIDDEN;
    finding->object = "{1}{2}{9}%s%n";
    finding_explain(report, finding);
    ck_assert_str_eq(finding->message, "`{1}{2}{9}%s%n` may not be used here.");
    report_free(report);
}
END_TEST

START_TEST(source_lines_come_only_from_below_the_folder)
{
    static const char *const refused[] = {"",       "/etc/passwd", "../likes.c", "a/../likes.c",
                                          "a//b.c", "./likes.c",   "link.c",     "sub",
                                          "pipe.c", "dir/link.c",  "none.c"};
    char *folder = sample_folder();
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(system("echo '  int x; \t' > likes.c; ln -s likes.c link.c; mkdir sub;"
                            "echo 'int y;' > sub/y.c; ln -s sub dir; cp likes.c sub/link.c;"
                            "mkfifo pipe.c"),
                     0);
    struct source *source = source_open(folder);
    ck_assert_str_eq(source_line(source, "likes.c", 1), "int x;");
    ck_assert_str_eq(source_line(source, "sub/y.c", 1), "int y;");
    ck_assert_str_eq(source_line(source, "likes.c", 0), "");
    ck_assert_str_eq(source_line(source, "likes.c", 99), "");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        ck_assert_msg(*source_line(source, refused[i], 1) == '\0', "%s", refused[i]);
    source_close(source);
    source = source_open(NULL);
    ck_assert_str_eq(source_line(source, "likes.c", 1), "");
    source_close(source);
    ck_assert_int_eq(chdir("/"), 0);
    sample_folder_remove(folder);
}
END_TEST

static void add_all(TCase *tests)
{
    tcase_add_test(tests, the_first_error_wins);
    tcase_add_test(tests, an_error_of_the_system_says_why);
    tcase_add_test(tests, an_overlong_error_is_cut_and_ends);
    tcase_add_test(tests, usage_exits_with_2_and_faults_with_3);
    tcase_add_test(tests, text_is_clean_whatever_came_in);
    tcase_add_test(tests, clean_text_is_cut_at_a_character);
    tcase_add_test(tests, width_counts_columns_not_bytes);
    tcase_add_test(tests, the_pool_holds_what_is_larger_than_its_chunks);
    tcase_add_test(tests, arrays_keep_their_order_as_they_grow);
    tcase_add_test(tests, an_array_that_was_replaced_grows_all_the_same);
    tcase_add_test(tests, every_kind_is_found_by_its_name);
    tcase_add_test(tests, findings_are_counted_by_category);
    tcase_add_test(tests, the_language_is_guessed_as_gettext_does);
    tcase_add_test(tests, the_report_decides_the_language_not_the_environment);
    tcase_add_test(tests, every_message_is_translated);
    tcase_add_test(tests, the_catalogue_has_exactly_the_messages_of_the_source);
    tcase_add_test(tests, every_kind_has_a_sentence_and_a_hint_in_both_languages);
    tcase_add_test(tests, a_race_names_the_variable_both_threads_and_the_missing_lock);
    tcase_add_test(tests, a_deadlock_tells_its_circle);
    tcase_add_test(tests, a_lost_wakeup_names_the_signal_that_nobody_heard);
    tcase_add_test(tests, a_leaked_thread_is_told_with_its_birthplace);
    tcase_add_test(tests, a_message_that_is_there_stays);
    tcase_add_test(tests, a_race_says_how_the_locks_relate);
    tcase_add_test(tests, a_circle_of_one_is_told_as_such);
    tcase_add_test(tests, a_long_circle_is_told_in_part);
    tcase_add_test(tests, names_with_braces_are_only_names);
    tcase_add_test(tests, source_lines_come_only_from_below_the_folder);
}

int main(void)
{
    Suite *suite = suite_create("report");
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
