/*
 * hilo-tsan - runs scenarios under the real libtsan.
 *
 * This program is not instrumented, only linked with libtsan, which must be among the first
 * objects loaded; the objects that it loads are. Its own code is invisible to libtsan, so nothing
 * here orders the student's threads, unless it calls what libtsan intercepts.
 *
 * The machine must give libtsan the addresses that it wants: address space randomisation off, no
 * limit on address space.
 */
#include <stddef.h>
#include <string.h>

#include "harness/native/clock.h"
#include "harness/native/ends.h"
#include "harness/native/run.h"
#include "harness/native/threads.h"
#include "harness/tsan/libtsan.h"
#include "harness/tsan/reports.h"

enum { IDLE_S = 4, BUSY_CPU_S = 12, WALL_S = 60 };

/* libtsan reads it before main. Its text goes nowhere: reports are taken in process, and resolved
 * by the grader. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "symbolize=0:log_path=/dev/null:halt_on_error=0:exitcode=0:atexit_sleep_ms=0:"
           "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
           "use_sigaltstack=0:allow_user_segv_handler=1:report_thread_leaks=0:"
           "report_signal_unsafe=0:detect_deadlocks=1:second_deadlock_stack=1:"
           "report_destroy_locked=1:history_size=4:allocator_may_return_null=1";
}

/* libtsan intercepts what needs to be disturbed anyway, and is slow enough to disturb. */
void lane_perturb(void)
{
}

static bool accepts(const char *lane)
{
    return strcmp(lane, "tsan") == 0;
}

static void on_death(void)
{
    end_for_us("libtsan gave up");
}

static void prepare(const struct job *job)
{
    (void)job;
    reports_prepare();
    __sanitizer_set_death_callback(on_death);
}

static bool more(const struct job_scenario *scenario, long runs, int64_t elapsed_ns)
{
    (void)elapsed_ns;
    return runs < scenario->executions;
}

static void before(const struct job_scenario *scenario, long run)
{
    (void)scenario;
    (void)run;
}

static void after(void)
{
}

/* libtsan tells the same race once in a process, so the next scenario wants another process. */
static bool collect(void)
{
    return !reports_collect();
}

/* ---- the watch: libtsan's own blocking calls are not seen, so only what threads consume tells ---
 */

/* What the scenario's threads have computed so far, and whether one only rests. */
static int64_t threads_cpu_ns(bool *resting)
{
    int64_t sum = 0;
    *resting = false;
    for (int i = 0; i < THREADS_MAX; i++) {
        const struct thread *thread = thread_at(i);
        pid_t tid = atomic_load(&thread->tid);
        if (!thread_alive(thread) || tid == 0)
            continue;
        /* The kernel's number of a thread's CPU clock, as pthread_getcpuclockid() makes it. */
        sum += clock_read((clockid_t)(~(unsigned)tid << 3 | 6));
        *resting |= atomic_load(&thread->call) == CALL_SLEEP;
    }
    return sum;
}

static void watch(void)
{
    static int64_t start, cpu, since, last;
    bool resting;
    int64_t now = clock_ns(), sum = threads_cpu_ns(&resting);
    bool late = now - last > 4 * WATCH_MS * CLOCK_MS;
    if (start != atomic_load(&run_state.body_start) || sum != cpu || resting || late) {
        start = atomic_load(&run_state.body_start);
        cpu = sum;
        since = now;
    }
    last = now;
    if (start == 0)
        return;
    /* No verdict: that a program hangs is for the other lanes to prove. */
    if (now - since > IDLE_S * CLOCK_S)
        end_early("under the thread sanitizer nothing moved any more, so this scenario was left");
    if (clock_cpu_ns() - atomic_load(&run_state.body_cpu) > BUSY_CPU_S * CLOCK_S ||
        now - start > WALL_S * CLOCK_S)
        end_early("under the thread sanitizer this scenario did not come to its end");
}

int main(void)
{
    static const struct lane_hooks hooks = {
        .accepts = accepts,
        .prepare = prepare,
        .more = more,
        .before = before,
        .after = after,
        .collect = collect,
        .watch = watch,
    };
    run_job(&hooks);
}
