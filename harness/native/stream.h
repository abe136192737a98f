/*
 * stream.h - the records that this process sends, one speaker at a time.
 *
 * The scenario's thread, the watchdog and a crash handler may all want to speak. Whoever does takes
 * the stream first; who ends the process never gives it back. Async-signal-safe.
 */
#ifndef HILO_HARNESS_NATIVE_STREAM_H
#define HILO_HARNESS_NATIVE_STREAM_H

#include "harness/protocol.h"

void stream_take(void);
void stream_give(void);

/* Start a line; there is one, so finish it before the next. Only between take and give. */
struct record *stream_line(const char *type);
void stream_send(void);

/* Send `size` bytes of finished lines, `lines` of them. */
void stream_send_text(const char *text, size_t size, size_t lines);

/* A note for the student. Takes and gives the stream itself. */
void stream_note(const char *text);

/* End the stream, and the process with status 0. */
_Noreturn void stream_bye(void);

#endif
