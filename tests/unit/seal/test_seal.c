/* SPDX-License-Identifier: Apache-2.0 */
/* Constants: vectors.py beside this file. */
#include "common/seal/seal.h"

#include <criterion/criterion.h>
#include <string.h>

#include "common/seal/merkle.h"
#include "common/seal/value.h"

static const struct {
    enum digest_algorithm algorithm;
    const char *row, *empty_row, *genesis, *seal;
} known[] = {
    {DIGEST_SHA256, "15bd407fb4d84e15aa8a43052b7df5558f6225bd687fe163ef4dbb00cf60bdb7",
     "daf40510504a99ee3c0854a9acb46892cd64a925c2cf098f32e7830a8be6eaed",
     "567f6b2fcd1a66d36fa466e9ca907d2c0bc0d9f9a0a96f4934957b7017462155",
     "96695ee3369ece414f6351f6281af23b2c5a1cf6b66e71bcd233bddb9acb7cc0"},
    {DIGEST_SM3, "a94a36597e0d3209867ebedc3342b8cd8b435876ba1b5e686b67cb44dcd45e15",
     "f07055bff666aab2cc697e38a1cb19ef7a7a871d5c221a18a9a823698fd029e6",
     "567f6b2fcd1a66d36fa466e9ca907d2c0bc0d9f9a0a96f4934957b7017462155",
     "1f8bf5774c5f595d4a00a83952f2ec1c6d12ae9437db4bae77eb53d3b18fd23c"},
};

static void add_known_values(struct row_digest *r)
{
    static const uint8_t id[] = {0x01, 0x91, 0xd4, 0xe8, 0xc3, 0xa0, 0x7b, 0x8c,
                                 0x9d, 0x0e, 0x1f, 0x2a, 0x3b, 0x4c, 0x5d, 0x6e};
    uint8_t many[5000];

    for (size_t i = 0; i < sizeof(many); i++)
        many[i] = (uint8_t)(i % 251);
    row_digest_field(r, "\0\0\0\0\0\0\0\52", 8);
    row_digest_field(r, "评选", strlen("评选"));
    row_digest_field(r, NULL, 0);
    row_digest_field(r, "", 0);
    row_digest_field(r, "\1", 1);
    row_digest_field(r, "\x00\x03\x00\x85\xe4\xd5\xd0\x00", 8);
    row_digest_field(r, id, sizeof(id));
    row_digest_field(r, many, sizeof(many));
}

static const char *finished(struct row_digest *r, char hex[DIGEST_HEX])
{
    uint8_t value[DIGEST_SIZE];

    row_digest_finish(r, value);
    return hex_format(value, sizeof(value), hex);
}

Test(seal, rows_have_the_digests_that_others_compute)
{
    char hex[DIGEST_HEX];

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        CLEANUP(row_digest_free) struct row_digest *r = row_digest_new(known[i].algorithm);

        for (int turn = 0; turn < 2; turn++) {
            row_digest_begin(r, "ballot", "310105");
            add_known_values(r);
            cr_assert_str_eq(finished(r, hex), known[i].row);
            row_digest_begin(r, "ballot", "310105");
            cr_assert_str_eq(finished(r, hex), known[i].empty_row);
        }
        cr_assert_eq(row_digest_algorithm(r), known[i].algorithm);
    }
}

Test(seal, a_row_that_was_not_finished_leaves_nothing_behind)
{
    CLEANUP(row_digest_free) struct row_digest *r = row_digest_new(DIGEST_SHA256);
    char hex[DIGEST_HEX];

    row_digest_begin(r, "ballot", "310105");
    add_known_values(r);
    row_digest_begin(r, "ballot", "310105");
    cr_assert_str_eq(finished(r, hex), known[0].empty_row);
}

/* Fields are gathered: their sizes around the gathering's end must not matter. */
Test(seal, fields_of_any_size_are_hashed_as_they_lie)
{
    CLEANUP(row_digest_free) struct row_digest *r = row_digest_new(DIGEST_SHA256);
    static uint8_t data[8192];
    char hex[DIGEST_HEX], want[DIGEST_HEX];

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t size = 2000; size < 2100; size++) {
        CLEANUP(str_release) struct str s = STR_INIT;
        uint8_t value[DIGEST_SIZE];

        str_add_bytes(&s, "", 1);
        seal_add_field(&s, "l", 1);
        seal_add_field(&s, "d", 1);
        seal_add_field(&s, data, size);
        seal_add_field(&s, NULL, 0);
        seal_add_field(&s, data + 1, 4096);
        seal_add_field(&s, data, 3);
        digest_once(DIGEST_SHA256, s.text, s.size, value);
        row_digest_begin(r, "l", "d");
        row_digest_field(r, data, size);
        row_digest_field(r, NULL, 0);
        row_digest_field(r, data + 1, 4096);
        row_digest_field(r, data, 3);
        cr_assert_str_eq(finished(r, hex), hex_format(value, sizeof(value), want), "%zu", size);
    }
}

Test(seal, seals_and_geneses_are_those_that_others_compute)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        CLEANUP(merkle_release) struct merkle m;
        struct seal_chain chain;
        uint8_t genesis[DIGEST_SIZE], first[DIGEST_SIZE], root[DIGEST_SIZE], hash[DIGEST_SIZE];
        char hex[DIGEST_HEX];

        cr_assert_eq(seal_chain_set(&chain, "scoring", "ballot", "310105"), 0);
        seal_genesis(&chain, genesis);
        cr_assert_str_eq(hex_format(genesis, sizeof(genesis), hex), known[i].genesis);
        merkle_init(&m, known[i].algorithm);
        for (uint8_t k = 0; k < 3; k++) {
            uint8_t leaf[DIGEST_SIZE];

            digest_once(known[i].algorithm, &k, 1, leaf);
            merkle_add(&m, leaf);
            merkle_root(&m, root);
            if (!k)
                seal_hash(known[i].algorithm, genesis, root, 1, 1, first);
        }
        seal_hash(known[i].algorithm, first, root, 2, 4, hash);
        cr_assert_str_eq(hex_format(hash, sizeof(hash), hex), known[i].seal);
    }
}

Test(seal, names_of_a_chain_are_there_and_fit)
{
    struct seal_chain chain = {.service = "before"};
    char name[SEAL_NAME + 1] = {0};

    cr_assert_eq(seal_chain_set(&chain, "", "l", "d"), SEAL_E_NAME);
    cr_assert_eq(seal_chain_set(&chain, "s", NULL, "d"), SEAL_E_NAME);
    cr_assert_eq(seal_chain_set(&chain, "s", "l", "\xff"), SEAL_E_NAME);
    cr_assert_eq(seal_chain_set(&chain, "s", "l\x1b[2J", "d"), SEAL_E_NAME);
    memset(name, 'n', SEAL_NAME);
    cr_assert_eq(seal_chain_set(&chain, "s", "l", name), SEAL_E_NAME);
    cr_assert_str_eq(chain.service, "before");
    name[SEAL_NAME - 1] = 0;
    cr_assert_eq(seal_chain_set(&chain, "s", "l", name), 0);
    cr_assert_str_eq(chain.district, name);
}

static const char *shown(enum seal_type type, const void *data, size_t size, struct str *s)
{
    str_clear(s);
    cr_assert_eq(seal_value_text(type, (struct bytes){data, size}, s), 0);
    return s->text;
}

Test(value, is_shown_as_its_bytes_say)
{
    CLEANUP(str_release) struct str s = STR_INIT;

    cr_assert_str_eq(shown(SEAL_TEXT, "样例", 6, &s), "样例");
    cr_assert_str_eq(shown(SEAL_TEXT, "", 0, &s), "");
    cr_assert_str_eq(shown(SEAL_BIGINT, "\xff\xff\xff\xff\xff\xff\xff\xfe", 8, &s), "-2");
    cr_assert_str_eq(shown(SEAL_BOOLEAN, "\1", 1, &s), "true");
    cr_assert_str_eq(shown(SEAL_BOOLEAN, "\0", 1, &s), "false");
    cr_assert_str_eq(shown(SEAL_TIMESTAMPTZ, "\0\0\0\0\0\0\0\1", 8, &s),
                     "2000-01-01T00:00:00.000001Z");
    cr_assert_str_eq(shown(SEAL_TIMESTAMPTZ, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8, &s),
                     "9223372036854775807");
    cr_assert_str_eq(shown(SEAL_UUID, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20", 16, &s),
                     "01020304-0506-0708-090a-0b0c0d0e0f10");
    cr_assert_str_eq(shown(SEAL_BYTEA, "abc", 3, &s), "3 bytes");
}

Test(value, bytes_that_are_not_of_the_type_are_refused)
{
    CLEANUP(str_release) struct str s = STR_INIT;

    cr_assert_eq(seal_value_text(SEAL_BIGINT, (struct bytes){(const uint8_t *)"1234", 4}, &s),
                 SEAL_E_TYPE);
    cr_assert_eq(seal_value_text(SEAL_TEXT, (struct bytes){(const uint8_t *)"\xff", 1}, &s),
                 SEAL_E_TYPE);
    cr_assert_eq(seal_value_text(SEAL_BOOLEAN, (struct bytes){(const uint8_t *)"\2", 1}, &s),
                 SEAL_E_TYPE);
    cr_assert_eq(seal_value_text(SEAL_UUID, (struct bytes){(const uint8_t *)"", 0}, &s),
                 SEAL_E_TYPE);
    cr_assert_eq(s.size, 0);
}
