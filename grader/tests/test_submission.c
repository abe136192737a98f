/* test_submission.c - hostile folders and files are taken in safely, and what is left out is told.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/lexer.h"
#include "grader/memory.h"
#include "grader/submission.h"

static char *dir;
static struct error error;

static void make_dir(void)
{
    error = (struct error){0};
    dir = fs_temp_dir("hilo-submission-", &error);
    ck_assert_msg(dir, "%s", error.text);
}

static void remove_dir(void)
{
    ck_assert(fs_remove_tree(dir, &error));
    free(dir);
}

static const char *at(const char *name)
{
    static char path[4][512];
    static int turn;
    char *place = path[turn++ % 4];
    snprintf(place, sizeof path[0], "%s/%s", dir, name);
    return place;
}

static void put(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(at(name), "w");
    ck_assert_msg(file, "%s", name);
    fwrite(bytes, 1, size, file);
    fclose(file);
}

static void put_text(const char *name, const char *text)
{
    put(name, text, strlen(text));
}

static struct submission *take(const char *name)
{
    struct submission *submission = submission_open(*name ? at(name) : dir, "likes.h", &error);
    ck_assert_msg(submission, "%s", error.text);
    return submission;
}

static bool ignored(const struct submission *submission, const char *text)
{
    for (size_t i = 0; i < submission->n_ignored; i++)
        if (strstr(submission->ignored[i], text))
            return true;
    return false;
}

static void expect_refused(const char *name, const char *why)
{
    struct submission *submission = take(name);
    ck_assert_msg(submission->refused && strstr(submission->refused, why), "%s: %s", name,
                  submission->refused ? submission->refused : "taken");
    ck_assert_ptr_nonnull(submission->refused_es);
    submission_free(submission);
}

START_TEST(a_single_file_is_a_submission)
{
    put_text("likes.c", "int x;\n");
    struct submission *submission = take("likes.c");
    ck_assert_str_eq(submission->name, "likes");
    ck_assert_uint_eq(submission->n_files, 1);
    ck_assert_str_eq(submission->files[0].path, "likes.c");
    ck_assert_str_eq(submission->files[0].bytes, "int x;\n");
    ck_assert_str_eq(submission->files[0].sha256,
                     "7c725f30854a46033dd94f728ac6b08caf10845993cd3ed48e40079cdb0a76a6");
    ck_assert_ptr_null(submission->refused);
    submission_free(submission);
}
END_TEST

START_TEST(a_folder_gives_its_sources_sorted)
{
    mkdir(at("sub"), 0700);
    put_text("b.c", "int b;");
    put_text("a.h", "int a;");
    put_text("sub/c.c", "int c;");
    put_text("Z.c", "int z;");
    struct submission *submission = take("");
    const char *expected[] = {"Z.c", "a.h", "b.c", "sub/c.c"};
    ck_assert_uint_eq(submission->n_files, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(submission->files[i].path, expected[i]);
    submission_free(submission);
}
END_TEST

START_TEST(what_is_no_source_is_left_out_and_told)
{
    put_text("a.c", "int a;");
    put_text("notes.txt", "hello");
    put_text("likes.h", "#define pthread_mutex_lock(x)");
    put_text(".hidden.c", "int h;");
    put_text("Makefile", "all:;rm -rf /");
    mkdir(at("__MACOSX"), 0700);
    put_text("__MACOSX/b.c", "int b;");
    struct submission *submission = take("");
    ck_assert_uint_eq(submission->n_files, 1);
    ck_assert(ignored(submission, "notes.txt: not a .c or .h file"));
    ck_assert(ignored(submission, "likes.h: the exercise's own header"));
    ck_assert(ignored(submission, ".hidden.c: hidden"));
    ck_assert(ignored(submission, "Makefile"));
    ck_assert(ignored(submission, "__MACOSX"));
    submission_free(submission);
}
END_TEST

START_TEST(links_and_special_files_are_not_opened)
{
    put_text("a.c", "int a;");
    ck_assert_int_eq(symlink("/etc/passwd", at("b.c")), 0);
    ck_assert_int_eq(symlink("/etc", at("etc")), 0);
    ck_assert_int_eq(mkfifo(at("c.c"), 0600), 0);
    struct submission *submission = take("");
    ck_assert_uint_eq(submission->n_files, 1);
    ck_assert(ignored(submission, "b.c: a symbolic link"));
    ck_assert(ignored(submission, "etc: "));
    ck_assert(ignored(submission, "c.c: not a regular file"));
    submission_free(submission);
}
END_TEST

START_TEST(the_path_itself_is_checked)
{
    ck_assert_int_eq(symlink("/etc/passwd", at("link.c")), 0);
    ck_assert_int_eq(mkfifo(at("fifo.c"), 0600), 0);
    put_text("a.txt", "int a;");
    const char *paths[] = {"nothing.c", "link.c", "fifo.c", "a.txt"};
    for (size_t i = 0; i < 4; i++) {
        error = (struct error){0};
        ck_assert_ptr_null(submission_open(at(paths[i]), NULL, &error));
        ck_assert_int_eq(error.kind, ERROR_USAGE);
        ck_assert_msg(strstr(error.text, paths[i]), "%s", error.text);
    }
}
END_TEST

START_TEST(names_that_cannot_be_printed_are_left_out)
{
    put_text("a.c", "int a;");
    put_text("\x1b[31m.c", "int b;");
    put_text("\xff\xfe.c", "int c;");
    put_text("new\nline.c", "int d;");
    put_text("a\xe2\x80\xae.c", "int e;");
    put_text("ñandú.c", "int f;");
    struct submission *submission = take("");
    ck_assert_uint_eq(submission->n_files, 2);
    ck_assert_str_eq(submission->files[1].path, "ñandú.c");
    for (size_t i = 0; i < submission->n_ignored; i++)
        ck_assert(!strpbrk(submission->ignored[i], "\x1b\n"));
    submission_free(submission);
}
END_TEST

START_TEST(what_cannot_be_graded_is_refused_with_the_reason)
{
    put("nul.c", "int a;\0int b;", 13);
    expect_refused("nul.c", "NUL");
    put_text("empty.c", "");
    expect_refused("empty.c", "empty");
    put_text("comment.c", "/* nothing */ // at all\n\n");
    expect_refused("comment.c", "empty");
    char *large = memory_new(SUBMISSION_BYTES_MAX + 1, 1);
    memset(large, ' ', SUBMISSION_BYTES_MAX + 1);
    put("large.c", large, SUBMISSION_BYTES_MAX + 1);
    expect_refused("large.c", "too large");
    free(large);
    mkdir(at("sub"), 0700);
    expect_refused("sub", "no .c file");
}
END_TEST

START_TEST(sizes_and_counts_are_capped_together)
{
    char *large = memory_new(SUBMISSION_BYTES_MAX, 1);
    memset(large, ' ', SUBMISSION_BYTES_MAX);
    mkdir(at("big"), 0700);
    for (int i = 0; i < 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "big/%d.c", i);
        put(name, large, SUBMISSION_BYTES_MAX);
    }
    expect_refused("big", "together");
    free(large);
    mkdir(at("many"), 0700);
    for (int i = 0; i <= SUBMISSION_FILES_MAX; i++) {
        char name[32];
        snprintf(name, sizeof name, "many/%d.c", i);
        put_text(name, "int a;");
    }
    expect_refused("many", "more than 64");
}
END_TEST

START_TEST(depth_is_capped)
{
    char path[128] = "";
    put_text("a.c", "int a;");
    for (int i = 0; i < SUBMISSION_DEPTH_MAX + 2; i++) {
        strcat(path, i ? "/d" : "d");
        mkdir(at(path), 0700);
    }
    strcat(path, "/deep.c");
    put_text(path, "int d;");
    struct submission *submission = take("");
    ck_assert_uint_eq(submission->n_files, 1);
    ck_assert(ignored(submission, "too deep"));
    submission_free(submission);
}
END_TEST

START_TEST(writing_gives_back_what_was_read)
{
    mkdir(at("in"), 0700);
    mkdir(at("in/sub"), 0700);
    mkdir(at("out"), 0700);
    put_text("in/a.c", "int a;\n");
    put_text("in/sub/b.h", "int b;\n");
    struct submission *submission = take("in");
    ck_assert_msg(submission_write(submission, at("out"), &error), "%s", error.text);
    char *text = fs_read_file(at("out/sub/b.h"), 100, NULL, &error);
    ck_assert_str_eq(text, "int b;\n");
    free(text);
    /* What is there already is never written through. */
    ck_assert(!submission_write(submission, at("out"), &error));
    submission_free(submission);
}
END_TEST

static bool is_starter(const char *text)
{
    put_text("work.c", text);
    struct submission *submission = take("work.c");
    bool same = submission_is_starter(submission, at("starter.txt"));
    submission_free(submission);
    return same;
}

START_TEST(the_starter_is_known_under_any_comments_and_spaces)
{
    put_text("starter.txt", "int f(void)\n{\n    return 0; /* your code */\n}\n");
    ck_assert(is_starter("int f(void)\n{\n    return 0; /* your code */\n}\n"));
    ck_assert(is_starter("// mine\nint f ( void ){return 0;}"));
    ck_assert(is_starter("int f(void) { ret\\\nurn 0; }"));
    ck_assert(!is_starter("int f(void) { return 1; }"));
    ck_assert(!is_starter("int f(void) { return 0; } int g;"));
    ck_assert(!is_starter("int f(void) { return"));
}
END_TEST

START_TEST(comments_within_strings_are_code)
{
    put_text("starter.txt", "char *f(void) { return \"/* a */\"; }");
    ck_assert(!is_starter("char *f(void) { return \"/* b */\"; }"));
    ck_assert(!is_starter("char *f(void) { return \"\"; }"));
    ck_assert(is_starter("char *f(void) { return /* \" */ \"/* a */\"; }"));
}
END_TEST

START_TEST(the_lexer_knows_lines_and_include_names)
{
    const char *text = "#include <a//b.h>\n/* x\n y */ int \\\n a = '\\'' + 1e+5;";
    const char *expected[] = {"#", "include", "<a//b.h>", "int",  "a",
                              "=", "'\\''",   "+",        "1e+5", ";"};
    int lines[] = {1, 1, 1, 3, 3, 3, 3, 3, 3, 3};
    struct lexer lexer;
    struct token token;
    lexer_begin(&lexer, text, strlen(text));
    for (size_t i = 0; i < 10; i++) {
        ck_assert(lexer_next(&lexer, &token));
        ck_assert_msg(token_is(&token, expected[i]), "%.*s", (int)token.length, token.text);
        ck_assert_int_eq(token.line, lines[i]);
    }
    ck_assert(!lexer_next(&lexer, &token));
    lexer_free(&lexer);
}
END_TEST

START_TEST(random_text_never_breaks_the_lexer)
{
    static const char letters[] = "a_0.'\"\\/*\n#<>%: ([)+e\t\x80";
    srand(7);
    for (int turn = 0; turn < 3000; turn++) {
        char text[64];
        size_t size = (size_t)rand() % sizeof text, seen = 0;
        for (size_t i = 0; i < size; i++)
            text[i] = letters[(size_t)rand() % sizeof letters]; /* NUL, too */
        struct lexer lexer;
        struct token token;
        lexer_begin(&lexer, text, size);
        while (lexer_next(&lexer, &token)) {
            ck_assert_uint_gt(token.length, 0);
            ck_assert_uint_le(++seen, size);
        }
        lexer_free(&lexer);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("submission");
    TCase *tests = tcase_create("submission");
    suite_add_tcase(suite, tests);
    tcase_add_checked_fixture(tests, make_dir, remove_dir);
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, a_single_file_is_a_submission);
    tcase_add_test(tests, a_folder_gives_its_sources_sorted);
    tcase_add_test(tests, what_is_no_source_is_left_out_and_told);
    tcase_add_test(tests, links_and_special_files_are_not_opened);
    tcase_add_test(tests, the_path_itself_is_checked);
    tcase_add_test(tests, names_that_cannot_be_printed_are_left_out);
    tcase_add_test(tests, what_cannot_be_graded_is_refused_with_the_reason);
    tcase_add_test(tests, sizes_and_counts_are_capped_together);
    tcase_add_test(tests, depth_is_capped);
    tcase_add_test(tests, writing_gives_back_what_was_read);
    tcase_add_test(tests, the_starter_is_known_under_any_comments_and_spaces);
    tcase_add_test(tests, comments_within_strings_are_code);
    tcase_add_test(tests, the_lexer_knows_lines_and_include_names);
    tcase_add_test(tests, random_text_never_breaks_the_lexer);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
