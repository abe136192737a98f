/*
 * hang.h - tells a hang from slowness.
 *
 * Calling sequence: hang_install() before the first thread; hang_watch() on the watchdog's thread
 * while a scenario's body runs. A hang found ends the process.
 */
#ifndef HILO_HARNESS_STRESS_HANG_H
#define HILO_HARNESS_STRESS_HANG_H

void hang_install(void);
void hang_watch(void);

#endif
