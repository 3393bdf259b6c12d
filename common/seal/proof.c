/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/proof.h"

#include <string.h>

#include "common/seal/line.h"
#include "common/seal/members.h"

#include "common/base/banned.h"

/* ---- writing ---- */

static void add_value(const struct proof_value *v, struct str *out)
{
    CLEANUP(str_release) struct str text = STR_INIT;

    str_add(out, "{\"column\":");
    json_add_text(out, v->column);
    str_printf(out, ",\"type\":\"%s\",\"text\":", seal_type_name(v->type));
    if (!v->bytes.data) {
        str_add(out, "null,\"bytes\":null}");
        return;
    }
    if (seal_value_text(v->type, v->bytes, &text) != 0)
        str_clear(&text); /* a broken row is shown as it is: checking the proof says so */
    json_add_text(out, text.text);
    str_add(out, ",\"bytes\":");
    json_add_hex(out, v->bytes.data, v->bytes.size);
    str_add_char(out, '}');
}

static void add_hash(const char *name, const uint8_t hash[DIGEST_SIZE], struct str *out)
{
    str_printf(out, ",\"%s\":", name);
    json_add_hex(out, hash, DIGEST_SIZE);
}

static void add_path(const struct proof *p, struct str *out)
{
    str_add(out, ",\"path\":[");
    for (size_t i = 0; i < p->n_path; i++) {
        str_printf(out, "%s{\"side\":\"%s\"", i ? "," : "", p->path[i].left ? "left" : "right");
        add_hash("hash", p->path[i].hash, out);
        str_add_char(out, '}');
    }
    str_add_char(out, ']');
}

static void add_seals(const struct proof *p, struct str *out)
{
    str_add(out, ",\"seals\":[");
    for (size_t i = 0; i < p->n_seals; i++) {
        const struct proof_seal *s = &p->seals[i];

        str_printf(out, "%s{\"last\":%lld,\"algorithm\":\"%s\"", i ? "," : "", (long long)s->last,
                   digest_name(s->algorithm));
        add_hash("root", s->root, out);
        add_hash("hash", s->hash, out);
        str_add_char(out, '}');
    }
    str_add_char(out, ']');
}

void proof_format(const struct proof *p, struct str *out)
{
    str_add(out, "{\"kind\":\"proof\",\"service\":");
    json_add_text(out, p->chain.service);
    str_add(out, ",\"ledger\":");
    json_add_text(out, p->chain.ledger);
    str_add(out, ",\"district\":");
    json_add_text(out, p->chain.district);
    str_printf(out, ",\"seq\":%lld,\"algorithm\":\"%s\",\"values\":[", (long long)p->seq,
               digest_name(p->algorithm));
    for (size_t i = 0; i < p->n_values; i++) {
        if (i)
            str_add_char(out, ',');
        add_value(&p->values[i], out);
    }
    str_add_char(out, ']');
    add_hash("digest", p->digest, out);
    str_printf(out, ",\"first\":%lld,\"last\":%lld", (long long)p->first, (long long)p->last);
    add_path(p, out);
    add_hash("previous", p->previous, out);
    add_hash("hash", p->hash, out);
    add_seals(p, out);
    str_add(out, ",\"signed\":");
    if (p->is_signed)
        seal_signed_format(&p->signed_head, out);
    else
        str_add(out, "null");
    str_add_char(out, '}');
}

/* ---- reading ---- */

static int bad(const char *what, struct errtext *e)
{
    errtext_set(e, "\"%s\"", what);
    return SEAL_E_FORM;
}

static int read_value(struct arena *a, const json_t *object, struct proof_value *v,
                      struct errtext *e)
{
    const char *column = NULL, *type = NULL, *hex;
    json_t *text = NULL, *bytes = NULL;
    const struct member members[] = {
        {"column", MEMBER_TEXT, &column},
        {"type", MEMBER_TEXT, &type},
        {"text", MEMBER_ANY, &text},
        {"bytes", MEMBER_ANY, &bytes},
    };
    uint8_t *data;
    int r = members_read(object, members, ARRAY_LEN(members), e);

    if (r)
        return r;
    if (seal_type_by_name(type, &v->type) != 0)
        return bad("type", e);
    v->column = arena_strdup(a, column);
    if (json_is_null(text) && json_is_null(bytes))
        return 0;
    if (!json_is_string(text))
        return bad("text", e);
    if (!json_is_string(bytes))
        return bad("bytes", e);
    v->text = arena_strdup(a, json_string_value(text));
    hex = json_string_value(bytes);
    v->bytes.size = strlen(hex) / 2;
    v->bytes.data = data = arena_alloc(a, v->bytes.size + 1);
    return hex_parse(hex, data, v->bytes.size) == 0 ? 0 : bad("bytes", e);
}

static int read_values(struct arena *a, const json_t *list, struct proof *p, struct errtext *e)
{
    struct proof_value *values = arena_new_array(a, struct proof_value, json_array_size(list) + 1);
    int r = 0;

    p->values = values;
    p->n_values = json_array_size(list);
    for (size_t i = 0; i < p->n_values && !r; i++)
        r = read_value(a, json_array_get(list, i), &values[i], e);
    return r;
}

static int read_path(const json_t *list, struct proof *p, struct errtext *e)
{
    p->n_path = json_array_size(list);
    if (p->n_path > MERKLE_LEVELS)
        return bad("path", e);
    for (size_t i = 0; i < p->n_path; i++) {
        const char *side = NULL;
        const struct member members[] = {
            {"side", MEMBER_TEXT, &side},
            {"hash", MEMBER_HASH, p->path[i].hash},
        };
        int r = members_read(json_array_get(list, i), members, ARRAY_LEN(members), e);

        if (r)
            return r;
        p->path[i].left = strcmp(side, "left") == 0;
        if (!p->path[i].left && strcmp(side, "right") != 0)
            return bad("side", e);
    }
    return 0;
}

static int read_seals(struct arena *a, const json_t *list, struct proof *p, struct errtext *e)
{
    struct proof_seal *seals = arena_new_array(a, struct proof_seal, json_array_size(list) + 1);
    int r = 0;

    p->seals = seals;
    p->n_seals = json_array_size(list);
    for (size_t i = 0; i < p->n_seals && !r; i++) {
        const struct member members[] = {
            {"last", MEMBER_SEQ, &seals[i].last},
            {"algorithm", MEMBER_ALGORITHM, &seals[i].algorithm, true},
            {"root", MEMBER_HASH, seals[i].root},
            {"hash", MEMBER_HASH, seals[i].hash},
        };

        seals[i].algorithm = p->algorithm;
        r = members_read(json_array_get(list, i), members, ARRAY_LEN(members), e);
    }
    return r;
}

static int read_proof(struct arena *a, const json_t *object, struct proof *p, struct errtext *e)
{
    json_t *values = NULL, *path = NULL, *seals = NULL, *line = NULL;
    const struct member members[] = {
        {"kind", MEMBER_IS, (void *)"proof"},
        {"service", MEMBER_NAME, p->chain.service},
        {"ledger", MEMBER_NAME, p->chain.ledger},
        {"district", MEMBER_NAME, p->chain.district},
        {"seq", MEMBER_SEQ, &p->seq},
        {"algorithm", MEMBER_ALGORITHM, &p->algorithm},
        {"values", MEMBER_LIST, &values},
        {"digest", MEMBER_HASH, p->digest},
        {"first", MEMBER_SEQ, &p->first},
        {"last", MEMBER_SEQ, &p->last},
        {"path", MEMBER_LIST, &path},
        {"previous", MEMBER_HASH, p->previous},
        {"hash", MEMBER_HASH, p->hash},
        {"seals", MEMBER_LIST, &seals},
        {"signed", MEMBER_ANY, &line},
    };
    int r = members_read(object, members, ARRAY_LEN(members), e);

    if (!r)
        r = read_values(a, values, p, e);
    if (!r)
        r = read_path(path, p, e);
    if (!r)
        r = read_seals(a, seals, p, e);
    if (!r && !json_is_null(line)) {
        p->is_signed = true;
        r = seal_signed_read(line, &p->signed_head, e);
    }
    return r;
}

int proof_parse(struct arena *a, const char *text, size_t size, struct proof **ret_proof,
                struct errtext *e)
{
    struct proof *p = arena_new_one(a, struct proof);
    json_t *object = NULL;
    int r = members_parse(text, size, &object, e);

    if (!r)
        r = read_proof(a, object, p, e);
    json_decref(object);
    if (r)
        return PROOF_E_FORM;
    *ret_proof = p;
    return 0;
}
