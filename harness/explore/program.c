/* program.c - see program.h. */
#include "harness/explore/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/explore/arena.h"
#include "harness/explore/at_exit.h"
#include "harness/explore/engine.h"
#include "harness/explore/scenario_api.h"
#include "harness/explore/trace.h"
#include "harness/loader.h"
#include "harness/scenario.h"

/* Output beyond this is not told apart, nor are more outputs than these. */
enum { OUTPUT_MAX = 64 << 10, OUTPUTS_MAX = 64 };

/* Steps that others may still make while the process ends. */
enum { PATIENCE = 1000 };

#define FNV_START UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)

static struct {
    int (*body)(int, char **);
    const struct job *job;
    char *input;
    size_t input_size;
    size_t at; /* bytes of the input that this execution has read */
    bool met_end;
    size_t printed; /* bytes of this execution's output */
    uint64_t hash;  /* of them */
    bool in_order;  /* main() came to its end */
    long patience;  /* the step at which it ends at the latest */
    bool cut_short; /* in some execution */
    int n_outputs;  /* different ones of this exploration */
    uint64_t outputs[OUTPUTS_MAX];
} program;

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "hilo-explore: %s: %s\n", what, why);
    exit(3);
}

static void read_input(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    program.input = malloc(STDIN_MAX + 1);
    if (fd < 0 || !program.input)
        fail(path, strerror(errno));
    ssize_t n;
    while ((n = read(fd, program.input + program.input_size, STDIN_MAX + 1 - program.input_size)) >
           0) {
        program.input_size += (size_t)n;
        if (program.input_size > STDIN_MAX)
            fail(path, "too long");
    }
    if (n < 0)
        fail(path, strerror(errno));
    close(fd);
}

void program_load(const struct job *job)
{
    if (job->scenarios)
        return;
    program.job = job;
    program.body = loader_main();
    if (!program.body)
        fail("the program", "it has no main");
    if (job->input)
        read_input(job->input);
}

bool program_active(void)
{
    return program.body != NULL;
}

void program_begin(void)
{
    program.n_outputs = 0;
    program.cut_short = false;
}

void program_reset(void)
{
    program.at = 0;
    program.met_end = false;
    program.printed = 0;
    program.hash = FNV_START;
    program.in_order = false;
}

/* The number of this execution's output; all that come after the table is full are one. */
static int number_output(void)
{
    for (int i = 0; i < program.n_outputs; i++)
        if (program.outputs[i] == program.hash)
            return i + 1;
    if (program.n_outputs == OUTPUTS_MAX)
        return OUTPUTS_MAX + 1;
    program.outputs[program.n_outputs++] = program.hash;
    return program.n_outputs;
}

/* In the program's own memory: main() may write to its arguments, and look past them. */
static char *copy_argument(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = arena_allocate(size, 16, NULL);
    if (copy)
        memcpy(copy, text, size);
    return copy;
}

void program_body(void)
{
    size_t n = program.job->n_arguments;
    char **arguments = arena_allocate((n + 2) * sizeof *arguments, 16, NULL);
    if (!arguments)
        fail("the program", "its arguments have no room");
    arguments[0] = copy_argument("program");
    for (size_t i = 0; i < n; i++)
        arguments[i + 1] = copy_argument(program.job->arguments[i]);
    arguments[n + 1] = NULL;
    int status = program.body((int)n + 1, arguments);
    at_exit_run();
    program_exit(status, NULL);
}

static void finish(int status, bool in_order)
{
    program.in_order = in_order;
    answer("exit", status & 255);
    answer("output", number_output());
    scenario_complete();
}

/* Whether nobody but those who end the process can go on, or they have gone on for long. */
static bool others_rest(const struct thread *self)
{
    if (engine.steps >= program.patience) {
        program.cut_short = true;
        return true;
    }
    for (int i = 0; i < engine.n_live; i++) {
        const struct thread *thread = &engine.threads[engine.live[i]];
        const struct op *op = &thread->op;
        bool may_time_out =
            op->deadline_ns != NEVER && (!engine.punctual || op->deadline_ns <= engine.now_ns);
        if (thread != self && op->ready != others_rest &&
            (!op->ready || op->ready(thread) || may_time_out))
            return false;
    }
    return true;
}

/* The end of the process cuts the others off wherever they are. What they do until then, they also
 * do where it comes late: so it is enough to try both ends of that, at once and as late as can be.
 */
static void linger(const void *frame)
{
    if (engine.n_live == 1 || !engine_choose(CHOICE_END, 2))
        return;
    program.patience = engine.steps + PATIENCE;
    if (program.patience >= engine.steps_max)
        program.patience = engine.steps_max - 1;
    engine_point(OP_EXIT, NULL, others_rest, NEVER, frame);
}

void program_exit(int status, const void *frame)
{
    struct thread *self = engine.self;
    linger(frame);
    trace_op(OP_EXIT, NULL, frame);
    finish(status, self->id == 0 && (status == 0 || !frame));
    /* What the frames above point to is not lost. */
    self->fiber.sp = __builtin_frame_address(0);
    engine_stop(END_COMPLETE);
}

bool program_was_cut_short(void)
{
    return program.cut_short;
}

void program_thread_ends(void)
{
    if (!program.body || engine.n_live > 1)
        return;
    at_exit_run();
    finish(0, false);
}

bool program_judges_threads(void)
{
    return !program.body || program.in_order;
}

void program_prints(const char *bytes, size_t size)
{
    if (!program.body)
        return;
    for (size_t i = 0; i < size && program.printed < OUTPUT_MAX; i++, program.printed++)
        program.hash = (program.hash ^ (unsigned char)bytes[i]) * FNV_PRIME;
}

const char *program_input(size_t *size)
{
    *size = program.input_size - program.at;
    return program.input ? program.input + program.at : "";
}

void program_reads(size_t size, bool met_end)
{
    program.met_end |= met_end;
    program.at += size;
}

bool program_unreads(char character)
{
    if (program.at == 0 || program.input[program.at - 1] != character)
        return false;
    program.at--;
    program.met_end = false;
    return true;
}

bool program_met_end(void)
{
    return program.met_end;
}
