/* Calls what is not known here. */
#include <stdio.h>

int main(void)
{
    return fopen("secret", "r") != NULL;
}
