/*
 * test_streams.c - what a confined program finds around it, and what is kept of what it says.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/tests/trial.h"

START_TEST(the_environment_is_ours)
{
    setenv("LD_PRELOAD_NOT", "1", 1);
    setenv("GCC_EXEC_PREFIX", "/tmp", 1);
    struct process_result result = trial_run(ROLE_COMPILER, "environment", NULL, NULL);
    char expected[4096];
    snprintf(expected, sizeof expected,
             "PATH=/usr/local/bin:/usr/bin:/bin\nLANG=C.UTF-8\nHOME=/nonexistent\nTMPDIR=%s\n",
             trial.work);
    trial_said(&result, expected);
    process_result_free(&result);
}
END_TEST

START_TEST(only_the_named_descriptors_are_open)
{
    int secret =
        open("/etc/passwd", O_RDONLY); /* without close-on-exec, at a low and a high number */
    int high = fcntl(secret, F_DUPFD, 900);
    struct process_result result = trial_run(ROLE_COMPILER, "descriptors", NULL, NULL);
    trial_said(&result, "0 1 2 ");
    process_result_free(&result);
    result = trial_run(ROLE_HARNESS, "descriptors", NULL, NULL);
    trial_said(&result, isolation_probe()->seccomp ? "0 1 2 3 4 5 " : "0 1 2 3 4 ");
    process_result_free(&result);
    close(secret);
    close(high);
}
END_TEST

START_TEST(it_works_when_the_grader_has_no_standard_descriptors)
{
    int saved[3];
    for (int fd = 0; fd < 3; fd++) {
        saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 100);
        close(fd);
    }
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "copy-job", NULL, NULL);
    struct process_result result;
    bool ran = process_run(&spec, &result, NULL);
    for (int fd = 0; fd < 3; fd++)
        dup2(saved[fd], fd);
    ck_assert(ran);
    trial_exited(&result, 0);
    ck_assert_str_eq(result.records, "job\n");
    process_result_free(&result);
}
END_TEST

START_TEST(signals_group_umask_and_folder_are_fresh)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    struct process_result result = trial_run(ROLE_COMPILER, "state", NULL, NULL);
    trial_said(&result, "signals=0 leader=1 umask=077 cwd=/");
    process_result_free(&result);
    sigset_t after;
    sigprocmask(SIG_SETMASK, NULL, &after);
    ck_assert(sigismember(&after, SIGTERM) && !sigismember(&after, SIGINT));
}
END_TEST

START_TEST(addresses_are_the_same_without_randomisation)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "where", NULL, NULL);
    spec.no_aslr = true;
    struct process_result first, second;
    trial_run_spec(&spec, &first);
    trial_run_spec(&spec, &second);
    ck_assert_str_eq(first.output, second.output);
    process_result_free(&first);
    process_result_free(&second);
}
END_TEST

START_TEST(a_large_job_arrives_whole)
{
    size_t size = 1 << 20;
    char *job = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        job[i] = (char)('a' + i % 23);
    job[size] = '\0';
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "copy-job", NULL, NULL);
    spec.job = job;
    struct process_result result;
    trial_run_spec(&spec, &result);
    trial_exited(&result, 0);
    ck_assert_uint_eq(result.records_size, size);
    ck_assert_int_eq(memcmp(result.records, job, size + 1), 0);
    process_result_free(&result);
    free(job);
}
END_TEST

START_TEST(a_job_that_nobody_reads_blocks_nobody)
{
    size_t size = 1 << 20;
    char *job = malloc(size + 1);
    memset(job, 'x', size);
    job[size] = '\0';
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "nothing", NULL, NULL);
    spec.job = job;
    struct process_result result;
    trial_run_spec(&spec, &result);
    trial_exited(&result, 0);
    ck_assert_str_eq(result.records, "");
    process_result_free(&result);
    free(job);
}
END_TEST

START_TEST(output_within_its_cap_is_kept_whole)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_COMPILER, words, "print", "1000", NULL);
    spec.limits.output_bytes = 1008;
    struct process_result result;
    trial_run_spec(&spec, &result);
    ck_assert_uint_eq(result.output_size, 1008);
    ck_assert_int_eq(strncmp(result.output, "HEADabc", 7), 0);
    ck_assert_str_eq(result.output + 1004, "TAIL");
    process_result_free(&result);
}
END_TEST

START_TEST(output_beyond_its_cap_keeps_head_and_tail)
{
    /* One byte too many; somewhat more than the cap; many times around the ring. */
    static const char *const counts[] = {"993", "1500", "300000"};
    for (size_t i = 0; i < 3; i++) {
        const char *words[5];
        struct process_spec spec = trial_spec(ROLE_COMPILER, words, "print", counts[i], NULL);
        spec.limits.output_bytes = 1000;
        struct process_result result;
        trial_run_spec(&spec, &result);
        long total = atol(counts[i]) + 8;
        char note[64];
        snprintf(note, sizeof note, "\n... %ld bytes dropped ...\n", total - 1000);
        ck_assert_int_eq(strncmp(result.output, "HEADabc", 7), 0);
        ck_assert_int_eq(strncmp(result.output + 500, note, strlen(note)), 0);
        const char *tail = result.output + 500 + strlen(note);
        ck_assert_uint_eq(strlen(tail), 500);
        for (long k = 0; k < 496; k++)
            ck_assert_int_eq(tail[k], 'a' + (int)((total - 8 - 496 + k) % 26));
        ck_assert_str_eq(tail + 496, "TAIL");
        process_result_free(&result);
    }
}
END_TEST

START_TEST(a_flood_of_records_ends_the_process)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "flood", "4", NULL);
    spec.limits.records_bytes = 100000;
    struct process_result result;
    trial_run_spec(&spec, &result);
    ck_assert_int_eq(result.end, PROCESS_FLOODED);
    ck_assert_uint_eq(result.records_size, 100000);
    process_result_free(&result);
}
END_TEST

START_TEST(a_flood_of_output_is_bounded_by_time)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "flood", "1", NULL);
    spec.limits.wall_s = 0.3;
    struct process_result result;
    trial_run_spec(&spec, &result);
    trial_ended(&result, PROCESS_TIMED_OUT, SIGKILL);
    ck_assert_uint_lt(result.output_size, (64 << 10) + 64);
    process_result_free(&result);
}
END_TEST

int main(void)
{
    trial_setup();
    TCase *tcase = tcase_create("surroundings and streams");
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, the_environment_is_ours);
    tcase_add_test(tcase, only_the_named_descriptors_are_open);
    tcase_add_test(tcase, it_works_when_the_grader_has_no_standard_descriptors);
    tcase_add_test(tcase, signals_group_umask_and_folder_are_fresh);
    tcase_add_test(tcase, addresses_are_the_same_without_randomisation);
    tcase_add_test(tcase, a_large_job_arrives_whole);
    tcase_add_test(tcase, a_job_that_nobody_reads_blocks_nobody);
    tcase_add_test(tcase, output_within_its_cap_is_kept_whole);
    tcase_add_test(tcase, output_beyond_its_cap_keeps_head_and_tail);
    tcase_add_test(tcase, a_flood_of_records_ends_the_process);
    tcase_add_test(tcase, a_flood_of_output_is_bounded_by_time);
    Suite *suite = suite_create("streams");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    trial_teardown();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
