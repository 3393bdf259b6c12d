/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "services/verify/verify.h"

#include "common/base/banned.h"

void keys_release(struct keys *k)
{
    free(k->keys);
    *k = (struct keys){0};
}

int keys_add(struct keys *k, const char *hex, struct errtext *e)
{
    struct seal_public key, *more;

    if (seal_public_parse(hex, &key) != 0) {
        errtext_set(e, tr("'%s' is no public key: 64 hexadecimal digits for Ed25519, 130 for SM2"),
                    hex);
        return KEYS_E_WRONG;
    }
    more = reallocarray(k->keys, k->n + 1, sizeof(*more));
    if (!more)
        abort();
    k->keys = more;
    k->keys[k->n++] = key;
    return 0;
}

int keys_read(struct keys *k, const char *path, struct errtext *e)
{
    FILE *f = fopen(path, "re");
    char line[512];
    int r = 0;

    if (!f) {
        r = -errno;
        errtext_set(e, "%s: %s", path, strerror(errno));
        return r;
    }
    while (!r && fgets(line, sizeof(line), f)) {
        char *at = line + strspn(line, " \t");

        at[strcspn(at, " \t\r\n")] = 0;
        if (*at && *at != '#')
            r = keys_add(k, at, e);
    }
    if (!r && ferror(f)) {
        r = -EIO;
        errtext_set(e, "%s: %s", path, strerror(EIO));
    }
    fclose(f);
    if (!r && !k->n) {
        errtext_set(e, tr("%s holds no key"), path);
        r = KEYS_E_WRONG;
    }
    return r;
}

bool keys_allow(const struct keys *k, const struct seal_public *key)
{
    for (size_t i = 0; i < k->n; i++)
        if (seal_public_equal(&k->keys[i], key))
            return true;
    return k->n == 0;
}
