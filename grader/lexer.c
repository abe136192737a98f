#include "grader/lexer.h"

#include "grader/memory.h"

#include <stdlib.h>
#include <string.h>

/* Where a splice (a backslash, space if any, a newline) at `at` ends, or NULL. */
static const char *splice_end(const char *at, const char *end)
{
    if (*at != '\\')
        return NULL;
    for (at++; at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\f'); at++)
        ;
    return at < end && *at == '\n' ? at + 1 : NULL;
}

/* Join spliced lines. The newlines taken out follow at the end of the logical line, so that later
 * line numbers stay right. NUL bytes become spaces, as the text must end at its end. */
static char *join_lines(const char *bytes, size_t size)
{
    char *text = memory_new(size + 1, 1), *to = text;
    const char *end = bytes + size;
    size_t owed = 0;
    for (const char *at = bytes; at < end;) {
        const char *next = splice_end(at, end);
        if (next) {
            owed++;
            at = next;
            continue;
        }
        *to++ = *at ? *at : ' ';
        if (*at++ == '\n')
            for (; owed; owed--)
                *to++ = '\n';
    }
    *to = '\0';
    return text;
}

void lexer_begin(struct lexer *lexer, const char *bytes, size_t size)
{
    *lexer = (struct lexer){.text = join_lines(bytes, size), .line = 1, .first = true};
    lexer->at = lexer->text;
}

void lexer_free(struct lexer *lexer)
{
    free(lexer->text);
    lexer->text = NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes above ASCII are identifiers to gcc, and so is the dollar. */
static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80 || is_digit(c);
}

static void newline(struct lexer *lexer)
{
    lexer->line++;
    lexer->first = true;
    lexer->include = 0;
}

static void skip_block_comment(struct lexer *lexer)
{
    for (lexer->at += 2; *lexer->at; lexer->at++) {
        if (lexer->at[0] == '*' && lexer->at[1] == '/') {
            lexer->at += 2;
            return;
        }
        /* No new line for the preprocessor: a directive goes on behind the comment. */
        lexer->line += *lexer->at == '\n';
    }
}

static void skip_space(struct lexer *lexer)
{
    for (;;) {
        const char *at = lexer->at;
        if (*at == '\n') {
            newline(lexer);
            lexer->at++;
        } else if (*at == ' ' || (*at >= '\t' && *at <= '\r')) {
            lexer->at++;
        } else if (at[0] == '/' && at[1] == '/') {
            lexer->at += strcspn(at, "\n");
        } else if (at[0] == '/' && at[1] == '*') {
            skip_block_comment(lexer);
        } else {
            return;
        }
    }
}

/* Past the closing quote; a quote that is not closed ends with its line. */
static const char *quoted_end(const char *at, char quote)
{
    for (at++; *at && *at != '\n'; at++) {
        if (*at == quote)
            return at + 1;
        if (*at == '\\' && at[1] && at[1] != '\n')
            at++;
    }
    return at;
}

static const char *number_end(const char *at)
{
    while (is_name(*at) || *at == '.' ||
           ((*at == '+' || *at == '-') && strchr("eEpP", at[-1]) != NULL))
        at++;
    return at;
}

static const char *header_end(const char *at)
{
    const char *end = at + strcspn(at, ">\n");
    return *end == '>' ? end + 1 : end;
}

static const char *token_end(const struct lexer *lexer, enum token_kind *kind)
{
    const char *at = lexer->at;
    if (is_digit(*at) || (*at == '.' && is_digit(at[1]))) {
        *kind = TOKEN_NUMBER;
        return number_end(at + 1);
    }
    if (is_name(*at)) {
        *kind = TOKEN_NAME;
        while (is_name(*at))
            at++;
        return at;
    }
    if (*at == '"' || *at == '\'') {
        *kind = TOKEN_STRING;
        return quoted_end(at, *at);
    }
    *kind = TOKEN_MARK;
    if (*at == '<' && lexer->include == 2) {
        *kind = TOKEN_HEADER;
        return header_end(at);
    }
    /* The digraph of # counts as one character. */
    return at + (at[0] == '%' && at[1] == ':' ? 2 : 1);
}

/* Notice "# include" (and its variants) as it goes by. */
static void track_include(struct lexer *lexer, const struct token *token)
{
    if (token->first && (token_is(token, "#") || token_is(token, "%:")))
        lexer->include = 1;
    else if (lexer->include == 1 && (token_is(token, "include") || token_is(token, "import") ||
                                     token_is(token, "include_next")))
        lexer->include = 2;
    else if (lexer->include == 1)
        lexer->include = 0;
}

bool lexer_next(struct lexer *lexer, struct token *token)
{
    const char *before = lexer->at;
    skip_space(lexer);
    if (!*lexer->at)
        return false;
    const char *end = token_end(lexer, &token->kind);
    token->text = lexer->at;
    token->length = (size_t)(end - lexer->at);
    token->line = lexer->line;
    token->first = lexer->first;
    token->close = lexer->at == before && before != lexer->text;
    token->of_include = lexer->include == 2;
    lexer->at = end;
    lexer->first = false;
    track_include(lexer, token);
    return true;
}

bool token_is(const struct token *token, const char *text)
{
    return strlen(text) == token->length && memcmp(token->text, text, token->length) == 0;
}
