/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/sign.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>
#include <string.h>

#include "common/seal/sign_key.h"

#include "common/base/banned.h"

enum { SM2_PUBLIC_SIZE = 65 };
static const char sm2_id[] = "1234567812345678"; /* GB/T 35276's default */

static const char *const schemes[] = {[SEAL_ED25519] = "ed25519", [SEAL_SM2] = "sm2"};

const char *seal_scheme_name(enum seal_scheme scheme)
{
    CHECK(scheme == SEAL_ED25519 || scheme == SEAL_SM2);
    return schemes[scheme];
}

int seal_scheme_by_name(const char *name, enum seal_scheme *ret_scheme)
{
    for (size_t i = 1; i < ARRAY_LEN(schemes); i++)
        if (name && strcmp(name, schemes[i]) == 0) {
            *ret_scheme = (enum seal_scheme)i;
            return 0;
        }
    return SEAL_E_SCHEME;
}

int seal_public_parse(const char *hex, struct seal_public *ret_key)
{
    struct seal_public key = {0};
    size_t digits = strlen(hex);

    if (digits == 2 * crypto_sign_PUBLICKEYBYTES)
        key.scheme = SEAL_ED25519;
    else if (digits == 2 * SM2_PUBLIC_SIZE)
        key.scheme = SEAL_SM2;
    else
        return SEAL_E_SCHEME;
    key.size = digits / 2;
    if (hex_parse(hex, key.bytes, key.size) != 0)
        return SEAL_E_SCHEME;
    *ret_key = key;
    return 0;
}

bool seal_public_equal(const struct seal_public *a, const struct seal_public *b)
{
    return a->scheme == b->scheme && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static void statement(const struct seal_head *h, struct str *out)
{
    const char *algorithm = digest_name(h->algorithm);

    str_add_char(out, 0x04);
    seal_add_chain(out, &h->chain);
    seal_add_field(out, algorithm, strlen(algorithm));
    seal_add_int64(out, h->last);
    str_add_bytes(out, h->hash, sizeof(h->hash));
    seal_add_int64(out, h->at);
}

/* The signer's id goes in between the beginning and the text: it is hashed before it. */
static bool set_id(EVP_PKEY_CTX *ctx)
{
    return EVP_PKEY_CTX_set1_id(ctx, sm2_id, strlen(sm2_id)) == 1;
}

static int sm2_sign(EVP_PKEY *pkey, const struct str *text, uint8_t *ret_signature,
                    size_t *ret_size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t size = SEAL_SIGNATURE_MAX;
    EVP_PKEY_CTX *pkey_ctx = NULL; /* of ctx */
    bool done;

    done = ctx && EVP_DigestSignInit_ex(ctx, &pkey_ctx, "SM3", NULL, NULL, pkey, NULL) == 1 &&
           set_id(pkey_ctx) &&
           EVP_DigestSign(ctx, ret_signature, &size, (const uint8_t *)text->text, text->size) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    if (!done)
        return err_raise(-EIO);
    *ret_size = size;
    return 0;
}

int seal_sign(struct seal_key *key, const struct seal_head *head, struct seal_signed *ret_signed)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    struct seal_signed s = {.head = *head, .key = key->public};
    int r = 0;

    statement(head, &text);
    if (key->public.scheme == SEAL_SM2) {
        r = sm2_sign(key->sm2, &text, s.signature, &s.signature_size);
    } else {
        s.signature_size = crypto_sign_BYTES;
        crypto_sign_detached(s.signature, NULL, (const uint8_t *)text.text, text.size, key->secret);
    }
    if (!r)
        *ret_signed = s;
    return r;
}

/* ---- checking ---- */

struct seal_checker {
    struct seal_public known; /* what sm2 was made of; size 0: of nothing */
    EVP_PKEY *sm2;
};

struct seal_checker *seal_checker_new(void)
{
    struct seal_checker *c = calloc(1, sizeof(*c));

    if (!c || sodium_init() < 0)
        abort();
    return c;
}

void seal_checker_free(struct seal_checker *c)
{
    if (!c)
        return;
    EVP_PKEY_free(c->sm2);
    free(c);
}

/* The key as OpenSSL's; NULL when it is no point of the curve. */
static EVP_PKEY *sm2_public(struct seal_checker *c, const struct seal_public *key)
{
    EVP_PKEY_CTX *ctx;
    OSSL_PARAM params[3];

    if (seal_public_equal(&c->known, key))
        return c->sm2;
    EVP_PKEY_free(c->sm2);
    c->sm2 = NULL;
    c->known = *key;
    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"SM2", 0);
    params[1] =
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, c->known.bytes, c->known.size);
    params[2] = OSSL_PARAM_construct_end();
    ctx = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &c->sm2, EVP_PKEY_PUBLIC_KEY, params) != 1)
        c->sm2 = NULL;
    EVP_PKEY_CTX_free(ctx);
    return c->sm2;
}

static bool sm2_check(struct seal_checker *c, const struct seal_signed *s, const struct str *text)
{
    EVP_PKEY *pkey = sm2_public(c, &s->key);
    EVP_MD_CTX *ctx = pkey ? EVP_MD_CTX_new() : NULL;
    EVP_PKEY_CTX *pkey_ctx = NULL;
    bool fits;

    fits = ctx && EVP_DigestVerifyInit_ex(ctx, &pkey_ctx, "SM3", NULL, NULL, pkey, NULL) == 1 &&
           set_id(pkey_ctx) &&
           EVP_DigestVerify(ctx, s->signature, s->signature_size, (const uint8_t *)text->text,
                            text->size) == 1;
    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return fits;
}

bool seal_check(struct seal_checker *c, const struct seal_signed *s)
{
    CLEANUP(str_release) struct str text = STR_INIT;

    statement(&s->head, &text);
    if (s->key.scheme == SEAL_SM2)
        return sm2_check(c, s, &text);
    return s->key.size == crypto_sign_PUBLICKEYBYTES && s->signature_size == crypto_sign_BYTES &&
           crypto_sign_verify_detached(s->signature, (const uint8_t *)text.text, text.size,
                                       s->key.bytes) == 0;
}
