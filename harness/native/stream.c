#include "harness/native/stream.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

static struct {
    atomic_flag taken;
    size_t n_lines;
    struct record line;
} stream = {.taken = ATOMIC_FLAG_INIT};

void stream_take(void)
{
    while (atomic_flag_test_and_set_explicit(&stream.taken, memory_order_acquire))
        sched_yield();
}

void stream_give(void)
{
    atomic_flag_clear_explicit(&stream.taken, memory_order_release);
}

struct record *stream_line(const char *type)
{
    record_begin(&stream.line, type);
    return &stream.line;
}

void stream_send(void)
{
    int error = record_send(&stream.line, RECORDS_FD);
    if (error == 0)
        stream.n_lines++;
    else if (error != EMSGSIZE)
        _exit(3); /* nobody listens any more */
}

void stream_send_text(const char *text, size_t size, size_t lines)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = write(RECORDS_FD, text + done, size - done);
        if (n < 0 && errno != EINTR)
            _exit(3);
        if (n > 0)
            done += (size_t)n;
    }
    stream.n_lines += lines;
}

void stream_note(const char *text)
{
    stream_take();
    record_text(stream_line("note"), "text", text);
    stream_send();
    stream_give();
}

void stream_bye(void)
{
    record_int(stream_line("bye"), "records", (long long)stream.n_lines);
    stream_send();
    _exit(0);
}
