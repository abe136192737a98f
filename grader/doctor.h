/*
 * doctor.h - what this machine offers, tried and not guessed.
 *
 * The tool chain is run confined, as for a submission, and a small threaded program is compiled,
 * linked with libtsan and run: what the doctor calls good has worked. Threads: one, as process.h.
 */
#ifndef HILO_GRADER_DOCTOR_H
#define HILO_GRADER_DOCTOR_H

/* Print it on standard output in `language` ("es" or "en"). The exit status: 0 when hilo can grade
 * here; 3 when something necessary is missing, which is named with the Debian package that has it.
 */
int doctor_run(const char *language);

#endif
