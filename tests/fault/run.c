/* SPDX-License-Identifier: Apache-2.0 */
/* run - what all parts share: the first discrepancy, lines for people, dice */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "fault.h"

struct run run;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char first[1024];
static int n_failures;

void fail(const char *fmt, ...)
{
    va_list ap;

    pthread_mutex_lock(&mutex);
    if (n_failures++ == 0) {
        va_start(ap, fmt);
        vsnprintf(first, sizeof(first), fmt, ap);
        va_end(ap);
        fprintf(stderr, "fault: FIRST DISCREPANCY: %s\n", first);
    }
    pthread_mutex_unlock(&mutex);
    atomic_store(&run.stop, true);
}

bool failed(void)
{
    bool is;

    pthread_mutex_lock(&mutex);
    is = n_failures > 0;
    pthread_mutex_unlock(&mutex);
    return is;
}

void tell(const char *fmt, ...)
{
    char line[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    printf("fault: %s\n", line);
    fflush(stdout);
}

int64_t now_us(void)
{
    return monotonic_now_us();
}

uint64_t dice_roll(struct dice *d)
{
    uint64_t z = d->state += 0x9e3779b97f4a7c15U;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

int dice_below(struct dice *d, int n)
{
    return (int)(dice_roll(d) % (uint64_t)n);
}

/* Grows at the powers of two, which is when the room is used up. */
void *grow(void *list, size_t n, size_t size)
{
    if (n & (n - 1))
        return list;
    list = realloc(list, (n ? 2 * n : 1) * size);
    if (!list)
        abort();
    return list;
}
