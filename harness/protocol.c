/*
 * protocol.c - lines of `type key=value ...`, made and taken apart.
 *
 * A value is written as printable ASCII; every other byte, and space and '%', becomes %XX. So a
 * line never holds a byte that could end it early, and taking it apart only ever shrinks it in
 * place. Everything but record_send() is pure, and all of it is async-signal-safe: a crash is told
 * from the signal handler.
 */
#include "harness/protocol.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static const char hex_digits[] = "0123456789abcdef";

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == ':' || c == '-';
}

static bool is_plain_byte(char c)
{
    return c > ' ' && c <= '~' && c != '%';
}

/* One byte stays free for the newline of record_send(). */
static void put(struct record *record, char c)
{
    if (record->length + 1 >= RECORD_MAX)
        record->overflow = true;
    else
        record->text[record->length++] = c;
}

/* A name that the other side would refuse is a fault of the caller: the line then never leaves. */
static void put_name(struct record *record, const char *name)
{
    size_t length = 0;
    for (; name[length]; length++) {
        if (length >= RECORD_NAME_MAX || !is_name_byte(name[length])) {
            record->overflow = true;
            return;
        }
        put(record, name[length]);
    }
    if (length == 0)
        record->overflow = true;
}

static void put_key(struct record *record, const char *key)
{
    put(record, ' ');
    put_name(record, key);
    put(record, '=');
}

static void put_digits(struct record *record, uint64_t value, unsigned base)
{
    char digits[20];
    size_t n = 0;
    do {
        digits[n++] = hex_digits[value % base];
        value /= base;
    } while (value);
    while (n > 0)
        put(record, digits[--n]);
}

void record_begin(struct record *record, const char *type)
{
    record->length = 0;
    record->overflow = false;
    put_name(record, type);
}

void record_text(struct record *record, const char *key, const char *value)
{
    put_key(record, key);
    for (; *value; value++) {
        if (is_plain_byte(*value)) {
            put(record, *value);
            continue;
        }
        put(record, '%');
        put(record, hex_digits[(unsigned char)*value >> 4]);
        put(record, hex_digits[(unsigned char)*value & 15]);
    }
}

void record_int(struct record *record, const char *key, long long value)
{
    put_key(record, key);
    if (value < 0)
        put(record, '-');
    put_digits(record, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

void record_hex(struct record *record, const char *key, uint64_t value)
{
    put_key(record, key);
    put_digits(record, value, 16);
}

int record_send(struct record *record, int fd)
{
    if (record->overflow)
        return EMSGSIZE;
    record->text[record->length] = '\n';
    for (size_t done = 0; done <= record->length;) {
        ssize_t n = write(fd, record->text + done, record->length + 1 - done);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            done += (size_t)n;
    }
    return 0;
}

/* Length of the name at `text`, or 0 when it is empty, overlong or not followed by `end`. */
static size_t name_length(const char *text, size_t length, char end)
{
    size_t n = 0;
    while (n < length && is_name_byte(text[n]))
        n++;
    return n > 0 && n <= RECORD_NAME_MAX && n < length && text[n] == end ? n : 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undo the escapes of `length` bytes in place and terminate them. */
static bool unescape(char *text, size_t length)
{
    char *to = text;
    for (size_t i = 0; i < length; i++) {
        if (is_plain_byte(text[i])) {
            *to++ = text[i];
            continue;
        }
        if (text[i] != '%' || length - i < 3)
            return false;
        int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
        if (high < 0 || low < 0 || (high | low) == 0)
            return false;
        *to++ = (char)(high << 4 | low);
        i += 2;
    }
    *to = '\0';
    return true;
}

/* Take one `key=value` apart. */
static bool parse_field(char *text, size_t length, struct record_view *view)
{
    size_t key_length = name_length(text, length, '=');
    if (key_length == 0 || view->n_fields == RECORD_FIELDS_MAX)
        return false;
    text[key_length] = '\0';
    if (record_get(view, text))
        return false;
    char *value = text + key_length + 1;
    if (!unescape(value, length - key_length - 1))
        return false;
    view->fields[view->n_fields++] = (struct record_field){text, value};
    return true;
}

bool record_parse(char *line, size_t length, struct record_view *view)
{
    view->type = line;
    view->n_fields = 0;
    if (length >= RECORD_MAX)
        return false;
    /* With this blank every word ends in one. */
    line[length] = ' ';
    size_t at = name_length(line, length + 1, ' ');
    if (at == 0)
        return false;
    line[at++] = '\0';
    while (at <= length) {
        char *end = memchr(line + at, ' ', length + 1 - at);
        size_t word = (size_t)(end - (line + at));
        *end = '\0';
        if (!parse_field(line + at, word, view))
            return false;
        at += word + 1;
    }
    return true;
}

const char *record_get(const struct record_view *view, const char *key)
{
    for (size_t i = 0; i < view->n_fields; i++)
        if (strcmp(view->fields[i].key, key) == 0)
            return view->fields[i].value;
    return NULL;
}

bool record_get_int(const struct record_view *view, const char *key, long long *value)
{
    const char *text = record_get(view, key);
    if (!text)
        return false;
    bool negative = *text == '-';
    if (negative)
        text++;
    if (!*text)
        return false;
    const uint64_t limit = negative ? (uint64_t)LLONG_MAX + 1 : (uint64_t)LLONG_MAX;
    uint64_t sum = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (sum > (limit - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = negative ? (long long)(0 - sum) : (long long)sum;
    return true;
}

bool record_get_hex(const struct record_view *view, const char *key, uint64_t *value)
{
    const char *text = record_get(view, key);
    if (!text || !*text)
        return false;
    uint64_t sum = 0;
    for (; *text; text++) {
        int digit = hex_value(*text);
        if (digit < 0 || sum >> 60)
            return false;
        sum = sum << 4 | (uint64_t)digit;
    }
    *value = sum;
    return true;
}
