/* Right: who ends with an error joins nobody. */
#include <pthread.h>
#include <stdlib.h>

static void *nothing(void *unused)
{
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, nothing, NULL);
    exit(EXIT_FAILURE);
}
