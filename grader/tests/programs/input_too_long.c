/* The word that it reads has more room on paper than in memory. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    char *word = malloc(4);
    int n = word ? scanf("%15s", word) : 0;
    free(word);
    return n;
}
