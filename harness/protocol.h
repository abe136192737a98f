/*
 * protocol.h - the only language that grader and harness share.
 *
 * A harness is one process that loads a student's shared object and runs
 * scenarios of an exercise in one lane. The grader writes it a *job* and reads
 * back *records*. Both are lines of text, one a line:
 *
 *     type key=value key=value ...\n
 *
 * Text, because a person debugs it with cat and a fuzzer reaches everything.
 *
 * The harness is not trusted once the student's code runs in its process. So
 * the grader bounds everything (lengths, counts, numbers), refuses what it does
 * not know, and takes nothing for granted that did not arrive: only a stream
 * that opens with `hello`, brackets each scenario asked for by `begin` and `done`
 * and closes with a `bye` that counts its own records is whole.
 *
 * Job, grader to harness, on fd JOB_FD:
 *   job       version lane student scenarios seed [strict] [stdin]
 *             paths of the two shared objects to load. `scenarios` is absent for `hilo run`:
 *             then the student's main() is what runs, `stdin` the path of what it
 *             reads as its standard input (nothing when absent), and the one scenario
 *             only says how far
 *   arg       text
 *             of `hilo run`: an argument of main(), in order; argv[0] is not among them
 *   scenario  name executions steps budget_ms clock [first] [strategy] [fail] {in.NAME}...
 *             what to run, how far: executions and steps of one execution are
 *             bounds for explore (and repetitions for tsan), budget_ms for stress;
 *             clock is `punctual` or `adversarial`; in.NAME is what input() gives; `first`
 *             is the number of the first repetition, where each has a process of its own;
 *             strategy, of explore: `random`, `pos`, `pct`, `portfolio`, `dpor` or `dfs` alone, for
 *             measuring; absent, first dpor and then the portfolio; with fail=1, malloc and
 *             pthread_create sometimes fail
 *   replay    name token steps [fail] [debug] {in.NAME}...
 *             explore only: run exactly this schedule and trace it; with debug=1 the code
 *             may differ, by the breakpoints of a debugger
 *   end
 *
 * Records, harness to grader, on fd RECORDS_FD, in this order:
 *   hello     version lane
 *   begin     scenario
 *   outcome   id count [late] [token] {a.NAME}... {c.NAME}...
 *             one for each distinct set of answers: a.NAME from answer(), c.NAME from check(),
 *             which must be 1 unless a judgement of the exercise speaks of it; late=1 when they
 *             were only seen where the clock may overtake a sleep
 *   fact      name value                         e.g. overlap:facebook:instagram 1
 *   finding   id kind seen [token] [clock] [why]  then the lines that detail it; the kind `trace`
 *             is no finding but the steps of a replay
 *     thread    finding thread name [module offset]      where its start routine is
 *     object    finding object kind [module offset | heap size [block] | thread [module offset
 * local]] heap is how far into a block of `size` bytes it is, block tells blocks of one finding
 *             apart; on the stack of a thread it lies `local` bytes from the canonical frame
 *             address of the function that holds the instruction at `offset`
 *     access    finding n thread op [object at size] [value]     n = 0, 1: the two of a race
 *     frame     finding of n module offset               a call stack, innermost first
 *     held      finding of object                        a lock held there
 *     wait      finding thread op object [owner]         an edge of the wait-for graph
 *     step      finding n thread op [object] [value] [why] module offset
 *   note      text
 *             for the student, no verdict: what a lane skipped, say
 *   done      scenario executions steps outcomes truncated coverage [bound]
 *   bye       records
 *             how many lines came before it
 *
 * `of` names what a frame or a lock belongs to: `access0`, `access1`, `thread3`,
 * `wait3` (the wait of thread 3), `object2` (where it was made), `free2`.
 * module is `student`, `scenarios` or `host`; offset is that of the instruction in
 * the object's file, already moved back from a return address into its call.
 * All numbers are decimal but offset, which is hexadecimal without prefix.
 *
 * Ownership: a view points into the line it was parsed from. Threads: none of
 * these functions keeps state; a record may be built on any thread.
 */
#ifndef HILO_HARNESS_PROTOCOL_H
#define HILO_HARNESS_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROTOCOL_VERSION = 1,
    JOB_FD = 3,     /* job, readable */
    RECORDS_FD = 4, /* records, writable */
    FILTER_FD = 5,  /* seccomp program to load once everything is mapped; may be closed */
};

enum {
    RECORD_MAX = 8192,         /* bytes of a line, newline included */
    RECORD_FIELDS_MAX = 48,    /* fields of a line */
    RECORD_NAME_MAX = 96,      /* bytes of a type or key */
    RECORDS_MAX = 200000,      /* lines of a stream */
    RECORDS_FINDINGS_MAX = 64, /* findings of a scenario */
    RECORDS_OUTCOMES_MAX = 64, /* distinct outcomes of a scenario */
    RECORDS_STEPS_MAX = 4000,  /* steps of one finding's trace */
    RECORDS_FRAMES_MAX = 16,   /* frames of one stack */
    ARGUMENTS_MAX = 64,        /* of a program that `hilo run` runs */
    ARGUMENT_MAX = 1024,       /* bytes of one of them */
    STDIN_MAX = 1 << 20,       /* bytes of its standard input */
};

/* A line under construction. Begin, add, send; `overflow` once it did not fit. */
struct record {
    char text[RECORD_MAX];
    size_t length;
    bool overflow;
};

void record_begin(struct record *record, const char *type);
void record_text(struct record *record, const char *key, const char *value);
void record_int(struct record *record, const char *key, long long value);
void record_hex(struct record *record, const char *key, uint64_t value);

/* Terminate the line and write it whole to `fd`. Returns 0 or an errno value;
 * EMSGSIZE, with nothing written, when it overflowed. */
int record_send(struct record *record, int fd);

struct record_field {
    const char *key;
    const char *value;
};

/* A line taken apart; every string points into the line. */
struct record_view {
    const char *type;
    size_t n_fields;
    struct record_field fields[RECORD_FIELDS_MAX];
};

/* Take `line` (length bytes, without its newline; line[length] is writable)
 * apart in place. False when it is not well-formed: an empty or overlong name, a name outside
 * of [a-z0-9A-Z_.:-], a key twice, too many fields, a bad escape, a NUL. */
bool record_parse(char *line, size_t length, struct record_view *view);

/* The value of a key, or NULL. */
const char *record_get(const struct record_view *view, const char *key);

/* A number of a key; false when it is absent, malformed or does not fit. */
bool record_get_int(const struct record_view *view, const char *key, long long *value);
bool record_get_hex(const struct record_view *view, const char *key, uint64_t *value);

#endif
