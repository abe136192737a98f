#include "grader/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "grader/batch_row.h"
#include "grader/interrupt.h"
#include "grader/memory.h"
#include "grader/progress.h"
#include "grader/workdir.h"
#include "reports/gradebook.h"

enum {
    STATUS_UNWRITABLE = 4, /* of a worker: its report could not be written */
    WORKERS_MAX = 1024,
    TICK_MS = 200,
    GRACE_S = 10,    /* for a worker to clean up after SIGTERM */
    GRADEBOOK_S = 2, /* between two writes of the gradebook */
};

struct worker {
    pid_t pid; /* 0: free */
    int pipe;  /* closed by its end; what it could not do comes first */
    size_t entry;
    double began;
    bool told; /* SIGTERM was sent */
};

struct crew {
    struct batch *batch;
    struct gradebook *book;
    struct progress *progress;
    struct error *error;
    char *work_dir;
    size_t n_workers;
    struct worker workers[WORKERS_MAX];
    size_t next; /* entry to be started */
    double booked;
    bool failed; /* OUT cannot be written: stop */
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static char *report_path(const struct crew *crew, size_t entry)
{
    return memory_format("%s/%s.json", crew->batch->options->out,
                         crew->batch->list->entries[entry].name);
}

static bool stop(const struct crew *crew)
{
    return crew->failed || interrupt_pending();
}

/* ---- the worker's side ---- */

static void tell_parent(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        return; /* the status alone says enough */
}

/* Never returns to the parent's stack: a worker leaves by _exit(). */
static _Noreturn void work(const struct crew *crew, size_t index, int fd)
{
    const struct batch_options *options = crew->batch->options;
    const struct batch_entry *entry = &crew->batch->list->entries[index];
    struct grade_options grade = options->grade;
    struct error error = {0};
    grade.jobs = 1;
    grade.work_dir = crew->work_dir;
    grade.progress = NULL;
    struct report *report = options->work(entry->path, options->manifest, &grade, &error);
    if (!report)
        report = grade_error(entry->path, options->manifest, &grade, error.text);
    if (entry->renamed)
        report->submission = report_text(report, entry->name);
    if (interrupt_pending())
        _exit(0);
    char *path = report_path(crew, index);
    error = (struct error){0};
    if (report_write_json(report, path, &error))
        _exit(0);
    tell_parent(fd, error.text);
    _exit(STATUS_UNWRITABLE);
}

/* ---- the parent's side ---- */

static void begin(struct crew *crew, struct worker *worker, size_t entry)
{
    int ends[2];
    fflush(NULL); /* else the worker would write it again */
    if (pipe2(ends, O_CLOEXEC) != 0) {
        error_errno(crew->error, ERROR_MACHINE, "cannot start a worker");
        crew->failed = true;
        return;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        close(ends[0]);
        if (getppid() != parent)
            _exit(0);
        work(crew, entry, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        error_errno(crew->error, ERROR_MACHINE, "cannot start a worker");
        crew->failed = true;
        return;
    }
    *worker = (struct worker){.pid = pid, .pipe = ends[0], .entry = entry, .began = now()};
}

static void write_book(struct crew *crew)
{
    char *path = memory_format("%s/gradebook.csv", crew->batch->options->out);
    if (!gradebook_write(crew->book, path, crew->error))
        crew->failed = true;
    crew->booked = now();
    free(path);
}

static void finish(struct crew *crew, size_t entry, const struct report *report)
{
    struct batch *batch = crew->batch;
    struct batch_row *row = &batch->rows[entry];
    batch_row_take(row, report);
    gradebook_add(crew->book, report);
    batch->n_finished++;
    char *line = memory_format("%s: %s, %g of %g points%s%s", batch->list->entries[entry].name,
                               verdict_name(row->verdict), row->points, row->max,
                               *row->findings ? ": " : "", row->findings);
    progress_step(crew->progress, line, row->verdict == VERDICT_ERROR);
    free(line);
    if (now() - crew->booked > GRADEBOOK_S)
        write_book(crew);
}

/* A submission whose worker could not tell: the parent says what it saw. */
static void finish_dead(struct crew *crew, size_t entry, const char *why)
{
    const struct batch_options *options = crew->batch->options;
    char *path = report_path(crew, entry);
    struct report *report = grade_error(crew->batch->list->entries[entry].path, options->manifest,
                                        &options->grade, why);
    report->submission = report_text(report, crew->batch->list->entries[entry].name);
    if (report_write_json(report, path, crew->error))
        finish(crew, entry, report);
    else
        crew->failed = true;
    report_free(report);
    free(path);
}

static void why_dead(const struct worker *worker, int status, char *why, size_t size)
{
    if (worker->told)
        snprintf(why, size, "grading it took too long and was ended");
    else if (WIFSIGNALED(status))
        snprintf(why, size, "the process that graded it was killed: %s",
                 strsignal(WTERMSIG(status)));
    else
        snprintf(why, size, "the process that graded it gave up with status %d",
                 WEXITSTATUS(status));
}

static void take_finished(struct crew *crew, const struct worker *worker, int status)
{
    char why[128];
    struct error error = {0};
    bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !worker->told;
    char *path = report_path(crew, worker->entry);
    struct report *report = ended ? report_read_json(path, &error) : NULL;
    free(path);
    if (report) {
        finish(crew, worker->entry, report);
        report_free(report);
        return;
    }
    why_dead(worker, status, why, sizeof why);
    finish_dead(crew, worker->entry, ended ? error.text : why);
}

static void reap(struct crew *crew, struct worker *worker)
{
    char text[1024];
    int status;
    ssize_t length = read(worker->pipe, text, sizeof text - 1);
    text[length < 0 ? 0 : length] = '\0';
    close(worker->pipe);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    struct worker ended = *worker;
    worker->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == STATUS_UNWRITABLE) {
        error_set(crew->error, ERROR_MACHINE, "%s", text);
        crew->failed = true;
    } else if (!stop(crew)) {
        take_finished(crew, &ended, status);
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !ended.told) {
        char *path = report_path(crew, ended.entry);
        if (access(path, F_OK) == 0)
            take_finished(crew, &ended, status);
        free(path);
    }
}

static double limit_of(const struct batch_options *options)
{
    static const double limits[] = {
        [EFFORT_QUICK] = 10 * 60, [EFFORT_NORMAL] = 30 * 60, [EFFORT_DEEP] = 12 * 3600};
    return options->worker_s > 0 ? options->worker_s : limits[options->grade.effort];
}

/* A worker told to stop cleans up after itself; one that does not is killed. Its confined programs
 * die with it. */
static void hurry(struct crew *crew)
{
    double limit = limit_of(crew->batch->options), time = now();
    for (size_t i = 0; i < crew->n_workers; i++) {
        struct worker *worker = &crew->workers[i];
        if (worker->pid == 0)
            continue;
        if (!worker->told && (stop(crew) || time - worker->began > limit)) {
            kill(worker->pid, SIGTERM);
            worker->told = true;
            worker->began = time;
        } else if (worker->told && time - worker->began > GRACE_S) {
            kill(worker->pid, SIGKILL);
        }
    }
}

static size_t start_more(struct crew *crew)
{
    size_t running = 0;
    for (size_t i = 0; i < crew->n_workers; i++) {
        struct worker *worker = &crew->workers[i];
        while (crew->next < crew->batch->list->n && crew->batch->rows[crew->next].finished)
            crew->next++;
        if (worker->pid == 0 && crew->next < crew->batch->list->n && !stop(crew))
            begin(crew, worker, crew->next++);
        running += worker->pid != 0;
    }
    return running;
}

static void say_running(struct crew *crew)
{
    char text[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < crew->n_workers && used < sizeof text; i++)
        if (crew->workers[i].pid)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "",
                                     crew->batch->list->entries[crew->workers[i].entry].name);
    progress_say(crew->progress, text);
}

static void wait_some(struct crew *crew)
{
    struct pollfd fds[WORKERS_MAX];
    for (size_t i = 0; i < crew->n_workers; i++)
        fds[i] = (struct pollfd){.fd = crew->workers[i].pid ? crew->workers[i].pipe : -1,
                                 .events = POLLIN};
    int ready = poll(fds, crew->n_workers, TICK_MS);
    for (size_t i = 0; ready > 0 && i < crew->n_workers; i++)
        if (fds[i].fd >= 0 && fds[i].revents)
            reap(crew, &crew->workers[i]);
    hurry(crew);
}

/* Take over what is known already, also when somebody is in a hurry, since it counts as finished;
 * away with reports that are not true any more, so that none of them is ever taken for a new one.
 */
static void keep_known(struct crew *crew)
{
    struct batch *batch = crew->batch;
    for (size_t i = 0; i < batch->list->n && !crew->failed; i++) {
        char *path = report_path(crew, i);
        struct report *report = batch_row_keep(batch->options, &batch->list->entries[i], path);
        if (report) {
            batch->rows[i].kept = true;
            batch->n_kept++;
            finish(crew, i, report);
            report_free(report);
        } else if (unlink(path) != 0 && errno != ENOENT) {
            error_errno(crew->error, ERROR_MACHINE, "%s", path);
            crew->failed = true;
        }
        free(path);
    }
}

static bool make_out(const char *out, struct error *error)
{
    struct stat status;
    if (mkdir(out, 0777) != 0 && errno != EEXIST)
        return error_errno(error, ERROR_MACHINE, "%s: cannot make this folder", out);
    if (stat(out, &status) != 0 || !S_ISDIR(status.st_mode))
        return error_set(error, ERROR_USAGE, "%s: is not a folder", out);
    return true;
}

static void run_crew(struct crew *crew)
{
    write_book(crew); /* learn now, not after an hour, that OUT cannot be written */
    keep_known(crew);
    while (start_more(crew) > 0) {
        say_running(crew);
        wait_some(crew);
    }
    crew->batch->interrupted = interrupt_pending();
    if (!crew->failed)
        write_book(crew);
}

bool batch_run(struct batch *batch, const struct batch_options *options,
               const struct batch_list *list, struct error *error)
{
    *batch = (struct batch){.options = options, .list = list};
    batch->rows = memory_new(list->n, sizeof *batch->rows);
    if (!make_out(options->out, error))
        return false;
    struct crew *crew = memory_new(1, sizeof *crew);
    crew->batch = batch;
    crew->error = error;
    crew->work_dir = workdir_make(options->grade.work_dir, error);
    crew->n_workers =
        (size_t)options->grade.jobs < WORKERS_MAX ? (size_t)options->grade.jobs : WORKERS_MAX;
    crew->book = gradebook_new();
    crew->progress = progress_open(list->n, options->quiet ? PROGRESS_NONE : PROGRESS_BAR);
    crew->failed = crew->work_dir == NULL;
    if (!crew->failed)
        run_crew(crew);
    bool ran = !crew->failed;
    progress_close(crew->progress);
    gradebook_free(crew->book);
    workdir_remove(crew->work_dir);
    free(crew);
    return ran;
}

void batch_free(struct batch *batch)
{
    for (size_t i = 0; batch->rows && i < batch->list->n; i++)
        free(batch->rows[i].findings);
    free(batch->rows);
    batch->rows = NULL;
}
