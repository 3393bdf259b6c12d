/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#include "common/base/banned.h"

static const char *const names[] = {[DIGEST_SHA256] = "sha256", [DIGEST_SM3] = "sm3"};

struct digest {
    EVP_MD_CTX *ctx;
    const EVP_MD *md;
};

/* Fetched once: an implicit fetch at every start of a hash costs more than hashing a short record.
 */
static EVP_MD *methods[ARRAY_LEN(names)];
static pthread_once_t methods_once = PTHREAD_ONCE_INIT;

static void fetch_methods(void)
{
    for (size_t i = 1; i < ARRAY_LEN(names); i++) {
        methods[i] = EVP_MD_fetch(NULL, names[i], NULL);
        CHECK(methods[i]);
    }
}

static const EVP_MD *method_of(enum digest_algorithm algorithm)
{
    CHECK(algorithm == DIGEST_SHA256 || algorithm == DIGEST_SM3);
    CHECK(pthread_once(&methods_once, fetch_methods) == 0);
    return methods[algorithm];
}

const char *digest_name(enum digest_algorithm algorithm)
{
    CHECK(algorithm == DIGEST_SHA256 || algorithm == DIGEST_SM3);
    return names[algorithm];
}

int digest_by_name(const char *name, enum digest_algorithm *ret_algorithm)
{
    for (size_t i = 1; i < ARRAY_LEN(names); i++)
        if (name && strcmp(name, names[i]) == 0) {
            *ret_algorithm = (enum digest_algorithm)i;
            return 0;
        }
    return DIGEST_E_UNKNOWN;
}

static void digest_start(struct digest *d)
{
    CHECK(EVP_DigestInit_ex(d->ctx, d->md, NULL) == 1);
}

struct digest *digest_new(enum digest_algorithm algorithm)
{
    struct digest *d = calloc(1, sizeof(*d));

    if (!d)
        abort();
    d->md = method_of(algorithm);
    d->ctx = EVP_MD_CTX_new();
    if (!d->ctx)
        abort();
    digest_start(d);
    return d;
}

void digest_free(struct digest *d)
{
    if (!d)
        return;
    EVP_MD_CTX_free(d->ctx);
    free(d);
}

void digest_add(struct digest *d, const void *data, size_t size)
{
    if (size)
        CHECK(EVP_DigestUpdate(d->ctx, data, size) == 1);
}

void digest_add_field(struct digest *d, const void *data, size_t size)
{
    uint64_t length = data ? size : UINT64_MAX;
    uint8_t head[8];

    for (int i = 0; i < 8; i++)
        head[i] = (uint8_t)(length >> (56 - 8 * i));
    digest_add(d, head, sizeof(head));
    if (data)
        digest_add(d, data, size);
}

void digest_finish(struct digest *d, uint8_t ret_value[DIGEST_SIZE])
{
    CHECK(EVP_DigestFinal_ex(d->ctx, ret_value, NULL) == 1);
    digest_start(d);
}

void digest_once(enum digest_algorithm algorithm, const void *data, size_t size,
                 uint8_t ret_value[DIGEST_SIZE])
{
    CHECK(EVP_Digest(data, size, ret_value, NULL, method_of(algorithm), NULL) == 1);
}

const char *hex_format(const void *data, size_t size, char *buf)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *p = data;

    for (size_t i = 0; i < size; i++) {
        buf[2 * i] = digits[p[i] >> 4];
        buf[2 * i + 1] = digits[p[i] & 15];
    }
    buf[2 * size] = 0;
    return buf;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int hex_parse(const char *text, void *ret_data, size_t size)
{
    uint8_t *p = ret_data;

    if (strnlen(text, 2 * size + 1) != 2 * size)
        return HEX_E_BAD;
    for (size_t i = 0; i < 2 * size; i++)
        if (hex_digit(text[i]) < 0)
            return HEX_E_BAD;
    for (size_t i = 0; i < size; i++)
        p[i] = (uint8_t)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
    return 0;
}
