/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/line.h"

#include <string.h>

#include "common/seal/members.h"

#include "common/base/banned.h"

void seal_signed_format(const struct seal_signed *s, struct str *out)
{
    str_add(out, "{\"kind\":\"signed\",\"service\":");
    json_add_text(out, s->head.chain.service);
    str_add(out, ",\"ledger\":");
    json_add_text(out, s->head.chain.ledger);
    str_add(out, ",\"district\":");
    json_add_text(out, s->head.chain.district);
    str_printf(out, ",\"last\":%lld,\"hash\":", (long long)s->head.last);
    json_add_hex(out, s->head.hash, sizeof(s->head.hash));
    str_printf(
        out, ",\"at\":%lld,\"algorithm\":\"%s\",\"scheme\":\"%s\",\"key\":", (long long)s->head.at,
        digest_name(s->head.algorithm), seal_scheme_name(s->key.scheme));
    json_add_hex(out, s->key.bytes, s->key.size);
    str_add(out, ",\"signature\":");
    json_add_hex(out, s->signature, s->signature_size);
    str_add_char(out, '}');
}

/* The key's scheme is named and follows from its length: both must agree. */
static int read_key(const char *scheme, const char *key, const char *signature,
                    struct seal_signed *s, struct errtext *e)
{
    enum seal_scheme named;

    if (seal_scheme_by_name(scheme, &named) != 0) {
        errtext_set(e, "\"scheme\"");
        return SEAL_E_FORM;
    }
    if (seal_public_parse(key, &s->key) != 0 || s->key.scheme != named) {
        errtext_set(e, "\"key\"");
        return SEAL_E_FORM;
    }
    s->signature_size = strlen(signature) / 2;
    if (!s->signature_size || s->signature_size > sizeof(s->signature) ||
        hex_parse(signature, s->signature, s->signature_size) != 0) {
        errtext_set(e, "\"signature\"");
        return SEAL_E_FORM;
    }
    return 0;
}

int seal_signed_read(const json_t *object, struct seal_signed *ret_signed, struct errtext *e)
{
    struct seal_signed s = {0};
    const char *scheme = NULL, *key = NULL, *signature = NULL;
    const struct member members[] = {
        {"kind", MEMBER_IS, (void *)"signed"},
        {"service", MEMBER_NAME, s.head.chain.service},
        {"ledger", MEMBER_NAME, s.head.chain.ledger},
        {"district", MEMBER_NAME, s.head.chain.district},
        {"last", MEMBER_SEQ, &s.head.last},
        {"hash", MEMBER_HASH, s.head.hash},
        {"at", MEMBER_INT, &s.head.at},
        {"algorithm", MEMBER_ALGORITHM, &s.head.algorithm},
        {"scheme", MEMBER_TEXT, &scheme},
        {"key", MEMBER_TEXT, &key},
        {"signature", MEMBER_TEXT, &signature},
    };
    int r = members_read(object, members, ARRAY_LEN(members), e);

    if (!r)
        r = read_key(scheme, key, signature, &s, e);
    if (!r)
        *ret_signed = s;
    return r;
}

int seal_signed_parse(const char *text, size_t size, struct seal_signed *ret_signed,
                      struct errtext *e)
{
    json_t *object = NULL;
    int r = members_parse(text, size, &object, e);

    if (!r)
        r = seal_signed_read(object, ret_signed, e);
    json_decref(object);
    return r ? SEAL_LINE_E_FORM : 0;
}
