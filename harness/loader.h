/*
 * loader.h - the student's and the scenarios' objects, loaded into this process.
 *
 * Calling sequence: loader_load() once, loader_seal() once (from then on the process
 * can open nothing and start nothing), then loader_scenario() and
 * loader_locate() at will; the latter is async-signal-safe.
 *
 * Threads: the table is immutable after loader_load().
 */
#ifndef HILO_HARNESS_LOADER_H
#define HILO_HARNESS_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/job.h"

enum module_id { MODULE_STUDENT, MODULE_SCENARIOS, MODULE_HOST, MODULE_COUNT };

/* A loaded object. `writable` is its .data and .bss (not what becomes read-only
 * after relocation); `tls_*` its thread-local image, size 0 when it has none. */
struct module {
    const char *name;    /* "student", "scenarios", "host": as in the records */
    uintptr_t base;      /* load bias: address = base + offset in the file */
    uintptr_t low, high; /* all that is mapped of it */
    uintptr_t text_low, text_high;
    uintptr_t writable_low, writable_high;
    size_t tls_module; /* dlpi_tls_modid */
    const void *tls_image;
    size_t tls_image_size, tls_size, tls_align;
};

extern const struct module *const loader_modules; /* MODULE_COUNT of them */

/* Load both objects (student first, both RTLD_NOW | RTLD_GLOBAL). On failure tells why on standard
 * error and exits with status 3. */
void loader_load(const struct job *job);

/* Load the seccomp program that the grader left on FILTER_FD, if it is open. */
void loader_seal(void);

/* The body of a scenario; exits with status 3 when there is none. */
void (*loader_scenario(const char *name))(void);

/* Which module holds `address`, and at which offset in its file. False when none does. */
bool loader_locate(uintptr_t address, enum module_id *module, uint64_t *offset);

/* The student's `main`, for `hilo run`; NULL when it has none. */
int (*loader_main(void))(int, char **);

#endif
