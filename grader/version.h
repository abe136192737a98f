/*
 * version.h - which hilo this is: part of each report, so that a rerun knows its own.
 */
#ifndef HILO_GRADER_VERSION_H
#define HILO_GRADER_VERSION_H

#define HILO_VERSION "0.1.0"

#endif
