/*
 * test_process.c - a program is run within its bounds, told how it ended, and leaves nothing
 * behind.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grader/sandbox/orphans.h"
#include "grader/sandbox/outside.h"
#include "grader/tests/trial.h"

static struct process *start(const struct process_spec *spec)
{
    struct error error = {0};
    struct process *process = process_start(spec, &error);
    ck_assert_msg(process != NULL, "%s", error.text);
    return process;
}

static int count_fds(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

START_TEST(an_exit_status_is_told)
{
    for (int role = ROLE_COMPILER; role <= ROLE_HARNESS; role++) {
        struct process_result result = trial_run((enum process_role)role, "exit", "7", NULL);
        trial_ended(&result, PROCESS_EXITED, 7);
        ck_assert(result.wall_ms > 0 && result.cpu_ms > 0);
        process_result_free(&result);
    }
}
END_TEST

START_TEST(a_signal_is_told)
{
    struct process_result result = trial_run(ROLE_COMPILER, "raise", "11", NULL);
    trial_ended(&result, PROCESS_SIGNALLED, SIGSEGV);
    process_result_free(&result);
    /* Nobody but us kills for a limit: the same signal from inside is just a signal. */
    result = trial_run(ROLE_COMPILER, "raise", "9", NULL);
    trial_ended(&result, PROCESS_SIGNALLED, SIGKILL);
    process_result_free(&result);
}
END_TEST

START_TEST(what_cannot_be_executed_is_our_error_and_names_it)
{
    static const char *const missing[] = {"/nonexistent/gcc", NULL};
    static const char *const relative[] = {"gcc", NULL};
    const char *const folder[] = {trial.dir, NULL};
    const char *const *const all[] = {missing, relative, folder};
    int before = count_fds();
    for (size_t i = 0; i < 3; i++) {
        const struct process_spec spec = {.role = ROLE_COMPILER, .argv = all[i]};
        struct process_result result;
        struct error error = {0};
        ck_assert(!process_run(&spec, &result, &error));
        ck_assert_msg(strstr(error.text, all[i][0]) != NULL, "%s", error.text);
        process_result_free(&result);
    }
    ck_assert_int_eq(count_fds(), before);
    ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

START_TEST(a_path_to_read_that_is_missing_is_our_error_and_names_it)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "nothing", NULL, NULL);
    static const char *const readable[] = {"/nonexistent/student.so", NULL};
    spec.readable = readable;
    struct process_result result;
    struct error error = {0};
    if (isolation_probe()->landlock) {
        ck_assert(!process_run(&spec, &result, &error));
        ck_assert_int_eq(error.kind, ERROR_MACHINE);
        ck_assert_ptr_nonnull(strstr(error.text, readable[0]));
    }
}
END_TEST

static void times_out(const char *attack, const char *argument)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, attack, argument, NULL);
    spec.limits.wall_s = 0.2;
    struct process_result result;
    trial_run_spec(&spec, &result);
    trial_ended(&result, PROCESS_TIMED_OUT, SIGKILL);
    ck_assert_double_ge(result.wall_ms, 200);
    process_result_free(&result);
}

START_TEST(the_wall_clock_ends_what_waits_spins_stops_or_hides)
{
    times_out("wait", "");
    times_out("spin", "");
    times_out("raise", "19"); /* SIGSTOP */
    times_out("close-all", "wait");
}
END_TEST

START_TEST(closed_descriptors_hide_no_end)
{
    struct process_result result = trial_run(ROLE_HARNESS, "close-all", "", NULL);
    trial_exited(&result, 0);
    ck_assert_str_eq(result.records, "");
    process_result_free(&result);
}
END_TEST

static void out_of_cpu(enum process_role role, const char *attack)
{
    const char *words[5];
    struct process_spec spec = trial_spec(role, words, attack, NULL, NULL);
    spec.limits.cpu_s = 1;
    struct process_result result;
    trial_run_spec(&spec, &result);
    ck_assert_int_eq(result.end, PROCESS_CPU_LIMIT);
    ck_assert_double_ge(result.cpu_ms, 800);
    process_result_free(&result);
}

START_TEST(the_processor_limit_ends_what_spins)
{
    out_of_cpu(ROLE_HARNESS, "spin");
}
END_TEST

START_TEST(the_processor_limit_cannot_be_ignored)
{
    out_of_cpu(ROLE_HARNESS, "spin-deaf");
}
END_TEST

START_TEST(a_driver_whose_child_hit_the_processor_limit_is_told_so)
{
    out_of_cpu(ROLE_COMPILER, "spin-in-child");
}
END_TEST

START_TEST(files_and_memory_are_bounded)
{
    const char *words[5];
    char path[4096];
    snprintf(path, sizeof path, "%s/big", trial.work);
    struct process_spec spec = trial_spec(ROLE_COMPILER, words, "big-file", path, NULL);
    spec.limits.file_bytes = 100000;
    struct process_result result;
    trial_run_spec(&spec, &result);
    trial_exited(&result, 1);
    trial_said(&result, "EFBIG\n");
    process_result_free(&result);
    struct stat status;
    ck_assert(stat(path, &status) == 0 && status.st_size == 100000);
    ck_assert_int_eq(unlink(path), 0);
    spec = trial_spec(ROLE_HARNESS, words, "memory", "256", NULL);
    spec.limits.memory_bytes = 128 << 20;
    trial_run_spec(&spec, &result);
    trial_exited(&result, 1);
    trial_said(&result, "ENOMEM\n");
    process_result_free(&result);
}
END_TEST

START_TEST(too_many_threads_are_seen_from_outside)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "thread-bomb", "200", NULL);
    spec.limits.processes = 100;
    struct process_result result;
    trial_run_spec(&spec, &result);
    trial_ended(&result, PROCESS_REFUSED, SIGKILL);
    ck_assert_ptr_nonnull(strstr(result.why, "threads"));
    process_result_free(&result);
    spec.limits.processes = 300;
    spec.limits.wall_s = 0.6;
    trial_run_spec(&spec, &result);
    trial_ended(&result, PROCESS_TIMED_OUT, SIGKILL);
    process_result_free(&result);
}
END_TEST

/* The number that a survivor printed, and that it is gone. */
static void gone(const struct process_result *result)
{
    pid_t pid = atoi(result->output);
    ck_assert_int_gt(pid, 0);
    ck_assert(kill(pid, 0) < 0 && errno == ESRCH);
    ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

START_TEST(nothing_survives_its_end)
{
    static const char *const how[] = {"same-session", "new-session"};
    for (size_t i = 0; i < 2; i++) {
        struct process_result result = trial_run(ROLE_COMPILER, "survive", how[i], NULL);
        trial_exited(&result, 0);
        gone(&result);
        process_result_free(&result);
    }
}
END_TEST

static bool nobody(pid_t pid)
{
    (void)pid;
    return false;
}

/* Fork a child that forks one more into a session of its own, and ends: as on a machine without
 * seccomp. The number of the one that is left. */
static pid_t make_stray(bool confined)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    if (fork() == 0) {
        if (confined)
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        setsid();
        pid_t pid = fork();
        if (pid == 0)
            for (;;)
                pause();
        _exit(write(ends[1], &pid, sizeof pid) != sizeof pid);
    }
    pid_t stray = 0;
    wait(NULL);
    ck_assert_int_eq(read(ends[0], &stray, sizeof stray), sizeof stray);
    close(ends[0]);
    close(ends[1]);
    return stray;
}

START_TEST(strays_are_hunted_and_bystanders_spared)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t stray = make_stray(true), bystander = make_stray(false);
    ck_assert(orphans_end_strays(nobody));
    ck_assert(kill(stray, 0) < 0 && errno == ESRCH);
    ck_assert_int_eq(kill(bystander, 0), 0);
    kill(bystander, SIGKILL);
    ck_assert_int_eq(waitpid(bystander, NULL, 0), bystander);
}
END_TEST

/* Make this machine look like one whose kernel has neither Landlock nor seccomp. */
static void lose_the_walls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    uint32_t unknown = SCMP_ACT_ERRNO(ENOSYS);
    ck_assert_int_eq(seccomp_rule_add(filter, unknown, SCMP_SYS(landlock_create_ruleset), 0), 0);
    ck_assert_int_eq(seccomp_rule_add(filter, unknown, SCMP_SYS(seccomp), 0), 0);
    ck_assert_int_eq(seccomp_load(filter), 0);
    seccomp_release(filter);
}

START_TEST(without_landlock_and_seccomp_it_says_so_and_still_bounds)
{
    lose_the_walls();
    ck_assert_int_eq(isolation_probe()->tier, 0);
    ck_assert_ptr_nonnull(strstr(isolation_probe()->missing, "Landlock"));
    struct process_result result = trial_run(ROLE_COMPILER, "survive", "new-session", NULL);
    trial_exited(&result, 0);
    gone(&result);
    process_result_free(&result);
    result = trial_run(ROLE_HARNESS, "copy-job", NULL, NULL);
    trial_exited(&result, 0);
    ck_assert_str_eq(result.records, "job\n");
    process_result_free(&result);
    times_out("wait", "");
}
END_TEST

START_TEST(greed_is_seen_in_memory_and_threads)
{
    ck_assert_ptr_null(outside_greed(getpid(), 100, 0));
    ck_assert_ptr_null(outside_greed(getpid(), 100, (size_t)64 << 30));
    ck_assert_ptr_nonnull(strstr(outside_greed(getpid(), 100, 64 << 10), "memory"));
    ck_assert_ptr_nonnull(strstr(outside_greed(getpid(), 0, 0), "threads"));
    /* A name of one's own choice does not shift the fields. */
    prctl(PR_SET_NAME, ") 1 2 3 (");
    ck_assert_ptr_null(outside_greed(getpid(), 1, 0));
    ck_assert_ptr_nonnull(outside_greed(getpid(), 0, 0));
}
END_TEST

START_TEST(several_run_at_once_and_are_waited_for_in_any_order)
{
    enum { COUNT = 8 };
    struct process *processes[COUNT];
    char numbers[COUNT][8];
    /* Each writes more than a pipe holds, so each must be drained while another is waited for. */
    for (int i = 0; i < COUNT; i++) {
        snprintf(numbers[i], sizeof numbers[i], "%d", 200000 + i);
        const char *words[5];
        struct process_spec spec = trial_spec(ROLE_COMPILER, words, "print", numbers[i], NULL);
        spec.limits.output_bytes = 1 << 20;
        processes[i] = start(&spec);
    }
    for (int i = COUNT - 1; i >= 0; i--) {
        struct process_result result;
        ck_assert(process_wait(processes[i], &result, NULL));
        trial_exited(&result, 0);
        ck_assert_uint_eq(result.output_size, (size_t)(200008 + i));
        process_result_free(&result);
    }
}
END_TEST

START_TEST(the_end_of_one_leaves_the_others_alone)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_COMPILER, words, "wait", NULL, NULL);
    spec.limits.wall_s = 1;
    struct process *waits = start(&spec);
    struct process_result result = trial_run(ROLE_COMPILER, "survive", "same-session", NULL);
    ck_assert_int_eq(kill(atoi(result.output), 0), -1);
    process_result_free(&result);
    ck_assert(process_wait(waits, &result, NULL));
    trial_ended(&result, PROCESS_TIMED_OUT, SIGKILL);
    process_result_free(&result);
}
END_TEST

static void on_alarm(int number)
{
    (void)number;
    process_kill_all();
}

START_TEST(an_interruption_ends_all)
{
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "wait", NULL, NULL);
    struct process *first = start(&spec), *second = start(&spec);
    signal(SIGALRM, on_alarm);
    const struct itimerval soon = {.it_value = {.tv_usec = 100000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    struct process *both[] = {first, second};
    for (int i = 0; i < 2; i++) {
        struct process_result result;
        ck_assert(process_wait(both[i], &result, NULL));
        trial_ended(&result, PROCESS_SIGNALLED, SIGKILL);
        process_result_free(&result);
    }
    process_kill_all(); /* nothing is left: harms nobody */
}
END_TEST

static void count_call(pid_t pid, void *data)
{
    ck_assert_int_eq(kill(pid, 0), 0);
    ++*(int *)data;
}

START_TEST(a_silent_process_can_be_watched)
{
    int calls = 0;
    const char *words[5];
    struct process_spec spec = trial_spec(ROLE_HARNESS, words, "wait", NULL, NULL);
    spec.watch = count_call;
    spec.watch_data = &calls;
    spec.limits.wall_s = 0.9;
    struct process_result result;
    trial_run_spec(&spec, &result);
    ck_assert_int_ge(calls, 1);
    ck_assert_int_le(calls, 3);
    process_result_free(&result);
}
END_TEST

START_TEST(a_hundred_runs_leak_nothing)
{
    int before = count_fds();
    for (int i = 0; i < 100; i++) {
        struct process_result result = trial_run(ROLE_HARNESS, "nothing", NULL, NULL);
        trial_exited(&result, 0);
        process_result_free(&result);
    }
    ck_assert_int_eq(count_fds(), before);
    ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}
END_TEST

START_TEST(a_grader_that_dies_takes_its_process_along)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t grader = fork();
    if (grader == 0) {
        const char *words[5];
        struct process_spec spec = trial_spec(ROLE_HARNESS, words, "wait", NULL, NULL);
        struct process *process = process_start(&spec, NULL);
        /* The first member is its number; a test may look inside. */
        pid_t pid = process ? *(pid_t *)process : 0;
        _exit(write(ends[1], &pid, sizeof pid) != sizeof pid);
    }
    pid_t pid = 0;
    ck_assert_int_eq(read(ends[0], &pid, sizeof pid), sizeof pid);
    ck_assert_int_eq(waitpid(grader, NULL, 0), grader);
    int status = 0;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid); /* we are its reaper now */
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
END_TEST

static TCase *ends_case(void)
{
    TCase *tcase = tcase_create("ends");
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, an_exit_status_is_told);
    tcase_add_test(tcase, a_signal_is_told);
    tcase_add_test(tcase, what_cannot_be_executed_is_our_error_and_names_it);
    tcase_add_test(tcase, a_path_to_read_that_is_missing_is_our_error_and_names_it);
    tcase_add_test(tcase, the_wall_clock_ends_what_waits_spins_stops_or_hides);
    tcase_add_test(tcase, closed_descriptors_hide_no_end);
    tcase_add_test(tcase, the_processor_limit_ends_what_spins);
    tcase_add_test(tcase, the_processor_limit_cannot_be_ignored);
    tcase_add_test(tcase, a_driver_whose_child_hit_the_processor_limit_is_told_so);
    tcase_add_test(tcase, files_and_memory_are_bounded);
    tcase_add_test(tcase, too_many_threads_are_seen_from_outside);
    return tcase;
}

static TCase *many_case(void)
{
    TCase *tcase = tcase_create("many");
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, nothing_survives_its_end);
    tcase_add_test(tcase, strays_are_hunted_and_bystanders_spared);
    tcase_add_test(tcase, without_landlock_and_seccomp_it_says_so_and_still_bounds);
    tcase_add_test(tcase, greed_is_seen_in_memory_and_threads);
    tcase_add_test(tcase, several_run_at_once_and_are_waited_for_in_any_order);
    tcase_add_test(tcase, the_end_of_one_leaves_the_others_alone);
    tcase_add_test(tcase, an_interruption_ends_all);
    tcase_add_test(tcase, a_silent_process_can_be_watched);
    tcase_add_test(tcase, a_hundred_runs_leak_nothing);
    tcase_add_test(tcase, a_grader_that_dies_takes_its_process_along);
    return tcase;
}

int main(void)
{
    trial_setup();
    Suite *suite = suite_create("process");
    suite_add_tcase(suite, ends_case());
    suite_add_tcase(suite, many_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    trial_teardown();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
