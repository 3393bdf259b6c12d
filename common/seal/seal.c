/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/seal.h"

#include <string.h>

#include "common/base/banned.h"

enum { LENGTH_SIZE = 4, GATHER_SIZE = 2048 };

static void put_length(uint8_t head[LENGTH_SIZE], const void *data, size_t size)
{
    uint32_t length = data ? (uint32_t)size : UINT32_MAX;

    CHECK(!data || size < UINT32_MAX);
    for (int i = 0; i < LENGTH_SIZE; i++)
        head[i] = (uint8_t)(length >> (24 - 8 * i));
}

static void put_int64(uint8_t to[8], int64_t n)
{
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
}

void seal_add_field(struct str *s, const void *data, size_t size)
{
    uint8_t head[LENGTH_SIZE];

    put_length(head, data, size);
    str_add_bytes(s, head, sizeof(head));
    if (data)
        str_add_bytes(s, data, size);
}

void seal_add_int64(struct str *s, int64_t n)
{
    uint8_t bytes[8];

    put_int64(bytes, n);
    str_add_bytes(s, bytes, sizeof(bytes));
}

void seal_add_chain(struct str *s, const struct seal_chain *c)
{
    seal_add_field(s, c->service, strlen(c->service));
    seal_add_field(s, c->ledger, strlen(c->ledger));
    seal_add_field(s, c->district, strlen(c->district));
}

int seal_name_set(char to[SEAL_NAME], const char *name)
{
    size_t size = name ? strlen(name) : 0;

    if (!size || size >= SEAL_NAME || !utf8_valid(name, size, NULL))
        return SEAL_E_NAME;
    for (size_t i = 0; i < size; i++) /* names are printed at terminals */
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return SEAL_E_NAME;
    memcpy(to, name, size + 1);
    return 0;
}

int seal_chain_set(struct seal_chain *c, const char *service, const char *ledger,
                   const char *district)
{
    struct seal_chain next = {0};
    int r = seal_name_set(next.service, service);

    if (!r)
        r = seal_name_set(next.ledger, ledger);
    if (!r)
        r = seal_name_set(next.district, district);
    if (!r)
        *c = next;
    return r;
}

bool seal_chain_equal(const struct seal_chain *a, const struct seal_chain *b)
{
    return strcmp(a->service, b->service) == 0 && strcmp(a->ledger, b->ledger) == 0 &&
           strcmp(a->district, b->district) == 0;
}

/* ---- rows ---- */

/* Small fields are gathered: a call into the library a field would cost more than the hash. */
struct row_digest {
    struct digest *digest;
    enum digest_algorithm algorithm;
    size_t n;       /* bytes gathered */
    bool passed_on; /* some bytes of this row are with the digest already */
    uint8_t gathered[GATHER_SIZE];
};

struct row_digest *row_digest_new(enum digest_algorithm algorithm)
{
    struct row_digest *r = calloc(1, sizeof(*r));

    if (!r)
        abort();
    r->algorithm = algorithm;
    r->digest = digest_new(algorithm);
    return r;
}

void row_digest_free(struct row_digest *r)
{
    if (!r)
        return;
    digest_free(r->digest);
    free(r);
}

enum digest_algorithm row_digest_algorithm(const struct row_digest *r)
{
    return r->algorithm;
}

static void pass_on(struct row_digest *r)
{
    digest_add(r->digest, r->gathered, r->n);
    r->passed_on = true;
    r->n = 0;
}

void row_digest_begin(struct row_digest *r, const char *ledger, const char *district)
{
    uint8_t unused[DIGEST_SIZE];

    if (r->passed_on)
        digest_finish(r->digest, unused);
    r->passed_on = false;
    r->gathered[0] = 0x00;
    r->n = 1;
    row_digest_field(r, ledger, strlen(ledger));
    row_digest_field(r, district, strlen(district));
}

void row_digest_field(struct row_digest *r, const void *data, size_t size)
{
    if (r->n + LENGTH_SIZE > GATHER_SIZE)
        pass_on(r);
    put_length(r->gathered + r->n, data, size);
    r->n += LENGTH_SIZE;
    if (data && size)
        row_digest_fields(r, data, size);
}

void row_digest_fields(struct row_digest *r, const void *data, size_t size)
{
    if (size > GATHER_SIZE - r->n)
        pass_on(r);
    if (size > GATHER_SIZE) {
        digest_add(r->digest, data, size);
        return;
    }
    memcpy(r->gathered + r->n, data, size);
    r->n += size;
}

void row_digest_finish(struct row_digest *r, uint8_t ret_value[DIGEST_SIZE])
{
    pass_on(r);
    digest_finish(r->digest, ret_value);
    r->passed_on = false;
}

/* ---- seals ---- */

void seal_hash(enum digest_algorithm algorithm, const uint8_t previous[DIGEST_SIZE],
               const uint8_t root[DIGEST_SIZE], int64_t first, int64_t last,
               uint8_t ret_hash[DIGEST_SIZE])
{
    uint8_t text[1 + 2 * DIGEST_SIZE + 16];

    text[0] = 0x02;
    memcpy(text + 1, previous, DIGEST_SIZE);
    memcpy(text + 1 + DIGEST_SIZE, root, DIGEST_SIZE);
    put_int64(text + 1 + 2 * DIGEST_SIZE, first);
    put_int64(text + 9 + 2 * DIGEST_SIZE, last);
    digest_once(algorithm, text, sizeof(text), ret_hash);
}

void seal_genesis(const struct seal_chain *chain, uint8_t ret_hash[DIGEST_SIZE])
{
    CLEANUP(str_release) struct str s = STR_INIT;

    str_add_char(&s, 0x03);
    seal_add_chain(&s, chain);
    digest_once(DIGEST_SHA256, s.text, s.size, ret_hash);
}
