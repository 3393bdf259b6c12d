/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/programme/programme_load.h"

#include <pthread.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/str.h"
#include "intake.pb-c.h"
#include "intake_sql.h"

#include "common/base/banned.h"

enum { N_KEPT = 4 };

struct kept {
    struct arena *arena; /* NULL: nothing kept here */
    char sha256[DIGEST_HEX];
    struct programme *p;
};
struct cache {
    struct kept kept[N_KEPT];
    int next; /* the slot that is given up next */
};

static pthread_key_t cache_key;
static pthread_once_t cache_once = PTHREAD_ONCE_INIT;

static void cache_free(void *arg)
{
    struct cache *cache = arg;

    for (int i = 0; i < N_KEPT; i++)
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

static const struct programme *find(const struct cache *cache, const char *sha256)
{
    for (int i = 0; i < N_KEPT; i++)
        if (cache->kept[i].arena && strcmp(cache->kept[i].sha256, sha256) == 0)
            return cache->kept[i].p;
    return NULL;
}

/* A programme handed out lives until N_KEPT others were read: no handler needs more than one. */
static int read_and_keep(struct cache *cache, const char *sha256, const char *document,
                         const struct programme **ret_p)
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
    cache->next = (cache->next + 1) % N_KEPT;
    arena_free(slot->arena);
    *slot = (struct kept){.arena = arena, .p = p};
    snprintf(slot->sha256, sizeof(slot->sha256), "%s", sha256);
    *ret_p = p;
    return 0;
}

int programme_load(struct ctx *c, const char *programme_id, const struct programme **ret_p)
{
    struct cache *cache = cache_of_thread();
    const struct programme *p;
    const char *sha256;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_in_force, &rows, T(c->district), T(programme_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "programme_id", "programme", NULL);
    sha256 = rows_text(rows, 0, "document_sha256");
    p = find(cache, sha256);
    if (p) {
        *ret_p = p;
        return 0;
    }
    r = sql_query(c->tx, &sql_programme_get, &rows, T(c->district), T(programme_id), T(NULL),
                  AT(c->now));
    if (r)
        return r;
    return read_and_keep(cache, rows_text(rows, 0, "document_sha256"),
                         rows_text(rows, 0, "document"), ret_p);
}
