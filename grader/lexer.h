/*
 * lexer.h - C source taken apart into preprocessing tokens.
 *
 * Just enough of C to know code from comments, strings and white space, the way gcc does: spliced
 * lines, both kinds of comments, header names after #include. It reads what students hand in and
 * what gcc dumps, never fails, and always ends: what is malformed becomes a token like any other.
 *
 * Ownership: the lexer owns a copy of the text in which spliced lines are joined; tokens point
 * into it and die with lexer_free(). Threads: a lexer belongs to one.
 */
#ifndef HILO_GRADER_LEXER_H
#define HILO_GRADER_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_NAME,   /* identifier or keyword */
    TOKEN_NUMBER, /* preprocessing number */
    TOKEN_STRING, /* string or character constant, with its quotes */
    TOKEN_HEADER, /* <...> of an #include */
    TOKEN_MARK,   /* one character of anything else */
};

struct token {
    enum token_kind kind;
    const char *text;
    size_t length;
    int line;        /* where its logical line begins */
    bool first;      /* nothing but space before it on its logical line */
    bool close;      /* nothing at all between it and the token before */
    bool of_include; /* on the line of an #include */
};

struct lexer {
    char *text;
    const char *at;
    int line;
    bool first;
    int include; /* how far into "# include" the line is: 0, 1 after #, 2 after include */
};

void lexer_begin(struct lexer *lexer, const char *bytes, size_t size);
bool lexer_next(struct lexer *lexer, struct token *token);
void lexer_free(struct lexer *lexer);

bool token_is(const struct token *token, const char *text);

#endif
