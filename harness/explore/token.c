/* token.c - see token.h. */
#include "harness/explore/token.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/loader.h"

enum { LETTERS = 25 };

/* Modules are loaded elsewhere in every process, so their addresses are told from their base. */
static int write_racy(uintptr_t address, bool more, char *text)
{
    char space = 'r';
    uintptr_t base = REGION_BASE;
    for (int i = MODULE_STUDENT; i <= MODULE_SCENARIOS; i++)
        if (address - loader_modules[i].low < loader_modules[i].high - loader_modules[i].low) {
            space = i == MODULE_STUDENT ? 's' : 'c';
            base = loader_modules[i].base;
        }
    return sprintf(text, "%s%c%" PRIxPTR, more ? "-" : "", space, address - base);
}

static uintptr_t space_base(char space)
{
    if (space == 'r')
        return REGION_BASE;
    return loader_modules[space == 's' ? MODULE_STUDENT : MODULE_SCENARIOS].base;
}

/* Reads the part of racy memory, up to and with its full stop. */
static bool read_racy(const char **at, struct schedule *schedule)
{
    schedule->n_racy = 0;
    while (**at != '.') {
        char space = **at;
        if (schedule->n_racy == RACY_MAX || !space || !strchr("scr", space))
            return false;
        size_t digits = strspn(++*at, "0123456789abcdef");
        if (!digits || digits > 12)
            return false;
        schedule->racy[schedule->n_racy++] = space_base(space) + strtoull(*at, NULL, 16);
        *at += digits;
        if (**at == '-')
            ++*at;
    }
    ++*at;
    return true;
}

bool token_write(const struct token *token, char *text)
{
    char clock = token->punctual ? 'p' : 'a';
    if (token->unlock_points)
        clock = (char)toupper(clock);
    int length = snprintf(text, TOKEN_MAX, "x1.%c.%08x.", clock, (unsigned)token->hash);
    for (int i = 0; i < token->schedule.n_racy; i++)
        length += write_racy(token->schedule.racy[i], i > 0, text + length);
    text[length++] = '.';
    size_t zeroes = 0;
    for (size_t i = 0; i < token->schedule.n_choices; i++) {
        unsigned choice = token->schedule.choices[i];
        if (!choice) {
            zeroes++;
            continue;
        }
        if (length > TOKEN_MAX - 48)
            return false;
        if (zeroes)
            length += snprintf(text + length, 24, "%zu", zeroes);
        zeroes = 0;
        for (; choice > LETTERS; choice -= LETTERS)
            text[length++] = 'z';
        text[length++] = (char)('a' + choice - 1);
    }
    text[length] = '\0';
    return true;
}

static bool read_header(const char *text, struct token *token)
{
    if (strlen(text) < 14 || strncmp(text, "x1.", 3) || text[4] != '.' || text[13] != '.')
        return false;
    if (!strchr("apAP", text[3]))
        return false;
    token->punctual = tolower((unsigned char)text[3]) == 'p';
    token->unlock_points = isupper((unsigned char)text[3]);
    char digits[9];
    memcpy(digits, text + 5, 8);
    digits[8] = '\0';
    if (strspn(digits, "0123456789abcdef") != 8)
        return false;
    token->hash = (uint32_t)strtoul(digits, NULL, 16);
    return true;
}

static bool read_zeroes(const char **at, struct token *token)
{
    size_t zeroes = 0;
    for (; isdigit((unsigned char)**at); ++*at) {
        zeroes = zeroes * 10 + (size_t)(**at - '0');
        if (zeroes > token->room)
            return false;
    }
    if (zeroes > token->room - token->schedule.n_choices)
        return false;
    memset(token->schedule.choices + token->schedule.n_choices, 0, zeroes);
    token->schedule.n_choices += zeroes;
    return true;
}

bool token_read(const char *text, struct token *token)
{
    token->schedule.n_choices = 0;
    if (!read_header(text, token))
        return false;
    const char *at = text + 14;
    if (!read_racy(&at, &token->schedule))
        return false;
    while (*at) {
        if (!read_zeroes(&at, token))
            return false;
        unsigned choice = 0;
        for (; *at == 'z' && choice < 250 - LETTERS; at++)
            choice += LETTERS;
        if (*at < 'a' || *at > 'y' || token->schedule.n_choices == token->room)
            return false;
        token->schedule.choices[token->schedule.n_choices++] =
            (uint8_t)(choice + (unsigned)(*at++ - 'a') + 1);
    }
    return true;
}
