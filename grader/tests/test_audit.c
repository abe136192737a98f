/* test_audit.c - what may not be in a submission is refused with its name and line, however it is
 * hidden, and ordinary code is not. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/audit.h"
#include "grader/known.h"
#include "grader/tests/workshop.h"

static struct workshop shop;

static void open_shop(void)
{
    workshop_open(&shop);
}

static void close_shop(void)
{
    workshop_close(&shop);
}

#define MAIN "int main(void) { return 0; }\n"
/* Tokens pasted by macros: invisible in the source. */
#define PASTE "#define P_(a, b) a##b\n#define P(a, b) P_(a, b)\n"

/* A submission, what must be named in the `forbidden` finding, and the line (0: none is known). */
struct row {
    const char *text;
    const char *object;
    int line;
};

static void expect_forbidden(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        workshop_build_text(&shop, rows[i].text);
        const struct finding *finding = workshop_finding(&shop, KIND_FORBIDDEN, rows[i].object);
        ck_assert_msg(finding, "not refused: %s", rows[i].text);
        ck_assert_msg(shop.build.failed, "%s", rows[i].text);
        ck_assert_str_eq(shop.build.explore_so, "");
        int line = finding->n_locations ? finding->locations[0].line : 0;
        ck_assert_msg(line == rows[i].line, "line %d, not %d: %s", line, rows[i].line,
                      rows[i].text);
        ck_assert_str_ne(finding->detail, "");
        shop.report->n_findings = 0;
    }
}

#define EXPECT_FORBIDDEN(rows) expect_forbidden(rows, sizeof rows / sizeof *rows)

START_TEST(imports_that_are_not_listed_are_refused_where_they_are_used)
{
    static const struct row rows[] = {
        {"#include <unistd.h>\nint main(void)\n{\n    return (int)write(1, \"x\", 1);\n}\n",
         "write", 4},
        {"#include <stdlib.h>\nint main(void)\n{\n    return system(\"ls\");\n}\n", "system", 4},
        {"#define _GNU_SOURCE\n#include <dlfcn.h>\nint main(void)\n{\n    return !dlsym(0, "
         "\"x\");\n}\n",
         "dlsym", 5},
        {"#include <unistd.h>\nlong (*f)(long, ...) = syscall;\n" MAIN, "syscall", 0},
        {"#include <stdio.h>\nint main(void)\n{\n    return fopen(\"x\", \"r\") == NULL;\n}\n",
         "fopen", 4},
        {"#include <stdio.h>\nchar c;\nint main(void)\n{\n    return (int)fread(&c, 1, 1, "
         "stdin);\n}\n",
         "fread", 5},
        {"#include <setjmp.h>\njmp_buf b;\nint main(void)\n{\n    return setjmp(b);\n}\n", "setjmp",
         5},
        {"#include <setjmp.h>\njmp_buf b;\nint main(void)\n{\n    longjmp(b, 1);\n}\n", "longjmp",
         5},
    };
    EXPECT_FORBIDDEN(rows);
}
END_TEST

START_TEST(names_of_others_may_not_be_defined)
{
    static const struct row rows[] = {
        {"#include <pthread.h>\nint pthread_mutex_lock(pthread_mutex_t *m)\n{\n    return "
         "!m;\n}\n" MAIN,
         "pthread_mutex_lock", 3},
        {"void *malloc(unsigned long n)\n{\n    return (void *)n;\n}\n" MAIN, "malloc", 2},
        {"const char *"
         "__tsan_default_options(void) { return \"\"; }\n" MAIN,
         "__tsan_default_options", 1},
        {PASTE "const char *P(__ts, an_default_options)(void) { return \"\"; }\n" MAIN,
         "__tsan_default_options", 3},
        {"void _init(void) { }\n" MAIN, "_init", 1},
        {"void hilo_answer(const char *n, long v) { (void)n; (void)v; }\n" MAIN, "hilo_answer", 1},
    };
    EXPECT_FORBIDDEN(rows);
}
END_TEST

START_TEST(calls_of_the_detector_are_refused)
{
    static const struct row rows[] = {
        {PASTE "void P(__ts, an_ignore_thread_begin)(void);\nint main(void) { "
               "P(__ts, an_ignore_thread_begin)(); }\n",
         "__tsan_ignore_thread_begin", 4},
        {"void AnnotateIgnoreWritesBegin(const char *, int);\n"
         "void __tsan_acquire(void *);\nint main(void) { __tsan_acquire(0); }\n",
         "__tsan_acquire", 2},
    };
    EXPECT_FORBIDDEN(rows);
}
END_TEST

START_TEST(assembly_is_seen_however_it_is_hidden)
{
    static const struct row rows[] = {
        {"int main(void)\n{\n    __asm__(\"nop\");\n}\n", "__asm__", 3},
        {"asm(\"nop\");\n" MAIN, "asm", 1},
        {PASTE "int main(void)\n{\n    P(__as, m__)(\"nop\");\n}\n", "asm", 5},
        {PASTE "P(a, sm)(\".globl x\\nx: ret\");\n" MAIN, "asm", 0},
        {"int main(void)\n{\n    as\\\nm(\"nop\");\n}\n", "asm", 3},
    };
    EXPECT_FORBIDDEN(rows);
}
END_TEST

START_TEST(instrumentation_cannot_be_switched_off)
{
    static const struct row rows[] = {
        {"int x;\n__attribute__((no_sanitize(\"thread\"))) void f(void) { x++; }\n" MAIN,
         "no_sanitize", 2},
        {"int x;\n__attribute__((__no_sanitize_thread__)) void f(void) { x++; }\n" MAIN,
         "__no_sanitize_thread__", 2},
        {"int x;\n[[gnu::no_sanitize_thread]] void f(void) { x++; }\n" MAIN, "no_sanitize_thread",
         2},
        {PASTE "int x;\n__attribute__((P(no_san, itize_thread))) void f(void) { x++; }\n" MAIN,
         "no_sanitize", 0},
        {"#pragma GCC optimize(\"O3\")\n" MAIN, "optimize", 1},
        {"_Pragma(\"GCC optimize(\\\"O3\\\")\")\n" MAIN, NULL, 1},
        {PASTE "__attribute__((P(opt, imize)(\"O3\"))) int main(void) { return 0; }\n", "optimize",
         0},
        {"int x[99];\nint main(void)\n{\n    __builtin_memset(x, 1, sizeof x);\n}\n",
         "__builtin_memset", 0},
        {"#include <emmintrin.h>\nint x;\nint main(void) { _mm_stream_si32(&x, 1); }\n",
         "__builtin_ia32_movnti", 0},
    };
    EXPECT_FORBIDDEN(rows);
}
END_TEST

START_TEST(nothing_runs_before_the_exercise)
{
    static const struct row rows[] = {
        {"__attribute__((constructor)) static void f(void) { }\n" MAIN, "constructor", 1},
        {PASTE "__attribute__((P(con, structor))) void f(void) { }\n" MAIN, "constructor", 0},
        {PASTE "__attribute__((P(con, structor)(99))) void f(void) { }\n" MAIN, NULL, 0},
        {PASTE "__attribute__((P(de, structor))) void f(void) { }\n" MAIN, "destructor", 0},
        {PASTE "void f(void) { }\n__attribute__((P(sec, tion)(\".preinit_array\"), used)) "
               "void (*p)(void) = f;\n" MAIN,
         ".preinit_array", 0},
        {PASTE "int g(void) { return 0; }\nint (*r(void))(void) { return g; }\n"
               "__attribute__((P(if, unc)(\"r\"))) int f(void);\n" MAIN,
         "f", 0},
    };
    EXPECT_FORBIDDEN(rows);
}
END_TEST

START_TEST(code_and_data_stay_where_the_compiler_puts_them)
{
    static const struct row rows[] = {
        {PASTE "__attribute__((P(sec, tion)(\".mine\"))) int x = 1;\n" MAIN, ".mine", 0},
        {PASTE "__attribute__((P(sec, tion)(\".text\"))) const char x[] = \"\\xc3\";\n" MAIN, "x",
         0},
        {PASTE "__thread __attribute__((P(tls_, model)(\"local-exec\"))) static int x;\n"
               "int main(void) { return x; }\n",
         NULL, 0},
        {"__thread __attribute__((tls_model(\"initial-exec\"))) int x;\n" MAIN, "tls_model", 1},
        {"int main(void)\n{\n    int a = 1;\n    int f(int b) { return a + b; }\n"
         "    int (*volatile p)(int) = f;\n    return p(2);\n}\n",
         "nested function", 0},
    };
    /* The compiler itself refuses local-exec in a shared object. */
    expect_forbidden(rows, 2);
    expect_forbidden(rows + 3, 2);
    workshop_build_text(&shop, rows[2].text);
    ck_assert(shop.build.failed || !workshop_has_symbol(shop.build.explore_so, "x"));
}
END_TEST

START_TEST(includes_stay_in_the_folder)
{
    static const struct row rows[] = {
        {"#include \"/etc/passwd\"\n" MAIN, "\"/etc/passwd\"", 1},
        {"#include </etc/passwd>\n" MAIN, "</etc/passwd>", 1},
        {"#include \"../secret.h\"\n" MAIN, "\"../secret.h\"", 1},
        {"#include \"x/../../secret.h\"\n" MAIN, NULL, 1},
        {"#define F <stdio.h>\n%:include F\n" MAIN, "F", 2},
    };
    EXPECT_FORBIDDEN(rows);
}
END_TEST

START_TEST(what_explore_does_not_model_is_unsupported_and_not_forbidden)
{
    workshop_build_text(&shop, "#define _GNU_SOURCE\n#include <unistd.h>\nint main(void)\n{\n"
                               "    return (int)alarm(1);\n}\n");
    const struct finding *finding = workshop_finding(&shop, KIND_UNSUPPORTED, "alarm");
    ck_assert_ptr_nonnull(finding);
    ck_assert_int_eq(finding->locations[0].line, 5);
    ck_assert(!shop.build.failed);
    ck_assert(shop.build.unsupported);
    ck_assert_str_eq(shop.build.explore_so, "");
    ck_assert_str_ne(shop.build.tsan_so, "");
}
END_TEST

START_TEST(large_atomics_are_refused_in_words_that_help)
{
    workshop_build_text(&shop, "_Atomic struct { long a[4]; } x, y;\nint main(void) { x = y; }\n");
    const struct finding *finding = workshop_finding(&shop, KIND_FORBIDDEN, "_Atomic");
    ck_assert_ptr_nonnull(finding);
    ck_assert(strstr(finding->detail, "mutex"));
}
END_TEST

START_TEST(spanish_reports_are_in_spanish)
{
    shop.report->language = "es";
    workshop_build_text(&shop, "#include <stdlib.h>\nint main(void) { return system(\"\"); }\n");
    const struct finding *finding = workshop_finding(&shop, KIND_FORBIDDEN, "system");
    ck_assert_ptr_nonnull(finding);
    ck_assert_msg(strstr(finding->detail, "entrega"), "%s", finding->detail);
}
END_TEST

/* What honest students write, with names that sound forbidden. */
static const char *const ordinary[] = {
    "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <errno.h>\n"
    "#include <assert.h>\n"
    "struct s { char name[40]; double d; struct s *next; } a, b;\n"
    "static int section, target, alias, optimize, constructor, naked;\n"
    "int hilo_facebook(void) { return section + target + alias; }\n"
    "int main(void)\n{\n"
    "    a = b;\n    assert(a.d < 1);\n"
    "    fprintf(stderr, \"constant\\n\");\n    printf(\"%c\", 'x');\n"
    "    char *p = strdup(\"__builtin_memset #APP asm(1)\");\n"
    "    struct s *q = malloc(sizeof *q);\n    memset(q, 0, sizeof *q);\n"
    "    errno = EINVAL;\n    free(p);\n    free(q);\n"
    "    return hilo_facebook() + optimize + constructor + naked;\n}\n",
    "#include <stdatomic.h>\n#include <pthread.h>\n#include <semaphore.h>\n#include <time.h>\n"
    "static atomic_int n; static atomic_flag f = ATOMIC_FLAG_INIT; static _Atomic(int *) p;\n"
    "static __thread char tls[100]; static _Thread_local int more = 3;\n"
    "static volatile int v;\n"
    "static void *body(void *arg)\n{\n"
    "    while (atomic_flag_test_and_set(&f))\n        ;\n"
    "    atomic_fetch_add_explicit(&n, 1, memory_order_relaxed);\n"
    "    int e = 1;\n    atomic_compare_exchange_weak(&n, &e, 2);\n"
    "    __sync_fetch_and_add(&v, 1);\n    __sync_synchronize();\n    p = arg;\n"
    "    atomic_flag_clear(&f);\n    tls[3] = (char)more++;\n    return arg;\n}\n"
    "int main(void)\n{\n    pthread_t t; sem_t s; struct timespec now;\n"
    "    clock_gettime(CLOCK_REALTIME, &now);\n    sem_init(&s, 0, 1);\n"
    "    pthread_create(&t, NULL, body, &now);\n    sem_timedwait(&s, &now);\n"
    "    return pthread_join(t, NULL);\n}\n",
    "#include <pthread.h>\n#include <threads.h>\n#include <unistd.h>\n"
    "static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;\n"
    "static void unlock(void *p) { pthread_mutex_unlock(p); }\n"
    "static void *body(void *arg)\n{\n    pthread_mutex_lock(&m);\n"
    "    pthread_cleanup_push(unlock, &m);\n    sleep(1);\n    pthread_cleanup_pop(1);\n"
    "    return arg;\n}\n"
    "static int c11(void *p) { call_once(p, thrd_yield); return 0; }\n"
    "int main(void)\n{\n    pthread_t t; thrd_t u; static once_flag f = ONCE_FLAG_INIT;\n"
    "    pthread_create(&t, NULL, body, NULL);\n    pthread_cancel(t);\n"
    "    thrd_create(&u, c11, &f);\n    thrd_join(u, NULL);\n"
    "    return pthread_join(t, NULL);\n}\n",
    "#include <stdarg.h>\n#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n"
    "#include <limits.h>\n"
    "#pragma GCC diagnostic ignored \"-Wunused-variable\"\n"
    "enum color { RED, GREEN, BLUE };\n"
    "static int sum(int k, ...)\n{\n    va_list ap;\n    va_start(ap, k);\n"
    "    int r = va_arg(ap, int);\n    va_end(ap);\n    return r;\n}\n"
    "static const char *word(enum color c)\n{\n    switch (c) {\n    case RED: return \"r\";\n"
    "    case GREEN: return \"g\";\n    case BLUE: return \"b\";\n    }\n    return \"\";\n}\n"
    "static void clean(int *p) { *p = 0; }\n"
    "int grid[3][4];\nstruct pair { int q, w; };\n"
    "int main(int argc, char **argv)\n{\n"
    "    int vla[argc + 1], m[3][5];\n    struct { unsigned a : 3, b : 9; } bits = {1, 2};\n"
    "    for (int i = 0; i < 3; i++)\n        for (int j = 0; j < 5; j++)\n"
    "            m[i][j] = i * j;\n"
    "    vla[argc] = m[1][2];\n    __attribute__((cleanup(clean), unused)) int z = 1;\n"
    "    int r;\n    if (__builtin_add_overflow(argc, 1, &r))\n        return 1;\n"
    "    double d = isnan(sqrt(2.0 * argc)) ? INFINITY : fabs(-1.0) + pow(2.0, argc);\n"
    "    void *jump[] = {&&a, &&b};\n    goto *jump[argc & 1];\n"
    "a:\n    grid[1][2]++;\nb:\n"
    "    return sum(1, 2) + *word(RED) + (int)d + vla[argc] + bits.b + (argv == NULL) +\n"
    "           __builtin_popcount((unsigned)argc) + (int)offsetof(struct pair, w);\n}\n",
};

START_TEST(ordinary_code_is_not_refused)
{
    for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++) {
        workshop_build_text(&shop, ordinary[i]);
        workshop_expect_clean(&shop);
    }
}
END_TEST

/* Compiled without the compiler's dump being read: the object alone must show it. */
static void audit_text(const char *text, enum flavour flavour, const char *flags,
                       struct audit *audit)
{
    workshop_file(&shop, "x.c", text);
    char command[1024], object[512];
    const char *const objects[] = {object};
    snprintf(object, sizeof object, "%s/x.o", shop.dir);
    snprintf(command, sizeof command, "gcc -w -fPIC %s -c -o %s %s/x.c", flags, object, shop.dir);
    ck_assert_int_eq(system(command), 0);
    ck_assert_msg(audit_objects(objects, 1, flavour, shop.report, audit, &shop.error), "%s",
                  shop.error.text);
}

START_TEST(the_object_alone_shows_constructors_of_the_students)
{
    static const char *const texts[] = {
        "__attribute__((constructor)) void f(void) { }",
        "__attribute__((constructor(99))) void f(void) { }",
        "__attribute__((destructor)) void f(void) { }",
        "__attribute__((section(\".ctors\"), used)) static void *p;",
        "__attribute__((section(\".init_array.00099\"), used)) static void *p[2] = {&p, &p};",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct audit audit;
        audit_text(texts[i], INSTRUMENTED, "-fsanitize=thread -fno-builtin", &audit);
        ck_assert_msg(!audit.passed, "%s", texts[i]);
        ck_assert_ptr_nonnull(workshop_finding(&shop, KIND_FORBIDDEN, NULL));
        audit_free(&audit);
        shop.report->n_findings = 0;
    }
}
END_TEST

START_TEST(a_native_object_has_no_business_with_the_detector)
{
    struct audit audit;
    audit_text("int x; void f(void) { x++; }", NATIVE, "-fsanitize=thread", &audit);
    ck_assert(!audit.passed);
    audit_free(&audit);
    shop.report->n_findings = 0;
    audit_text("int x; void f(void) { x++; }", NATIVE, "-O2", &audit);
    ck_assert(audit.passed);
    ck_assert(audit_defines(&audit, "f"));
    ck_assert(!audit_defines(&audit, "x"));
    audit_free(&audit);
}
END_TEST

START_TEST(static_models_of_thread_local_data_are_refused)
{
    struct audit audit;
    audit_text("__thread int x; int f(void) { return x; }", INSTRUMENTED,
               "-fsanitize=thread -ftls-model=initial-exec", &audit);
    ck_assert(!audit.passed);
    ck_assert_ptr_nonnull(workshop_finding(&shop, KIND_FORBIDDEN, "tls_model"));
    audit_free(&audit);
}
END_TEST

START_TEST(an_object_that_is_none_is_our_error)
{
    static const char *const paths[] = {"/etc/passwd", "/dev/null", "/nonexistent", "/bin/true"};
    for (size_t i = 0; i < 4; i++) {
        struct audit audit;
        struct error error = {0};
        ck_assert(!audit_objects(&paths[i], 1, INSTRUMENTED, shop.report, &audit, &error));
        ck_assert_int_ne(error.kind, ERROR_NONE);
        audit_free(&audit);
    }
    ck_assert_uint_eq(shop.report->n_findings, 0);
}
END_TEST

START_TEST(the_tables_know_what_gcc_emits_and_nothing_else)
{
    ck_assert(known_instrumentation("__tsan_unaligned_volatile_read16"));
    ck_assert(known_instrumentation("__tsan_atomic64_compare_exchange_val"));
    ck_assert(!known_instrumentation("__tsan_acquire"));
    ck_assert(!known_instrumentation("__tsan_read"));
    ck_assert(!known_instrumentation("__tsan_atomic64_"));
    ck_assert(known_libgcc("__floatuntitf"));
    ck_assert(known_libgcc("__trunctfdf2"));
    ck_assert(!known_libgcc("__fix"));
    ck_assert(!known_libgcc("__fixdfdi3"));
    ck_assert(!known_libgcc("__splitstack_getcontext"));
    ck_assert(!known_libgcc("__morestack"));
    for (size_t i = 0; i < known_count(); i++)
        ck_assert_int_eq(known_find(known_name((int)i)), (int)i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit");
    TCase *tests = tcase_create("audit");
    suite_add_tcase(suite, tests);
    tcase_add_checked_fixture(tests, open_shop, close_shop);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, imports_that_are_not_listed_are_refused_where_they_are_used);
    tcase_add_test(tests, names_of_others_may_not_be_defined);
    tcase_add_test(tests, calls_of_the_detector_are_refused);
    tcase_add_test(tests, assembly_is_seen_however_it_is_hidden);
    tcase_add_test(tests, instrumentation_cannot_be_switched_off);
    tcase_add_test(tests, nothing_runs_before_the_exercise);
    tcase_add_test(tests, code_and_data_stay_where_the_compiler_puts_them);
    tcase_add_test(tests, includes_stay_in_the_folder);
    tcase_add_test(tests, what_explore_does_not_model_is_unsupported_and_not_forbidden);
    tcase_add_test(tests, large_atomics_are_refused_in_words_that_help);
    tcase_add_test(tests, spanish_reports_are_in_spanish);
    tcase_add_test(tests, ordinary_code_is_not_refused);
    tcase_add_test(tests, the_object_alone_shows_constructors_of_the_students);
    tcase_add_test(tests, a_native_object_has_no_business_with_the_detector);
    tcase_add_test(tests, static_models_of_thread_local_data_are_refused);
    tcase_add_test(tests, an_object_that_is_none_is_our_error);
    tcase_add_test(tests, the_tables_know_what_gcc_emits_and_nothing_else);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
