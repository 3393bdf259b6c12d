/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/keyed.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/banned.h"

/* ---- the key ---- */

static int read_key(const char *path, uint8_t *ret_key)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = read(fd, ret_key, EDGE_KEY);
    close(fd);
    return n == EDGE_KEY ? 0 : -EIO;
}

/* Whole or not at all: of gateways that start together the first one's stays. */
static int make_key(const struct gateway *g, const char *path)
{
    uint8_t key[EDGE_KEY];
    char next[4096];
    int fd, r = 0;

    snprintf(next, sizeof(next), "%s/tmp/XXXXXX", g->data_dir);
    fd = mkostemp(next, O_CLOEXEC); /* mode 0600 */
    if (fd < 0)
        return -errno;
    randombytes_buf(key, sizeof(key));
    if (write(fd, key, sizeof(key)) != (ssize_t)sizeof(key) || fsync(fd))
        r = -EIO;
    sodium_memzero(key, sizeof(key));
    close(fd);
    if (!r && link(next, path) && errno != EEXIST)
        r = -errno;
    unlink(next);
    return r;
}

int keyed_load(struct gateway *g, struct errtext *e)
{
    char path[4096];
    int r;

    snprintf(path, sizeof(path), "%s/edge.key", g->data_dir);
    r = read_key(path, g->edge_key);
    if (r == -ENOENT) {
        r = make_key(g, path);
        if (!r)
            r = read_key(path, g->edge_key);
    }
    if (r) {
        errtext_set(e, "%s: %s", path, strerror(-r));
        return err_raise(r);
    }
    return 0;
}

/* ---- what is made with it ---- */

const char *keyed_follow_code(const struct gateway *g, const struct uuid *id, char ret[FOLLOW_CODE])
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* without I, L, O and U */
    static const char what[] = "follow ";
    crypto_generichash_state state;
    uint8_t hash[32];
    size_t at = 0;

    crypto_generichash_init(&state, g->edge_key, EDGE_KEY, sizeof(hash));
    crypto_generichash_update(&state, (const uint8_t *)what, sizeof(what));
    crypto_generichash_update(&state, id->bytes, sizeof(id->bytes));
    crypto_generichash_final(&state, hash, sizeof(hash));
    for (size_t i = 0; i < 12; i++) {
        if (i && i % 4 == 0)
            ret[at++] = '-';
        ret[at++] = letters[hash[i] & 31];
    }
    ret[at] = '\0';
    return ret;
}
