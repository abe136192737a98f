/* An assertion that does not hold. */
#include <assert.h>
#include <pthread.h>

static void *doubt(void *number)
{
    assert(number);
    return number;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, doubt, NULL);
    pthread_join(thread, NULL);
    return 0;
}
