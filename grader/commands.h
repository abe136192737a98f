/*
 * commands.h - what `hilo COMMAND` does, one file a command (cmd_NAME.c).
 *
 * Each takes the options, checked already, and returns the exit status of the contract: 0 all
 * passed, 1 the submission has findings, 2 wrong usage, 3 our own fault or the machine's.
 */
#ifndef HILO_GRADER_COMMANDS_H
#define HILO_GRADER_COMMANDS_H

#include "grader/options.h"
#include "reports/report.h"

int cmd_list(const struct options *options);
int cmd_start(const struct options *options);
int cmd_check(const struct options *options);
int cmd_run(const struct options *options);
int cmd_batch(const struct options *options);
int cmd_explain(const struct options *options);
int cmd_replay(const struct options *options);
int cmd_report(const struct options *options);
int cmd_doctor(const struct options *options);

/* What the commands share. */

int exit_status(enum verdict verdict);

/* How to write on this standard output: its width, and colours unless NO_COLOR or a file forbids.
 * `source_dir` may be NULL. */
struct terminal_options terminal_options(const char *source_dir, bool verbose);

/* The folder in which the files of a submission are: itself, or that of a lone file. Caller frees.
 */
char *source_dir_of(const char *path);

/* Put a report out in the forms asked for. With the JSON on standard output, nothing else is there.
 * `source` is where its files are. */
bool put_report(const struct report *report, const struct options *options, const char *source,
                struct error *error);

/* A finding by its id ("F3" or "3"), or the first that `suits`. NULL with `error` set. */
const struct finding *find_finding(const struct report *report, const char *id,
                                   bool (*suits)(const struct finding *), struct error *error);

/* The texts of --help; `hilo` alone prints the short one. */
extern const char help_general[];
extern const char help_list[], help_start[], help_check[], help_batch[], help_run[], help_explain[],
    help_replay[], help_report[], help_doctor[];

#endif
