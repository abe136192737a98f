#include "reports/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { REPLACEMENT = 0xfffd };

void *text_need(void *memory)
{
    if (memory == NULL) {
        fputs("hilo: out of memory while writing a report\n", stderr);
        exit(3);
    }
    return memory;
}

/* Length that a lead byte announces, and the bits it carries itself; 0 for none. */
static size_t sequence_length(unsigned char lead, uint32_t *bits)
{
    if (lead < 0x80) {
        *bits = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        *bits = lead & 0x1f;
        return 2;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        *bits = lead & 0x0f;
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        *bits = lead & 0x07;
        return 4;
    }
    return 0;
}

size_t text_decode(const char *text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t value = 0;
    size_t length = sequence_length((unsigned char)text[0], &value);
    for (size_t i = 1; i < length; i++) {
        /* The terminating NUL is no continuation byte, so this never runs past the end. */
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            length = 0;
            break;
        }
        value = value << 6 | ((unsigned char)text[i] & 0x3f);
    }
    if (length == 0 || value < least[length] || value > 0x10ffff ||
        (value >= 0xd800 && value <= 0xdfff)) {
        *code = REPLACEMENT;
        return 1;
    }
    *code = value;
    return length;
}

static int is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

/* Characters that hide or reorder what stands beside them: source that reads
 * otherwise than it compiles. */
static int is_disguise(uint32_t code)
{
    return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code == 0x061c ||
           code == 0x00ad || (code >= 0xfff9 && code <= 0xfffb) ||
           (code >= 0xe0000 && code <= 0xe0fff) || (code & 0xfffe) == 0xfffe;
}

/* What one character becomes; returns its length in `piece` (at least 12 bytes). */
static size_t clean_one(const char *text, size_t taken, uint32_t code, enum text_form form,
                        char *piece)
{
    if (code == '\n' || code == '\t') {
        piece[0] = form == TEXT_LINES ? (char)code : ' ';
        return 1;
    }
    if (is_control(code))
        return (size_t)snprintf(piece, 12, "\\x%02x", (unsigned)code);
    if (is_disguise(code))
        return (size_t)snprintf(piece, 12, "\\u%04x", (unsigned)code);
    if (code == REPLACEMENT)
        return (size_t)snprintf(piece, 12, "\xef\xbf\xbd");
    memcpy(piece, text, taken);
    return taken;
}

size_t text_clean(const char *text, enum text_form form, char *out, size_t size)
{
    size_t length = 0;
    while (*text != '\0') {
        char piece[12];
        uint32_t code;
        size_t taken = text_decode(text, &code);
        size_t more = clean_one(text, taken, code, form, piece);
        if (length + more + 1 > size)
            break;
        memcpy(out + length, piece, more);
        length += more;
        text += taken;
    }
    if (size > 0)
        out[length] = '\0';
    return length;
}

char *text_clean_copy(const char *text, enum text_form form)
{
    if (text == NULL)
        text = "";
    size_t size = 4 * strlen(text) + 1;
    char *clean = text_need(malloc(size));
    text_clean(text, form, clean, size);
    return clean;
}

static size_t columns_of(uint32_t code)
{
    int width = wcwidth((wchar_t)code);
    return width < 0 ? 1 : (size_t)width;
}

size_t text_width_of(const char *text, size_t length)
{
    size_t width = 0;
    for (size_t at = 0; at < length && text[at] != '\0';) {
        uint32_t code;
        at += text_decode(text + at, &code);
        width += columns_of(code);
    }
    return width;
}

size_t text_width(const char *text)
{
    return text_width_of(text, strlen(text));
}

size_t text_fit(const char *text, size_t columns)
{
    size_t at = 0, width = 0;
    while (text[at] != '\0') {
        uint32_t code;
        size_t taken = text_decode(text + at, &code);
        width += columns_of(code);
        if (width > columns)
            break;
        at += taken;
    }
    return at;
}
