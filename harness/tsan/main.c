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
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/native/ends.h"
#include "harness/native/run.h"
#include "harness/native/threads.h"
#include "harness/tsan/libtsan.h"
#include "harness/tsan/order.h"
#include "harness/tsan/reports.h"

/* libtsan reads it before main. Reports are taken in process and resolved by the grader, so nothing
 * is written but what libtsan itself dies of. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "symbolize=0:log_path=stderr:halt_on_error=0:exitcode=0:atexit_sleep_ms=0:"
           "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
           "use_sigaltstack=0:allow_user_segv_handler=1:report_thread_leaks=0:"
           "report_signal_unsafe=0:detect_deadlocks=0:"
           "report_destroy_locked=1:history_size=4:allocator_may_return_null=1";
}

/* libtsan needs no luck with the schedule to see a race, only that both accesses happen. But a
 * short life may be over before the next begins, and what never overlaps is no cycle of locks. So
 * every other repetition threads start a little late. */
void lane_perturb(void)
{
    const struct timespec nap = {0, 200 * 1000};
    struct thread *self = thread_self();
    if (self && thread_id(self) != 0 && self->calls++ == 0 && atomic_load(&run_state.runs) % 2 == 0)
        syscall(SYS_nanosleep, &nap, NULL);
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
    order_begin_run();
}

static void after(void)
{
}

/* libtsan tells the same race once in a process, so the next scenario wants another process. */
static bool collect(void)
{
    order_collect();
    return !reports_collect();
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
        .busy_s = 6,
    };
    run_job(&hooks);
}
