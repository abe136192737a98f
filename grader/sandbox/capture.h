/*
 * capture.h - what a process says, kept within a bound.
 *
 * Output keeps its head and its tail: a compiler's first error and a crash's last words both
 * matter. Records keep their head and tell that there was more.
 *
 * Ownership: capture_take() hands the bytes over; capture_free() drops them. Threads: one.
 */
#ifndef HILO_GRADER_SANDBOX_CAPTURE_H
#define HILO_GRADER_SANDBOX_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

struct capture {
    int fd;         /* non-blocking read end of a pipe, or -1 once it has ended */
    size_t limit;   /* bytes kept */
    bool keep_tail; /* else what is beyond the limit is dropped */
    char *bytes;
    size_t room;
    size_t size;
    size_t next;    /* where the tail's ring is written next, once size == limit */
    size_t dropped; /* bytes seen and not kept */
};

/* Take in what is there to read now. At the end of the stream `fd` is closed and becomes -1. */
void capture_read(struct capture *capture);

/* The bytes in order, NUL-terminated, with a note where the middle is missing. Never NULL. */
char *capture_take(struct capture *capture, size_t *size);

/* Close and free what is left. */
void capture_free(struct capture *capture);

#endif
