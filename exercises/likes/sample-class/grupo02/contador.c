#include "contador.h"

void contador_iniciar(contador_t *contador)
{
    contador->valor = 0;
    pthread_mutex_init(&contador->lock, NULL);
}

void contador_destruir(contador_t *contador)
{
    pthread_mutex_destroy(&contador->lock);
}

void contador_sumar(contador_t *contador, long cantidad)
{
    pthread_mutex_lock(&contador->lock);
    contador->valor += cantidad;
    pthread_mutex_unlock(&contador->lock);
}

long contador_leer(contador_t *contador)
{
    pthread_mutex_lock(&contador->lock);
    long valor = contador->valor;
    pthread_mutex_unlock(&contador->lock);
    return valor;
}
