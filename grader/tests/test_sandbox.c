/*
 * test_sandbox.c - each attack works on an open machine where it does no harm, and fails confined.
 *
 * The tests are of tier 1: where the kernel does not offer it, they are left out and say so.
 */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/sandbox/filter.h"
#include "grader/sandbox/landlock.h"
#include "grader/tests/trial.h"

static void refused(enum process_role role, const char *attack, const char *argument,
                    const char *error)
{
    struct process_result result = trial_run(role, attack, argument, NULL);
    trial_exited(&result, 1);
    trial_said(&result, error);
    process_result_free(&result);
}

static void killed(enum process_role role, const char *one, const char *two, const char *three)
{
    struct process_result result = trial_run(role, one, two, three);
    ck_assert_msg(result.end == PROCESS_REFUSED && result.status == SIGSYS,
                  "%s %s: ended %d with %d, said '%s'", one, two ? two : "", result.end,
                  result.status, result.output);
    process_result_free(&result);
}

static void succeeds(enum process_role role, const char *one, const char *two, const char *three)
{
    struct process_result result = trial_run(role, one, two, three);
    trial_exited(&result, 0);
    process_result_free(&result);
}

START_TEST(the_probe_tells_what_holds)
{
    const struct isolation *isolation = isolation_probe();
    ck_assert_int_eq(isolation->tier, isolation->landlock && isolation->seccomp ? 1 : 0);
    ck_assert_int_eq(isolation->landlock, isolation->landlock_abi > 0);
    ck_assert_ptr_nonnull(isolation->missing);
    /* What the kernel claims must hold, or all the tests below would be left out unnoticed. */
    ck_assert_int_eq(isolation->landlock_abi, landlock_abi());
    ck_assert_int_eq(isolation->seccomp, filter_available());
    ck_assert_ptr_eq(isolation, isolation_probe());
}
END_TEST

START_TEST(a_harness_reads_nothing_that_was_not_named)
{
    static const char *const secrets[] = {"/etc/passwd", "/proc/self/maps", "/proc/self/environ",
                                          "/proc/cpuinfo", "/usr/include/stdio.h"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        ck_assert_int_eq(trial_run_free("read", secrets[i]), 0);
        refused(ROLE_HARNESS, "read", secrets[i], "EACCES\n");
    }
    refused(ROLE_HARNESS, "read", trial.attack_tsan, "EACCES\n");
    refused(ROLE_HARNESS, "list", "/usr/lib", "EACCES\n");
    refused(ROLE_HARNESS, "list", "/tmp", "EACCES\n");
}
END_TEST

START_TEST(a_harness_reads_itself_the_libraries_and_what_was_named)
{
    succeeds(ROLE_HARNESS, "read", trial.attack, NULL);
    succeeds(ROLE_HARNESS, "read", "/etc/ld.so.cache", NULL);
    const char *words[5], *const readable[] = {trial.attack_tsan, NULL};
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "read", trial.attack_tsan, NULL);
    spec.readable = readable;
    struct process_result result;
    ck_assert(process_run(&spec, &result, NULL));
    trial_exited(&result, 0);
    process_result_free(&result);
}
END_TEST

START_TEST(a_harness_writes_nothing)
{
    const char *path = trial_path("written");
    ck_assert_int_eq(trial_run_free("write", path), 0);
    ck_assert_int_eq(unlink(path), 0);
    refused(ROLE_HARNESS, "write", path, "EACCES\n");
    refused(ROLE_HARNESS, "symlink", path, "EACCES\n");
    killed(ROLE_HARNESS, "chmod", trial.attack, NULL);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_harness_executes_nothing_else)
{
    ck_assert_int_eq(trial_run_free("exec", "/usr/bin/true"), 0);
    refused(ROLE_HARNESS, "exec", "/usr/bin/true", "EACCES\n");
    killed(ROLE_HARNESS, "sealed", "exec", "/usr/bin/true");
    killed(ROLE_HARNESS, "sealed", "exec", trial.attack);
}
END_TEST

START_TEST(nobody_talks_to_the_network_or_to_other_processes)
{
    static const char *const attacks[] = {"udp",     "abstract-socket", "shm",
                                          "keyring", "userns",          NULL};
    for (const char *const *attack = attacks; *attack; attack++) {
        killed(ROLE_HARNESS, *attack, NULL, NULL);
        killed(ROLE_HARNESS, "sealed", *attack, NULL);
        killed(ROLE_COMPILER, *attack, NULL, NULL);
    }
    ck_assert_int_eq(trial_run_free("udp", ""), 0);
    ck_assert_int_eq(trial_run_free("abstract-socket", ""), 0);
    ck_assert_int_eq(trial_run_free("shm", ""), 0);
}
END_TEST

START_TEST(nobody_reaches_the_grader)
{
    ck_assert_int_eq(trial_run_free("kill-parent", ""), 0);
    ck_assert_int_eq(trial_run_free("tgkill-parent", ""), 0);
    ck_assert_int_eq(trial_run_free("parent-limits", ""), 0);
    killed(ROLE_HARNESS, "kill-parent", NULL, NULL);
    killed(ROLE_HARNESS, "sealed", "kill-parent", NULL);
    killed(ROLE_HARNESS, "sealed", "tgkill-parent", NULL);
    if (isolation_probe()->landlock_abi >= 6) {
        refused(ROLE_COMPILER, "kill-parent", NULL, "EPERM\n");
        refused(ROLE_HARNESS, "tgkill-parent", NULL, "EPERM\n");
    }
    refused(ROLE_HARNESS, "parent-limits", NULL, "EPERM\n");
    refused(ROLE_COMPILER, "parent-limits", NULL, "EPERM\n");
    refused(ROLE_HARNESS, "parent-memory", NULL, "EACCES\n");
    refused(ROLE_COMPILER, "parent-memory", NULL, "EACCES\n");
}
END_TEST

START_TEST(a_harness_makes_threads_and_no_processes)
{
    ck_assert_int_eq(trial_run_free("fork", ""), 0);
    killed(ROLE_HARNESS, "fork", NULL, NULL);
    killed(ROLE_HARNESS, "sealed", "fork", NULL);
}
END_TEST

START_TEST(a_compiler_forks_and_cannot_leave_its_group)
{
    ck_assert_int_eq(trial_run_free("setsid", ""), 0);
    succeeds(ROLE_COMPILER, "fork", NULL, NULL);
    refused(ROLE_COMPILER, "setsid", NULL, "EPERM\n");
}
END_TEST

START_TEST(a_compiler_writes_its_folder_only)
{
    char inside[4096];
    snprintf(inside, sizeof inside, "%s/written", trial.work);
    succeeds(ROLE_COMPILER, "write", inside, NULL);
    ck_assert_int_eq(unlink(inside), 0);
    refused(ROLE_COMPILER, "write", trial_path("written"), "EACCES\n");
    refused(ROLE_COMPILER, "write", "/tmp/hilo-trial-written", "EACCES\n");
    refused(ROLE_COMPILER, "symlink", inside, "EACCES\n");
    refused(ROLE_COMPILER, "mkfifo", inside, "EACCES\n");
    refused(ROLE_COMPILER, "run-copy", inside, "EACCES\n");
    ck_assert_int_eq(unlink(inside), 0);
}
END_TEST

START_TEST(a_compiler_reads_the_tool_chain_and_no_secrets)
{
    succeeds(ROLE_COMPILER, "read", "/usr/include/stdio.h", NULL);
    succeeds(ROLE_COMPILER, "exec", "/usr/bin/true", NULL);
    refused(ROLE_COMPILER, "read", "/etc/passwd", "EACCES\n");
    refused(ROLE_COMPILER, "read", "/proc/self/environ", "EACCES\n");
    refused(ROLE_COMPILER, "list", trial.dir, "EACCES\n");
}
END_TEST

START_TEST(an_include_of_a_secret_leaks_nothing)
{
    static const char source[] = "#include \"/etc/passwd\"\n";
    char path[4096];
    snprintf(path, sizeof path, "%s/leak.c", trial.work);
    ck_assert(fs_write_file(path, source, sizeof source - 1, NULL));
    const char *const argv[] = {"/usr/bin/gcc", "-fsyntax-only", path, NULL};
    const struct process_spec spec = {.role = ROLE_COMPILER, .argv = argv, .writable = trial.work};
    struct process_result result;
    ck_assert(process_run(&spec, &result, NULL));
    trial_exited(&result, 1);
    ck_assert_ptr_null(strstr(result.errors, "root"));
    ck_assert_ptr_nonnull(strstr(result.errors, "/etc/passwd: Permission denied"));
    process_result_free(&result);
}
END_TEST

static void sealed_refused(const char *attack, const char *argument, const char *error)
{
    struct process_result result = trial_run(ROLE_HARNESS, "sealed", attack, argument);
    trial_exited(&result, 1);
    trial_said(&result, error);
    process_result_free(&result);
}

START_TEST(a_sealed_harness_opens_not_even_what_it_might_before)
{
    succeeds(ROLE_HARNESS, "read", trial.attack, NULL);
    sealed_refused("read", trial.attack, "EACCES\n");
    sealed_refused("list", "/usr/lib", "EACCES\n");
}
END_TEST

START_TEST(a_sealed_harness_makes_no_code)
{
    ck_assert_int_eq(trial_run_free("executable-memory", ""), 0);
    succeeds(ROLE_HARNESS, "executable-memory", NULL, NULL);
    sealed_refused("executable-memory", NULL, "EACCES\n");
}
END_TEST

START_TEST(a_sealed_harness_does_its_honest_work)
{
    succeeds(ROLE_HARNESS, "sealed", "work", NULL);
}
END_TEST

START_TEST(a_sealed_harness_may_signal_itself)
{
    struct process_result result = trial_run(ROLE_HARNESS, "sealed", "abort", NULL);
    ck_assert_int_eq(result.end, PROCESS_SIGNALLED);
    ck_assert_int_eq(result.status, SIGABRT);
    process_result_free(&result);
}
END_TEST

START_TEST(libtsan_starts_and_works_sealed)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "sealed", "work", NULL);
    words[0] = trial.attack_tsan;
    spec.no_aslr = true;
    struct process_result result;
    struct error error = {0};
    ck_assert_msg(process_run(&spec, &result, &error), "%s", error.text);
    trial_exited(&result, 0);
    ck_assert_str_eq(result.errors, "");
    process_result_free(&result);
}
END_TEST

static Suite *suite(void)
{
    TCase *any = tcase_create("any tier"), *first = tcase_create("tier 1");
    tcase_add_test(any, the_probe_tells_what_holds);
    tcase_set_timeout(first, 60);
    tcase_add_test(first, a_harness_reads_nothing_that_was_not_named);
    tcase_add_test(first, a_harness_reads_itself_the_libraries_and_what_was_named);
    tcase_add_test(first, a_harness_writes_nothing);
    tcase_add_test(first, a_harness_executes_nothing_else);
    tcase_add_test(first, nobody_talks_to_the_network_or_to_other_processes);
    tcase_add_test(first, nobody_reaches_the_grader);
    tcase_add_test(first, a_harness_makes_threads_and_no_processes);
    tcase_add_test(first, a_compiler_forks_and_cannot_leave_its_group);
    tcase_add_test(first, a_compiler_writes_its_folder_only);
    tcase_add_test(first, a_compiler_reads_the_tool_chain_and_no_secrets);
    tcase_add_test(first, an_include_of_a_secret_leaks_nothing);
    tcase_add_test(first, a_sealed_harness_opens_not_even_what_it_might_before);
    tcase_add_test(first, a_sealed_harness_makes_no_code);
    tcase_add_test(first, a_sealed_harness_does_its_honest_work);
    tcase_add_test(first, a_sealed_harness_may_signal_itself);
    tcase_add_test(first, libtsan_starts_and_works_sealed);
    Suite *suite = suite_create("sandbox");
    suite_add_tcase(suite, any);
    if (isolation_probe()->tier >= 1)
        suite_add_tcase(suite, first);
    else
        fprintf(stderr, "sandbox: not tested, since there is %s\n", isolation_probe()->missing);
    return suite;
}

int main(void)
{
    trial_setup();
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    trial_teardown();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
