/*
 * reports.h - what libtsan reports, turned into findings.
 *
 * libtsan calls __tsan_on_report() on the thread at fault, with its locks held; there the report
 * is only copied. reports_collect() turns the copies into findings once the threads have ended.
 */
#ifndef HILO_HARNESS_TSAN_REPORTS_H
#define HILO_HARNESS_TSAN_REPORTS_H

#include <stdbool.h>

/* Before the process is sealed. */
void reports_prepare(void);

/* On the scenario's thread, between repetitions, or on whichever ends the process. Returns whether
 * there was any report. */
bool reports_collect(void);

#endif
