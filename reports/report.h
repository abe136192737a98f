/*
 * report.h - the model of a report: plain data that the grader fills and every
 * writer reads.
 *
 * Ownership: a report owns a pool; every string and array in it is allocated
 * there with report_text(), report_array() and lives until report_free(). So a
 * finding is copied by assignment and nothing in it is freed by hand.
 * Threads: a report belongs to one thread at a time.
 * Invariants: strings are never NULL unless said so and are UTF-8 (report_text()
 * replaces what is not); arrays are in the order in which they are written; the
 * same report always writes the same bytes.
 */
#ifndef HILO_REPORTS_REPORT_H
#define HILO_REPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/error.h"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_ERROR };

enum lane { LANE_STRESS, LANE_TSAN, LANE_EXPLORE, LANE_COUNT, LANE_NONE = LANE_COUNT };

enum category {
    CATEGORY_RACES,
    CATEGORY_DEADLOCKS,
    CATEGORY_JOINS,
    CATEGORY_DAEMONS,
    CATEGORY_MEMORY,
    CATEGORY_FUNCTIONAL,
    CATEGORY_MISUSE,
    CATEGORY_DESIGN,
    CATEGORY_BUILD,
    CATEGORY_SECURITY,
    CATEGORY_COUNT,
    CATEGORY_SUMMARY_COUNT = CATEGORY_BUILD, /* those counted in `summary` */
};

/* Every kind of the contract: KIND(identifier, name in the report, category). */
#define REPORT_KINDS(KIND)                                                                         \
    KIND(DATA_RACE, "data-race", RACES)                                                            \
    KIND(ATOMICITY_VIOLATION, "atomicity-violation", RACES)                                        \
    KIND(DEADLOCK, "deadlock", DEADLOCKS)                                                          \
    KIND(LOST_WAKEUP, "lost-wakeup", DEADLOCKS)                                                    \
    KIND(LIVELOCK, "livelock", DEADLOCKS)                                                          \
    KIND(HANG, "hang", DEADLOCKS)                                                                  \
    KIND(LOCK_ORDER, "lock-order", DEADLOCKS)                                                      \
    KIND(THREAD_LEAK, "thread-leak", JOINS)                                                        \
    KIND(DOUBLE_JOIN, "double-join", JOINS)                                                        \
    KIND(JOIN_DETACHED, "join-detached", JOINS)                                                    \
    KIND(SELF_JOIN, "self-join", JOINS)                                                            \
    KIND(EARLY_TIMEOUT, "early-timeout", JOINS)                                                    \
    KIND(LATE_TIMEOUT, "late-timeout", JOINS)                                                      \
    KIND(DAEMON_WAITED_FOR, "daemon-waited-for", DAEMONS)                                          \
    KIND(NON_DAEMON_ABANDONED, "non-daemon-abandoned", DAEMONS)                                    \
    KIND(DAEMON_USE_AFTER_SHUTDOWN, "daemon-use-after-shutdown", DAEMONS)                          \
    KIND(USE_AFTER_FREE, "use-after-free", MEMORY)                                                 \
    KIND(DOUBLE_FREE, "double-free", MEMORY)                                                       \
    KIND(OUT_OF_BOUNDS, "out-of-bounds", MEMORY)                                                   \
    KIND(MEMORY_LEAK, "memory-leak", MEMORY)                                                       \
    KIND(CRASH, "crash", MEMORY)                                                                   \
    KIND(WRONG_RESULT, "wrong-result", FUNCTIONAL)                                                 \
    KIND(UNLOCK_NOT_OWNER, "unlock-not-owner", MISUSE)                                             \
    KIND(LOCK_DESTROYED_WHILE_HELD, "lock-destroyed-while-held", MISUSE)                           \
    KIND(LOCK_LEAKED, "lock-leaked", MISUSE)                                                       \
    KIND(API_MISUSE, "api-misuse", MISUSE)                                                         \
    KIND(UNSUPPORTED, "unsupported", MISUSE)                                                       \
    KIND(SLEEP_AS_SYNCHRONISATION, "sleep-as-synchronisation", DESIGN)                             \
    KIND(BUSY_WAIT, "busy-wait", DESIGN)                                                           \
    KIND(OVER_SYNCHRONISED, "over-synchronised", DESIGN)                                           \
    KIND(COMPILE_ERROR, "compile-error", BUILD)                                                    \
    KIND(LINK_ERROR, "link-error", BUILD)                                                          \
    KIND(UNCHANGED_STARTER, "unchanged-starter", BUILD)                                            \
    KIND(FORBIDDEN, "forbidden", SECURITY)                                                         \
    KIND(TAMPERING, "tampering", SECURITY)

enum kind {
#define KIND(identifier, name, category) KIND_##identifier,
    REPORT_KINDS(KIND)
#undef KIND
        KIND_COUNT
};

/* Names as in the contract. kind_by_name returns KIND_COUNT for none. */
const char *kind_name(enum kind kind);
enum kind kind_by_name(const char *name);
enum category kind_category(enum kind kind);
const char *category_name(enum category category);
const char *lane_name(enum lane lane);
const char *verdict_name(enum verdict verdict);

/* A place in the source. `file` is as the student named it; "" when unknown, and line 0. */
struct location {
    const char *file;
    const char *function;
    int line;
};

struct stack {
    size_t n_frames;
    struct location *frames; /* innermost first */
};

/* One of the two accesses of a race. */
struct access {
    int thread;
    const char *op;     /* "read", "write", "atomic read", ..., "free" */
    int size;           /* bytes */
    const char *object; /* what was touched: "total", "post->count", "heap block ..." */
    struct stack stack;
    size_t n_held;
    const char **held; /* names of the locks held */
};

/* An edge of the wait-for graph: `thread` waits for `object`, held by `owner`. */
struct wait {
    int thread;
    const char *op;     /* "lock", "cond-wait", "join", "sem-wait", "barrier" */
    const char *object; /* "" if none */
    int owner;          /* thread, or -1: nobody in particular */
    struct stack stack; /* where it waits */
    size_t n_held;
    const char **held; /* what it holds meanwhile */
};

struct thread_info {
    int id;           /* 0 is the one that runs the scenario */
    const char *name; /* "main", "facebook", "add_likes #2" */
    struct location start;
};

struct step {
    int n;
    int thread;
    const char *op;     /* "create", "lock", "unlock", "write", "wait", "signal", ... */
    const char *object; /* "" if none */
    const char *value;  /* "" if none; "3", "0 -> 1" */
    const char
        *why; /* why this thread runs now: "", "preempted", "blocked", "started", "timeout" */
    struct location at;
};

struct finding {
    const char *id; /* "F1", "F2", ... */
    enum kind kind;
    enum lane lane;
    const char *scenario;      /* "" for the build */
    const char *message;       /* one sentence, in the language of the report */
    const char *hint;          /* teaches, does not solve */
    const char *object;        /* the variable or lock it is about, or "" */
    const char *object_origin; /* where that was made: "allocated at likes.c:12", or "" */
    size_t n_threads;
    struct thread_info *threads;
    size_t n_locations;
    struct location *locations; /* what to look at first, most telling first */
    size_t n_accesses;
    struct access *accesses;
    size_t n_waits;
    struct wait *waits;
    size_t n_trace;
    struct step *trace;
    const char *detail; /* more text: the compiler's message, or "" */
    const char *replay; /* token, or "" where nothing can be replayed (build) */
    bool reproduced;    /* explore has it too, or it is not a lane's finding */
    unsigned also_seen; /* bit set of 1 << enum lane: other lanes that saw the same */
    long long seen;     /* in how many executions */
};

struct input_value {
    const char *name;
    long long value;
};

/* One distinct set of answers of an explored scenario. */
struct outcome {
    size_t n_answers;
    struct input_value *answers;
    long long count;
    bool right;
};

enum scenario_status { STATUS_PASS, STATUS_FAIL, STATUS_ERROR, STATUS_NOT_RUN };

/* "pass", "fail", "error", "not-run". */
const char *status_name(enum scenario_status status);

struct scenario_result {
    const char *name;
    const char *title; /* in the language of the report, or "" */
    double points;
    double max;
    enum scenario_status status;
    const char *coverage; /* of explore: "proved", "bounded", "sampled", or "" when not explored */
    long long executions; /* of explore */
    size_t n_outcomes;
    struct outcome *outcomes;
};

struct lane_result {
    bool asked;           /* --lanes named it */
    bool ran;             /* it ran to its end; else `why_not` */
    const char *why_not;  /* "" or "unsupported: ...", "the build failed" */
    long long executions; /* executions, repetitions or runs */
    double wall_ms;
    double cpu_ms;
    const char *coverage; /* explore: the weakest of its scenarios; else "" */
    int bound;            /* explore, when coverage is "bounded"; else -1 */
};

struct file_info {
    const char *path;
    char sha256[65];
};

struct warning { /* of the compiler; shown, never graded */
    struct location at;
    const char *text;
};

struct isolation {
    int tier; /* 0 to 3 */
    bool landlock;
    int landlock_abi;
    bool seccomp;
    bool namespaces;
    bool cgroup;
    const char *missing; /* why not more, or "" */
};

struct report {
    struct pool *pool;
    const char *language; /* "es" or "en" */
    const char *exercise; /* NULL for `hilo run` */
    int exercise_version;
    const char *exercise_title;
    const char *submission; /* name */
    size_t n_files;
    struct file_info *files;
    enum verdict verdict;
    double points;
    double max;
    struct isolation isolation;
    struct lane_result lanes[LANE_COUNT];
    size_t n_scenarios;
    struct scenario_result *scenarios;
    size_t n_findings;
    struct finding *findings;
    size_t n_warnings;
    struct warning *warnings;
    size_t n_errors;
    const char **errors; /* why it could not be graded */
    size_t n_notes;
    const char **notes; /* what the reader should know, no verdict */
    unsigned long long seed;
    const char *effort;
    const char *tool_version;
    double wall_ms;
    double cpu_ms;
};

/* A fresh report, all zero but for its pool and empty strings. Never NULL:
 * allocation failure in a report ends the process with status 3. */
struct report *report_new(const char *language);
void report_free(struct report *report);

/* Memory of the report's pool, zeroed. */
void *report_array(struct report *report, size_t count, size_t size);

/* Copies of text. Bytes that are not UTF-8 become U+FFFD, control characters
 * but newline and tab become visible escapes. */
const char *report_text(struct report *report, const char *text);
const char *report_format(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append; the array grows within the pool. The pointer returned is valid until the next append.
 * A new finding has the next id, lane LANE_NONE, reproduced, seen once, and empty texts. */
struct finding *report_add_finding(struct report *report);
void report_add_error(struct report *report, const char *text);
void report_add_note(struct report *report, const char *text);
void report_add_warning(struct report *report, struct location at, const char *text);

/* How many findings of a category. */
size_t report_count(const struct report *report, enum category category);

/* Fill message and hint of a finding from its kind, object, threads, locations, accesses,
 * waits, trace and detail, in the report's language. Called by the grader once a finding is
 * complete. A message or hint that is already there stays. */
void finding_explain(struct report *report, struct finding *finding);

/*
 * Writers. Each returns false with `error` set when the output failed; the
 * file is written aside, synced and renamed, so a reader never sees half of
 * one. The path "-" is standard output.
 */
bool report_write_json(const struct report *report, const char *path, struct error *error);

struct terminal_options {
    bool colour;
    int columns;            /* 80 at least */
    const char *source_dir; /* where the student's files are, to show lines; NULL: do not */
    bool verbose;           /* whole traces */
};

/* The report in plain words on a terminal (standard output). */
void report_print(const struct report *report, const struct terminal_options *options);

/* One finding in full: headline, columns a thread, hint, replay command. */
void report_print_finding(const struct report *report, const struct finding *finding,
                          const struct terminal_options *options);

/* Read back a report that report_write_json() wrote. NULL with `error` set if it cannot. */
struct report *report_read_json(const char *path, struct error *error);

#endif
