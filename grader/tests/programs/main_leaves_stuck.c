/* Main leaves, and nobody is left to wake the other. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static int rung;

static void *sleeper(void *unused)
{
    pthread_mutex_lock(&lock);
    while (!rung)
        pthread_cond_wait(&bell, &lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, sleeper, NULL);
    pthread_exit(NULL);
}
