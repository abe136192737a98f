#include "grader/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "grader/memory.h"
#include "reports/text.h"

enum { BAR_WIDTH = 24, WHAT_MAX = 256, COLUMNS_MAX = 400 };

struct progress {
    enum progress_style style;
    bool terminal;
    bool colour;
    bool drawn;
    size_t total, done, failed;
    double began;
    char what[WHAT_MAX];
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct progress *progress_open(size_t total, enum progress_style style)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    struct progress *progress = memory_new(1, sizeof *progress);
    progress->style = style;
    progress->total = total;
    progress->terminal = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
    progress->colour = !no_color || *no_color == '\0';
    progress->began = now();
    return progress;
}

static size_t columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
}

/* "1:05" */
static void put_time(char *text, size_t size, double seconds)
{
    long whole = seconds < 0 ? 0 : seconds > 359999 ? 359999 : (long)(seconds + 0.5);
    if (whole < 3600)
        snprintf(text, size, "%ld:%02ld", whole / 60, whole % 60);
    else
        snprintf(text, size, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
}

static void put_counts(const struct progress *progress, char *text, size_t size)
{
    double elapsed = now() - progress->began;
    double rate = elapsed > 0 ? (double)progress->done / elapsed : 0;
    char left[32] = "?", failed[48] = "";
    if (rate > 0)
        put_time(left, sizeof left, (double)(progress->total - progress->done) / rate);
    if (progress->failed)
        snprintf(failed, sizeof failed, "  %zu not graded", progress->failed);
    snprintf(text, size, " %zu/%zu  %.1f/s  %s left%s  ", progress->done, progress->total, rate,
             left, failed);
}

static void put_bar(const struct progress *progress)
{
    size_t full = progress->total ? progress->done * BAR_WIDTH / progress->total : 0;
    fputs(progress->colour ? "\033[32m" : "", stderr);
    for (size_t i = 0; i < BAR_WIDTH; i++)
        fputs(i < full ? "█" : "░", stderr);
    fputs(progress->colour ? "\033[0m" : "", stderr);
}

void progress_tick(struct progress *progress)
{
    if (progress->style == PROGRESS_NONE || !progress->terminal)
        return;
    char counts[128] = "  ";
    size_t room = columns() - 1, used = 2;
    fputs("\r\033[K", stderr);
    if (progress->total && room > BAR_WIDTH + 40) {
        put_counts(progress, counts, sizeof counts);
        put_bar(progress);
        used = BAR_WIDTH + strlen(counts);
    }
    fputs(counts, stderr);
    if (used < room)
        fprintf(stderr, "%.*s", (int)text_fit(progress->what, room - used), progress->what);
    fflush(stderr);
    progress->drawn = true;
}

static void keep(struct progress *progress, const char *what)
{
    text_clean(what, TEXT_ONE_LINE, progress->what, sizeof progress->what);
}

void progress_say(struct progress *progress, const char *what)
{
    keep(progress, what);
    progress_tick(progress);
}

void progress_step(struct progress *progress, const char *line, bool failed)
{
    progress->done++;
    progress->failed += failed;
    if (progress->style == PROGRESS_NONE)
        return;
    if (progress->terminal) {
        progress_tick(progress);
        return;
    }
    char clean[WHAT_MAX];
    text_clean(line, TEXT_ONE_LINE, clean, sizeof clean);
    fprintf(stderr, "[%zu/%zu] %s\n", progress->done, progress->total, clean);
}

void progress_close(struct progress *progress)
{
    if (progress->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    free(progress);
}
