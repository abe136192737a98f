/*
 * link.h - objects to shared objects, one for each lane that wants one.
 *
 * ld is called directly: the gcc driver would add libgcc, whose split-stack support silently
 * supplies a __wrap_pthread_create. No library is named; what is undefined is found in the lane's
 * program when it loads the object.
 *
 * Threads: one.
 */
#ifndef HILO_GRADER_LINK_H
#define HILO_GRADER_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "grader/audit.h"
#include "grader/tools.h"
#include "reports/error.h"

enum product { EXPLORE_SO, TSAN_SO, STRESS_SO, PERTURB_SO, PRODUCT_COUNT };

/* "explore", "tsan", "stress", "perturb". */
const char *product_name(enum product product);
enum flavour product_flavour(enum product product);

struct link {
    const struct tools *tools;
    const char *dir;                    /* where objects are read and products are written */
    const char *outputs[PRODUCT_COUNT]; /* absolute; NULL: not wanted */
    char *const *objects[FLAVOUR_COUNT];
    size_t n_objects;
    const struct audit *audits[FLAVOUR_COUNT];

    /* Filled by link_run(). */
    struct tool_run *runs;
    size_t n_runs;
    double cpu_ms;
};

/* Link all that is wanted. Whether all went well is `*well`; the results of what did not are in
 * `runs`. False with `error` set when the linker could not be run. */
bool link_run(struct link *link, bool *well, struct error *error);
void link_free(struct link *link);

#endif
