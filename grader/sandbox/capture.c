/*
 * Theory of operation. The first half of the room fills once and stays; when all is full, the
 * second half becomes a ring of the latest bytes. So memory is bounded, nothing is moved while a
 * flood comes in, and the ring is put into order once, at the end.
 */
#include "grader/sandbox/capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/memory.h"

enum { NOTE_MAX = 64, FIRST_ROOM = 4096 };

static size_t ring_start(const struct capture *capture)
{
    return capture->limit / 2;
}

static void grow(struct capture *capture, size_t wanted)
{
    size_t room = capture->room ? capture->room : FIRST_ROOM;
    while (room < wanted)
        room *= 2;
    if (room > capture->limit)
        room = capture->limit;
    char *bytes = memory_new(room, 1);
    if (capture->size > 0)
        memcpy(bytes, capture->bytes, capture->size);
    free(capture->bytes);
    capture->bytes = bytes;
    capture->room = room;
}

static void add_to_ring(struct capture *capture, const char *bytes, size_t count)
{
    capture->dropped += count;
    size_t start = ring_start(capture), length = capture->limit - start;
    if (!capture->keep_tail || length == 0)
        return;
    if (count > length) {
        bytes += count - length;
        count = length;
    }
    if (capture->next < start)
        capture->next = start;
    size_t first = capture->limit - capture->next;
    if (first > count)
        first = count;
    memcpy(capture->bytes + capture->next, bytes, first);
    memcpy(capture->bytes + start, bytes + first, count - first);
    capture->next = first < count ? start + count - first : capture->next + first;
    if (capture->next == capture->limit)
        capture->next = start;
}

static void add(struct capture *capture, const char *bytes, size_t count)
{
    size_t fits = capture->limit - capture->size;
    if (fits > count)
        fits = count;
    if (fits > 0) {
        if (capture->size + fits > capture->room)
            grow(capture, capture->size + fits);
        memcpy(capture->bytes + capture->size, bytes, fits);
        capture->size += fits;
    }
    if (count > fits)
        add_to_ring(capture, bytes + fits, count - fits);
}

void capture_read(struct capture *capture)
{
    char buffer[16384];
    /* Bounded, so that one process that floods does not starve the others. */
    for (int round = 0; round < 16 && capture->fd >= 0; round++) {
        ssize_t count = read(capture->fd, buffer, sizeof buffer);
        if (count > 0) {
            add(capture, buffer, (size_t)count);
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            close(capture->fd);
            capture->fd = -1;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

static size_t put(char *text, size_t at, const char *bytes, size_t count)
{
    if (count > 0)
        memcpy(text + at, bytes, count);
    return at + count;
}

char *capture_take(struct capture *capture, size_t *size)
{
    char *text = memory_new(capture->size + NOTE_MAX + 1, 1);
    size_t used = 0;
    if (!capture->keep_tail || capture->dropped == 0) {
        used = put(text, 0, capture->bytes, capture->size);
    } else {
        size_t start = ring_start(capture);
        size_t next = capture->next < start ? start : capture->next;
        used = put(text, 0, capture->bytes, start);
        used += (size_t)snprintf(text + used, NOTE_MAX, "\n... %zu bytes dropped ...\n",
                                 capture->dropped);
        used = put(text, used, capture->bytes + next, capture->limit - next);
        used = put(text, used, capture->bytes + start, next - start);
    }
    text[used] = '\0';
    *size = used;
    capture_free(capture);
    return text;
}

void capture_free(struct capture *capture)
{
    if (capture->fd >= 0)
        close(capture->fd);
    capture->fd = -1;
    free(capture->bytes);
    capture->bytes = NULL;
    capture->size = capture->room = 0;
}
