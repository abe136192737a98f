/*
 * marker.h - the file that `hilo start` leaves in a student's folder, so that `hilo check` knows
 * which exercise it is.
 */
#ifndef HILO_GRADER_MARKER_H
#define HILO_GRADER_MARKER_H

#define MARKER_NAME ".hilo"

/* The exercise of the folder that `path` is or is in, or NULL. The caller frees it. */
char *marker_read(const char *path);

#endif
