#include "total.h"

void total_init(struct total *total)
{
    pthread_mutex_init(&total->lock, NULL);
    total->value = 0;
}

void total_destroy(struct total *total)
{
    pthread_mutex_destroy(&total->lock);
}

void total_add(struct total *total, long count)
{
    pthread_mutex_lock(&total->lock);
    total->value += count;
    pthread_mutex_unlock(&total->lock);
}

long total_get(struct total *total)
{
    pthread_mutex_lock(&total->lock);
    long value = total->value;
    pthread_mutex_unlock(&total->lock);
    return value;
}
