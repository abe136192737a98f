/* Reads its standard input in every way; ends with the line of what went otherwise than in C. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(what)                                                                                 \
    if (!(what))                                                                                   \
    return __LINE__

static int numbers(void)
{
    int a = 0, b = 0, n = 0;
    double d = 0;
    long l = 0;
    short h[2] = {7, 7};
    char word[16], set[8], c = 0;
    MUST(scanf("%d %d", &a, &b) == 2 && a == 12 && b == -7);
    MUST(scanf("%lf%n", &d, &n) == 1 && d == 2.5 && n == 5);
    MUST(scanf("%15s %7[a-c]%c", word, set, &c) == 3 && c == 'd');
    MUST(strcmp(word, "hello") == 0 && strcmp(set, "abc") == 0);
    MUST(scanf("%*d%3ld%hd", &l, &h[0]) == 2 && l == 123 && h[0] == 45 && h[1] == 7);
    MUST(scanf("%i", &a) == 1 && a == 255);
    MUST(scanf("%d", &a) == 0);
    MUST(sscanf("3:4", "%d:%d", &a, &b) == 2 && a == 3 && b == 4);
    MUST(sscanf("", "%d", &a) == EOF && sscanf("x", "%d", &a) == 0);
    MUST(sscanf("5", "%d:%d", &a, &b) == 1);
    return 0;
}

static int lines(void)
{
    char line[8], *buffer = NULL;
    size_t room = 0;
    MUST(getchar() == 'q' && ungetc('q', stdin) == 'q' && getc(stdin) == 'q');
    MUST(fgetc(stdin) == '\n');
    MUST(fgets(line, sizeof line, stdin) && strcmp(line, "a long ") == 0);
    MUST(fgets(line, sizeof line, stdin) && strcmp(line, "line\n") == 0);
    MUST(getline(&buffer, &room, stdin) == 6 && strcmp(buffer, "again\n") == 0);
    MUST(!feof(stdin));
    MUST(getline(&buffer, &room, stdin) == 4 && strcmp(buffer, "last") == 0);
    MUST(feof(stdin) && !ferror(stdin));
    MUST(getline(&buffer, &room, stdin) == -1);
    free(buffer);
    MUST(getchar() == EOF && scanf("%zu", &room) == EOF && !fgets(line, 8, stdin));
    return 0;
}

int main(void)
{
    int line = numbers();
    return line ? line : lines();
}
