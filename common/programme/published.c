/* SPDX-License-Identifier: Apache-2.0 */
#include "common/programme/published.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "common/base/digest.h"

#include "common/base/banned.h"

struct kept {
    struct arena *arena; /* NULL: nothing kept here */
    char sha256[DIGEST_HEX];
    const struct programme *p;
};
struct cache {
    struct kept kept[PUBLISHED_KEPT];
    int next; /* the one that is given up next */
};

static pthread_key_t cache_key;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;

static void cache_free(void *arg)
{
    struct cache *cache = arg;

    for (int i = 0; i < PUBLISHED_KEPT; i++)
        arena_free(cache->kept[i].arena);
    free(cache);
}

static void make_key(void)
{
    CHECK(pthread_key_create(&cache_key, cache_free) == 0);
}

static struct cache *cache_of_thread(void)
{
    struct cache *cache;

    pthread_once(&cache_once, make_key);
    cache = pthread_getspecific(cache_key);
    if (!cache) {
        cache = calloc(1, sizeof(*cache));
        CHECK(cache && pthread_setspecific(cache_key, cache) == 0);
    }
    return cache;
}

size_t published_kept(struct sql_arg *ret_hashes)
{
    const struct cache *cache = cache_of_thread();
    size_t n = 0;

    for (int i = 0; i < PUBLISHED_KEPT; i++)
        if (cache->kept[i].arena)
            ret_hashes[n++] = T(cache->kept[i].sha256);
    return n;
}

static int keep(struct cache *cache, const char *sha256, const char *document,
                const struct programme **ret_programme)
{
    struct arena *arena = arena_new();
    struct programme *p = NULL;
    struct kept *slot;
    int r = programme_read(arena, document, &p);

    if (r) {
        arena_free(arena);
        return r;
    }
    slot = &cache->kept[cache->next];
    cache->next = (cache->next + 1) % PUBLISHED_KEPT;
    arena_free(slot->arena);
    *slot = (struct kept){.arena = arena, .p = p};
    snprintf(slot->sha256, sizeof(slot->sha256), "%s", sha256);
    *ret_programme = p;
    return 0;
}

int published_read(const char *sha256, const char *document, const struct programme **ret_programme)
{
    struct cache *cache = cache_of_thread();

    for (int i = 0; i < PUBLISHED_KEPT; i++)
        if (cache->kept[i].arena && strcmp(cache->kept[i].sha256, sha256) == 0) {
            *ret_programme = cache->kept[i].p;
            return 0;
        }
    return document ? keep(cache, sha256, document, ret_programme) : err_raise(-EBADMSG);
}
