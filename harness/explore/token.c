/* token.c - see token.h. */
#include "harness/explore/token.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LETTERS = 25 };

bool token_write(const struct token *token, char *text)
{
    char clock = token->punctual ? 'p' : 'a';
    if (token->unlock_points)
        clock = (char)toupper(clock);
    int length = snprintf(text, TOKEN_MAX, "x1.%c.%08x.", clock, (unsigned)token->hash);
    size_t zeroes = 0;
    for (size_t i = 0; i < token->n_choices; i++) {
        unsigned choice = token->choices[i];
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
    if (zeroes > token->room - token->n_choices)
        return false;
    memset(token->choices + token->n_choices, 0, zeroes);
    token->n_choices += zeroes;
    return true;
}

bool token_read(const char *text, struct token *token)
{
    token->n_choices = 0;
    if (!read_header(text, token))
        return false;
    for (const char *at = text + 14; *at;) {
        if (!read_zeroes(&at, token))
            return false;
        unsigned choice = 0;
        for (; *at == 'z' && choice < 250 - LETTERS; at++)
            choice += LETTERS;
        if (*at < 'a' || *at > 'y' || token->n_choices == token->room)
            return false;
        token->choices[token->n_choices++] = (uint8_t)(choice + (unsigned)(*at++ - 'a') + 1);
    }
    return true;
}
