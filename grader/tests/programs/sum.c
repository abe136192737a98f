/* Right: numbers from standard input go through a bounded buffer to two consumers. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

enum { ROOM = 2 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    int items[ROOM];
    int size, closed;
    long sum;
} buffer = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .filled = PTHREAD_COND_INITIALIZER,
    .emptied = PTHREAD_COND_INITIALIZER,
};

static void put(int item)
{
    pthread_mutex_lock(&buffer.lock);
    while (buffer.size == ROOM)
        pthread_cond_wait(&buffer.emptied, &buffer.lock);
    buffer.items[buffer.size++] = item;
    pthread_cond_signal(&buffer.filled);
    pthread_mutex_unlock(&buffer.lock);
}

static void *consume(void *unused)
{
    pthread_mutex_lock(&buffer.lock);
    for (;;) {
        while (buffer.size == 0 && !buffer.closed)
            pthread_cond_wait(&buffer.filled, &buffer.lock);
        if (buffer.size == 0)
            break;
        buffer.sum += buffer.items[--buffer.size];
        pthread_cond_signal(&buffer.emptied);
    }
    pthread_mutex_unlock(&buffer.lock);
    return unused;
}

int main(void)
{
    pthread_t consumers[2];
    int item;
    for (int i = 0; i < 2; i++)
        pthread_create(&consumers[i], NULL, consume, NULL);
    while (scanf("%d", &item) == 1)
        put(item);
    pthread_mutex_lock(&buffer.lock);
    buffer.closed = 1;
    pthread_cond_broadcast(&buffer.filled);
    pthread_mutex_unlock(&buffer.lock);
    for (int i = 0; i < 2; i++)
        pthread_join(consumers[i], NULL);
    printf("%ld\n", buffer.sum);
    return (int)buffer.sum;
}
