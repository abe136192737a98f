/*
 * run.c - the job, scenario by scenario, repetition by repetition.
 *
 * Everything that needs the file system, memory maps or new privileges happens before
 * loader_seal(); after it the scenarios' thread and all that it creates are confined by the
 * grader's filter. The watchdog was created before and is not: it pins threads to CPUs, and it
 * alone still speaks when every other thread is stuck.
 */
#include "harness/native/run.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/loader.h"
#include "harness/native/answers.h"
#include "harness/native/clock.h"
#include "harness/native/ends.h"
#include "harness/native/findings.h"
#include "harness/native/hang.h"
#include "harness/native/held.h"
#include "harness/native/program.h"
#include "harness/native/stream.h"
#include "harness/native/threads.h"

struct run_state run_state;

static void *watchdog(void *unused)
{
    const struct timespec pause_time = {0, WATCH_MS * CLOCK_MS};
    (void)unused;
    for (;;) {
        nanosleep(&pause_time, NULL);
        if (atomic_load(&run_state.body_start))
            hang_watch();
    }
    return NULL;
}

static void start_watchdog(void)
{
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, watchdog, NULL))
        end_for_us("cannot start the watchdog");
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void run_send_done(bool truncated)
{
    if (!run_state.scenario)
        return;
    size_t outcomes = answers_send();
    findings_send();
    struct record *line = stream_line("done");
    record_text(line, "scenario", run_state.scenario->name);
    record_int(line, "executions", atomic_load(&run_state.runs) - run_state.scenario->first);
    record_int(line, "steps", 0);
    record_int(line, "outcomes", (long long)outcomes);
    record_int(line, "truncated", truncated);
    stream_send();
    run_state.scenario = NULL;
}

static void send_begin(const struct job_scenario *scenario)
{
    stream_take();
    record_text(stream_line("begin"), "scenario", scenario->name);
    stream_send();
    stream_give();
}

/* Run the body once, watched. */
static void run_body(void (*body)(void))
{
    atomic_store(&run_state.body_cpu, clock_cpu_ns());
    atomic_store(&run_state.body_start, clock_ns());
    if (body)
        body();
    else
        program_run();
    atomic_store(&run_state.body_start, 0);
}

/* Returns whether another scenario may run in this process. */
static bool run_scenario(const struct job_scenario *scenario, void (*body)(void))
{
    const struct lane_hooks *hooks = run_state.hooks;
    bool clean = true, fresh = true;
    answers_reset();
    findings_reset();
    atomic_store(&run_state.runs, scenario->first);
    atomic_store(&run_state.scenario_start, clock_ns());
    send_begin(scenario);
    run_state.scenario = scenario;
    while (clean) {
        long run = atomic_fetch_add(&run_state.runs, 1);
        answers_next_run();
        findings_next_run();
        threads_begin_run();
        held_begin_run();
        hooks->before(scenario, run);
        run_body(body);
        hooks->after();
        clean = threads_settle();
        fresh = hooks->collect() && fresh;
        answers_count();
        if (!hooks->more(scenario, run + 1, clock_ns() - atomic_load(&run_state.scenario_start)))
            break;
    }
    if (!clean)
        stream_note("threads live on at the scenario's end, so it was not repeated here");
    stream_take();
    run_send_done(false);
    stream_give();
    return clean && fresh;
}

static void find_bodies(const struct job *job, void (**bodies)(void))
{
    for (size_t i = 0; i < job->n_scenarios; i++)
        bodies[i] = job->scenarios ? loader_scenario(job->items[i].name) : NULL;
    program_prepare(job);
}

static void send_hello(const struct job *job)
{
    stream_take();
    struct record *line = stream_line("hello");
    record_int(line, "version", PROTOCOL_VERSION);
    record_text(line, "lane", job->lane);
    stream_send();
    stream_give();
}

void run_job(const struct lane_hooks *hooks)
{
    static void (*bodies[JOB_SCENARIOS_MAX])(void);
    const struct job *job = job_read(JOB_FD);
    run_state.hooks = hooks;
    run_state.job = job;
    if (!hooks->accepts(job->lane))
        end_for_us("this program does not run that lane");
    threads_start();
    ends_install();
    hang_install();
    hooks->prepare(job);
    loader_load(job);
    find_bodies(job, bodies);
    start_watchdog();
    loader_seal();
    send_hello(job);
    for (size_t i = 0; i < job->n_scenarios; i++)
        if (!run_scenario(&job->items[i], bodies[i]))
            end_early(NULL);
    fflush(NULL);
    stream_take();
    stream_bye();
}
