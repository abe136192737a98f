/*
 * program.h - the built program `hilo`, run as a person runs it, for end-to-end tests.
 *
 * Each test has a home of its own: the current folder of what it runs, with TMPDIR below it, so
 * that what is left behind is seen. Threads: one.
 */
#ifndef HILO_GRADER_TESTS_PROGRAM_H
#define HILO_GRADER_TESTS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Fixtures: make the home, remove it. */
void program_home(void);
void program_leave(void);

/* Run `hilo` with a shell's words (formatted); the exit status, or -signal. */
int hilo(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same where no file may grow beyond half a kilobyte, as on a disk that is full. Not by
 * /dev/full: root's mistakes with a device would outlive the test. */
int hilo_on_full_disk(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Start it without waiting; wait for it. */
pid_t hilo_start(const char *format, ...) __attribute__((format(printf, 1, 2)));
int hilo_wait(pid_t pid);

/* What the last one printed; valid until the next call. */
const char *hilo_out(void);
const char *hilo_err(void);

/* Files below the home. */
void write_file(const char *name, const char *bytes, size_t size);
const char *read_whole(const char *name);    /* "" when it is not there */
const char *read_whole_of(const char *path); /* anywhere */

/* Wait, within a bound, until something appears in a folder of the home. */
bool wait_for_entry(const char *folder);

/* How many entries the temporary folder has: what was left behind. */
size_t left_behind(void);

/* A file of the exercise `likes`: "good/atomics.c". Valid until the next call. */
const char *likes(const char *name);

#endif
