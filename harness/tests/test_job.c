/* What a job says, and that a malformed one is told as our own fault. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/job.h"

#define HEAD "job version=1 lane=stress student=/a.so scenarios=/b.so seed=18446744073709551615\n"

static int open_text(const char *text)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    return ends[0];
}

START_TEST(a_job_is_read_as_written)
{
    const struct job *job = job_read(open_text(
        HEAD "scenario name=two executions=9 steps=100 budget_ms=50 clock=punctual in.n=4 in.m=-2\n"
             "replay name=one token=ab steps=7 in.n=1\n"
             "end\n"));
    ck_assert_str_eq(job->lane, "stress");
    ck_assert_str_eq(job->student, "/a.so");
    ck_assert_str_eq(job->scenarios, "/b.so");
    ck_assert(job->seed == UINT64_MAX);
    ck_assert_uint_eq(job->n_scenarios, 2);
    const struct job_scenario *two = &job->items[0];
    ck_assert_str_eq(two->name, "two");
    ck_assert_ptr_null(two->token);
    ck_assert(two->punctual);
    ck_assert_int_eq(two->executions, 9);
    ck_assert_int_eq(two->steps, 100);
    ck_assert_int_eq(two->budget_ms, 50);
    ck_assert_int_eq(job_input(two, "m")->value, -2);
    ck_assert_ptr_null(job_input(two, "k"));
    ck_assert_str_eq(job->items[1].token, "ab");
    ck_assert(!job->items[1].punctual);
}
END_TEST

START_TEST(a_program_has_no_scenarios)
{
    const struct job *job =
        job_read(open_text("job version=1 lane=tsan student=/a.so seed=7\nend\n"));
    ck_assert_ptr_null(job->scenarios);
    ck_assert_uint_eq(job->n_scenarios, 0);
}
END_TEST

static const char *const malformed[] = {
    "",
    "end\n",
    HEAD,
    HEAD "end",
    HEAD HEAD "end\n",
    HEAD "what name=x\nend\n",
    HEAD "scenario executions=1\nend\n",
    HEAD "scenario name=x executions=-1\nend\n",
    HEAD "scenario name=x clock=none\nend\n",
    HEAD "scenario name=x in.n=many\nend\n",
    HEAD "replay name=x\nend\n",
    HEAD "scenario  name=x\nend\n",
    "scenario name=x\n" HEAD "end\n",
    "job version=2 lane=stress student=/a.so seed=7\nend\n",
    "job version=1 lane=stress student=/a.so seed=x\nend\n",
    "job version=1 lane=stress student=/a.so\nend\n",
    "job version=1 lane=stress seed=7\nend\n",
};

START_TEST(a_malformed_job_ends_with_status_3)
{
    int told[2];
    char why[256] = "";
    ck_assert_int_eq(pipe(told), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(told[1], STDERR_FILENO);
        job_read(open_text(malformed[_i]));
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 3, "accepted: %s", malformed[_i]);
    ck_assert_int_gt(read(told[0], why, sizeof why - 1), 0);
    ck_assert_msg(strncmp(why, "harness: job: ", 14) == 0, "told: %s", why);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("job");
    TCase *tests = tcase_create("job");
    tcase_add_test(tests, a_job_is_read_as_written);
    tcase_add_test(tests, a_program_has_no_scenarios);
    tcase_add_loop_test(tests, a_malformed_job_ends_with_status_3, 0,
                        sizeof malformed / sizeof *malformed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
