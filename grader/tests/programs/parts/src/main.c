/* Right: a program of several files, in two folders. */
#include "../lib/twice.h"

int main(void)
{
    return twice(0);
}
