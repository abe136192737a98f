/*
 * program.c - see program.h.
 *
 * Theory of operation. main() gets a thread of its own, which takes the place of the main thread in
 * the table, so that it may leave by pthread_exit() and be joined like any other, while the
 * harness's thread waits for the end. A program ends in one of three ways: main() returns or
 * somebody calls exit(), and then all threads end at that moment; or main() left by pthread_exit()
 * and the last thread ended.
 *
 * A thread that was never joined nor detached is told only where main() came to its end in order
 * (it returned, or called exit(0)). Who leaves main() by pthread_exit() lets the others go on
 * on purpose, and who ends with an error, or from another thread, gives up: then joins that were
 * still to come say nothing.
 */
#include "harness/native/program.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/loader.h"
#include "harness/native/answers.h"
#include "harness/native/at_exit.h"
#include "harness/native/ends.h"
#include "harness/native/threads.h"

static struct {
    int (*body)(int, char **);
    int n_arguments;
    char *arguments[ARGUMENTS_MAX + 2];
} program;

bool program_active(void)
{
    return program.body != NULL;
}

static void open_input(const char *path)
{
    int fd = open(path ? path : "/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0 && !path)
        return; /* what the grader left there has nothing to read either */
    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0) {
        fprintf(stderr, "harness: %s: %s\n", path, strerror(errno));
        _exit(3);
    }
    close(fd);
}

void program_prepare(const struct job *job)
{
    static char name[] = "program";
    if (job->scenarios)
        return;
    program.body = loader_main();
    if (!program.body)
        end_for_us("the program has no main");
    program.arguments[program.n_arguments++] = name;
    /* The job's text is never freed, and nobody but the program looks at it any more. */
    for (size_t i = 0; i < job->n_arguments; i++)
        program.arguments[program.n_arguments++] = (char *)(uintptr_t)job->arguments[i];
    open_input(job->input);
}

static _Noreturn void end(int status, bool in_order)
{
    end_claim();
    if (in_order)
        threads_tell_leaks();
    answers_set("exit", status & 255);
    answers_count();
    end_in_order();
}

static void *run_main(void *unused)
{
    (void)unused;
    threads_take_main();
    pthread_cleanup_push(threads_leave_main, NULL);
    int status = program.body(program.n_arguments, program.arguments);
    at_exit_run();
    end(status, true);
    pthread_cleanup_pop(0);
}

void program_run(void)
{
    pthread_t thread;
    threads_give_main();
    if (pthread_create(&thread, NULL, run_main, NULL))
        end_for_us("cannot start the program's thread");
    threads_wait_all();
    at_exit_run();
    end(0, false);
}

void program_exit(int status)
{
    end(status, thread_self() == thread_at(0) && status == 0);
}
