/*
 * options.h - the command line, taken apart and checked.
 *
 * Every command says which options it takes and how many operands; what is wrong comes back as
 * ERROR_USAGE that names it and, where there is one, the name that was probably meant.
 *
 * Ownership: strings point into argv. Threads: one (getopt keeps state).
 */
#ifndef HILO_GRADER_OPTIONS_H
#define HILO_GRADER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/grade.h"
#include "reports/error.h"

struct command;

struct options {
    const struct command *command; /* NULL: only `hilo`, its help or its version was asked for */
    bool help;
    bool version;
    struct grade_options grade;
    const char *exercise; /* -e, or NULL */
    const char *out;      /* -o, or NULL */
    const char *json;     /* or NULL */
    const char *to;       /* a format, or NULL */
    const char *source;   /* where the sources of a report are, or NULL */
    const char *input;    /* --stdin, or NULL */
    size_t n_arguments;   /* behind --, for the program */
    char **arguments;
    bool quiet;
    bool verbose;
    bool gdb;
    size_t n_operands;
    char **operands;
};

/* Options that a command takes. */
enum option_set {
    TAKES_EXERCISE = 1 << 0,
    TAKES_OUT = 1 << 1,
    TAKES_REPORTS = 1 << 2, /* --json, --html, ... */
    TAKES_GRADING = 1 << 3, /* --lanes, --seed, --effort, --jobs, --require-isolation */
    TAKES_LANGUAGE = 1 << 4,
    TAKES_QUIET = 1 << 5,
    TAKES_TO = 1 << 6,
    TAKES_SOURCE = 1 << 7,
    TAKES_VERBOSE = 1 << 8,
    TAKES_PROGRAM = 1 << 9, /* --stdin, and arguments behind -- */
    TAKES_GDB = 1 << 10,    /* --gdb */
};

struct command {
    const char *name;
    int (*run)(const struct options *options); /* returns the exit status */
    unsigned takes;                            /* of enum option_set */
    size_t least, most;                        /* operands */
    const char *needs;                         /* what is missing below `least` */
    const char *help;
};

/* All commands, ended by one without a name. */
extern const struct command commands[];

/* False with `error` set. Only --help and --version need no more than themselves. */
bool options_parse(int argc, char **argv, struct options *options, struct error *error);

#endif
