/* What it is given decides how it ends: 42 for the arguments of the test, and they may be written.
 */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    if (argc != 4 || argv[4])
        return 1;
    if (strcmp(argv[1], "a b") != 0 || strcmp(argv[2], "") != 0 || strcmp(argv[3], "--json") != 0)
        return 2;
    argv[1][0] = 'A';
    argv[3] = NULL;
    return 42;
}
