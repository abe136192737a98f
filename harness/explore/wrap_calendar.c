/*
 * wrap_calendar.c - times as people write them. Where the program runs it is always Greenwich: what
 * a time looks like must not depend on the machine.
 */
#include <string.h>
#include <time.h>

#include "harness/explore/engine.h"
#include "harness/explore/hidden.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

enum { TIME_TEXT = 26 }; /* what asctime_r asks for; years have four digits */

static struct tm *take_apart(const time_t *time, struct tm *tm, const void *frame)
{
    memory_read(time, sizeof *time, frame);
    return gmtime_r(time, tm);
}

static struct tm *take_apart_to(const time_t *time, struct tm *tm, const void *frame)
{
    memory_write(tm, sizeof *tm, frame);
    return take_apart(time, tm, frame);
}

struct tm *__wrap_gmtime_r(const time_t *time, struct tm *tm)
{
    return take_apart_to(time, tm, HERE);
}

struct tm *__wrap_localtime_r(const time_t *time, struct tm *tm)
{
    return take_apart_to(time, tm, HERE);
}

struct tm *__wrap_gmtime(const time_t *time)
{
    return take_apart(time, hidden_use(HIDDEN_TM, sizeof(struct tm), HERE), HERE);
}

struct tm *__wrap_localtime(const time_t *time)
{
    return take_apart(time, hidden_use(HIDDEN_TM, sizeof(struct tm), HERE), HERE);
}

static time_t put_together(struct tm *tm, const void *frame)
{
    memory_read(tm, sizeof *tm, frame);
    memory_write(tm, sizeof *tm, frame);
    return timegm(tm);
}

time_t __wrap_mktime(struct tm *tm)
{
    return put_together(tm, HERE);
}

time_t __wrap_timegm(struct tm *tm)
{
    return put_together(tm, HERE);
}

static char *write_out(const struct tm *tm, char *text)
{
    char whole[128];
    if (!asctime_r(tm, whole) || strlen(whole) >= TIME_TEXT)
        return NULL;
    return strcpy(text, whole);
}

char *__wrap_asctime_r(const struct tm *tm, char *text)
{
    memory_read(tm, sizeof *tm, HERE);
    memory_write(text, TIME_TEXT, HERE);
    return write_out(tm, text);
}

char *__wrap_asctime(const struct tm *tm)
{
    memory_read(tm, sizeof *tm, HERE);
    return write_out(tm, hidden_use(HIDDEN_TIME_TEXT, TIME_TEXT, HERE));
}

char *__wrap_ctime_r(const time_t *time, char *text)
{
    struct tm tm;
    memory_write(text, TIME_TEXT, HERE);
    return take_apart(time, &tm, HERE) ? write_out(&tm, text) : NULL;
}

/* It uses what localtime and asctime keep. */
char *__wrap_ctime(const time_t *time)
{
    struct tm *tm = hidden_use(HIDDEN_TM, sizeof *tm, HERE);
    char *text = hidden_use(HIDDEN_TIME_TEXT, TIME_TEXT, HERE);
    return take_apart(time, tm, HERE) ? write_out(tm, text) : NULL;
}

size_t __wrap_strftime(char *text, size_t size, const char *format, const struct tm *tm)
{
    memory_read_string(format, SIZE_MAX, HERE);
    memory_read(tm, sizeof *tm, HERE);
    char whole[1024]; /* nobody's time is longer */
    size_t length = strftime(whole, size < sizeof whole ? size : sizeof whole, format, tm);
    if (length > 0) {
        memory_write(text, length + 1, HERE);
        memcpy(text, whole, length + 1);
    }
    return length;
}
