/* output.c - see output.h. */
#include "harness/explore/output.h"

#include <unistd.h>

static struct {
    long sent;
} output;

void output_send(struct record *record)
{
    if (record_send(record, RECORDS_FD))
        _exit(3);
    output.sent++;
}

void output_note(const char *text)
{
    struct record record;
    record_begin(&record, "note");
    record_text(&record, "text", text);
    output_send(&record);
}

void output_bye(void)
{
    struct record record;
    record_begin(&record, "bye");
    record_int(&record, "records", output.sent);
    output_send(&record);
}
