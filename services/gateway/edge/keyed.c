/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/keyed.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"

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

/* ---- forms ---- */

static void add_text(crypto_generichash_state *state, const char *text)
{
    crypto_generichash_update(state, (const uint8_t *)text, strlen(text) + 1);
}

static void form_mac(const struct gateway *g, const char *district, const char *notice_id,
                     const char *head, char ret_hex[33])
{
    crypto_generichash_state state;
    uint8_t mac[16];

    crypto_generichash_init(&state, g->edge_key, EDGE_KEY, sizeof(mac));
    add_text(&state, "form");
    add_text(&state, district);
    add_text(&state, notice_id);
    add_text(&state, head);
    crypto_generichash_final(&state, mac, sizeof(mac));
    hex_format(mac, sizeof(mac), ret_hex);
}

const char *keyed_form_token(const struct gateway *g, const char *district, const char *notice_id,
                             int64_t until, char ret[FORM_TOKEN])
{
    char id[FORM_ID], head[64], mac[33];
    uint8_t random[16];

    randombytes_buf(random, sizeof(random));
    snprintf(head, sizeof(head), "%s.%lld", hex_format(random, sizeof(random), id),
             (long long)until);
    form_mac(g, district, notice_id, head, mac);
    snprintf(ret, FORM_TOKEN, "%s.%s", head, mac);
    return ret;
}

bool keyed_form_id(const struct gateway *g, const char *district, const char *notice_id,
                   const char *token, int64_t now, char ret_id[FORM_ID])
{
    const char *dot = strrchr(token, '.');
    char head[64], mac[33];

    if (!dot || dot - token >= (ptrdiff_t)sizeof(head) || strlen(dot + 1) != sizeof(mac) - 1 ||
        strcspn(token, ".") != FORM_ID - 1)
        return false;
    snprintf(head, sizeof(head), "%.*s", (int)(dot - token), token);
    form_mac(g, district, notice_id, head, mac);
    if (sodium_memcmp(mac, dot + 1, sizeof(mac) - 1) != 0 ||
        strtoll(head + FORM_ID, NULL, 10) < now)
        return false;
    memcpy(ret_id, head, FORM_ID - 1);
    ret_id[FORM_ID - 1] = '\0';
    return true;
}
