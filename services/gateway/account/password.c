/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/account/password.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "common/base/str.h"
#include "common/text/clean.h"
#include "common/base/banned.h"

static int classes(const char *password)
{
    bool lower = false, upper = false, digit = false, other = false;

    for (const char *p = password; *p; p++) {
        unsigned char c = (unsigned char)*p;

        lower |= c >= 'a' && c <= 'z';
        upper |= c >= 'A' && c <= 'Z';
        digit |= c >= '0' && c <= '9';
        other |= !(c < 0x80 && isalnum(c));
    }
    return lower + upper + digit + other;
}

/* What nobody sees nobody can type again: a byte order mark that a program put before it, a line's end behind it. */
static bool is_typed(const char *password)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const char *between = arena_printf(a, "<%s>", password), *whole, *cut;
    struct text_fault fault;

    return text_clean(a, TEXT_LINE, between, &whole, &fault) == 0 &&
           text_clean(a, TEXT_LINE, password, &cut, &fault) == 0 &&
           utf8_length(cut) + strlen("<>") == utf8_length(whole);
}

enum reason password_fault(const char *account, const char *password)
{
    size_t length = utf8_length(password);

    if (length < PASSWORD_MIN || length > PASSWORD_MAX)
        return reason_password_length;
    if (!is_typed(password))
        return reason_password_character;
    if (classes(password) < 3)
        return reason_password_classes;
    if (*account && strcasestr(password, account))
        return reason_password_is_account;
    return reason_none;
}

int password_hash(const char *password, const struct password_cost *cost,
                  char ret_hash[PASSWORD_HASH])
{
    _Static_assert(PASSWORD_HASH >= crypto_pwhash_argon2id_STRBYTES, "room for libsodium's string");

    if (crypto_pwhash_argon2id_str(ret_hash, password, strlen(password),
                                   (unsigned long long)cost->passes,
                                   (size_t)cost->memory_mib << 20) != 0)
        return err_raise(-ENOMEM);
    return 0;
}

bool password_right(const char *hash, const char *password, const struct password_cost *cost)
{
    char wasted[PASSWORD_HASH];

    if (hash)
        return crypto_pwhash_argon2id_str_verify(hash, password, strlen(password)) == 0;
    if (password_hash(password, cost, wasted)) { /* only its time matters */
        return false;
    }
    return false;
}

void password_mark(const char *hash, char ret_mark[DIGEST_HEX])
{
    uint8_t value[DIGEST_SIZE];

    digest_once(DIGEST_SHA256, hash, strlen(hash), value);
    hex_format(value, sizeof(value), ret_mark);
}
