/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/proof.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/seal_samples.h"

static struct arena *a;
static struct samples samples;
static struct seal_key *key;
static struct seal_checker *checker;
static struct errtext why;
static char said[512]; /* codes of the faults */

static void setup(void)
{
    static const int sizes[] = {1, 2, 13, 1, 5};
    static const enum digest_algorithm algorithms[] = {DIGEST_SHA256, DIGEST_SHA256, DIGEST_SHA256,
                                                       DIGEST_SM3, DIGEST_SM3};
    char path[] = "/tmp/hp-proof-XXXXXX";
    int fd = mkstemp(path);

    cr_assert(fd >= 0);
    close(fd);
    unlink(path);
    cr_assert_eq(seal_key_new(path, SEAL_ED25519, &why), 0);
    cr_assert_eq(seal_key_load(path, &key, &why), 0);
    unlink(path);
    a = arena_new();
    checker = seal_checker_new();
    samples_init(&samples, "scoring", "ballot", "310105", sizes, algorithms, ARRAY_LEN(sizes));
}

static void teardown(void)
{
    samples_release(&samples);
    seal_checker_free(checker);
    seal_key_free(key);
    arena_free(a);
}

TestSuite(proof, .init = setup, .fini = teardown);

static void note(void *data, const struct seal_fault *f)
{
    size_t n = strlen(said);

    (void)data;
    snprintf(said + n, sizeof(said) - n, "%s%s", n ? " " : "", seal_reason_code(f->reason));
}

/* What is wrong with @p, after it was written and read. */
static const char *faults(const struct proof *p)
{
    const struct seal_listener listener = {.fault = note};
    CLEANUP(str_release) struct str text = STR_INIT;
    struct proof *read = NULL;
    size_t n;

    *said = 0;
    proof_format(p, &text);
    cr_assert_eq(proof_parse(a, text.text, text.size, &read, &why), 0, "%s: %s", why.text,
                 text.text);
    n = proof_check(read, checker, &listener);
    cr_assert_eq(n == 0, *said == 0);
    return said;
}

Test(proof, of_every_row_holds_at_every_later_seal)
{
    for (int64_t seq = 1; seq <= 22; seq++)
        for (size_t anchor = 0; anchor < samples.n_seals; anchor++)
            if (samples.seals[anchor].last >= seq)
                cr_assert_str_eq(faults(samples_proof(&samples, a, seq, anchor, key)), "");
    cr_assert_str_eq(faults(samples_proof(&samples, a, 7, 2, NULL)), "");
}

static struct proof *row_7(void)
{
    return samples_proof(&samples, a, 7, 4, key);
}

static struct proof_value *value_of(struct proof *p, size_t i)
{
    struct proof_value *values = arena_memdup(a, p->values, p->n_values * sizeof(*p->values));

    values[i].bytes.data = arena_memdup(a, values[i].bytes.data, values[i].bytes.size);
    p->values = values;
    return &values[i];
}

static struct proof_seal *seal_of(struct proof *p, size_t i)
{
    p->seals = arena_memdup(a, p->seals, p->n_seals * sizeof(*p->seals));
    return (struct proof_seal *)&p->seals[i];
}

Test(proof, names_what_was_changed)
{
    struct proof *p = row_7();

    ((uint8_t *)value_of(p, 4)->bytes.data)[0] = '?';
    cr_assert_str_eq(faults(p), "type digest"); /* half a character is no text */
    p = row_7();
    ((uint8_t *)value_of(p, 2)->bytes.data)[7] ^= 1;
    cr_assert_str_eq(faults(p), "digest");
    p = row_7();
    ((uint8_t *)value_of(p, 0)->bytes.data)[7] ^= 1;
    cr_assert_str_eq(faults(p), "seq digest");
    p = row_7();
    p->digest[3] ^= 1;
    cr_assert_str_eq(faults(p), "digest hash");
    p = row_7();
    p->path[1].hash[0] ^= 1;
    cr_assert_str_eq(faults(p), "hash");
    p = row_7();
    p->path[0].left = !p->path[0].left;
    cr_assert_str_eq(faults(p), "path hash");
    p = row_7();
    p->previous[9] ^= 1;
    cr_assert_str_eq(faults(p), "hash");
    p = row_7();
    p->hash[9] ^= 1;
    cr_assert_str_eq(faults(p), "hash hash"); /* of the row's seal and of the one after it */
    p = row_7();
    seal_of(p, 0)->root[0] ^= 1;
    cr_assert_str_eq(faults(p), "hash");
    p = row_7();
    seal_of(p, 1)->hash[0] ^= 1;
    cr_assert_str_eq(faults(p), "hash anchor");
    p = row_7();
    seal_of(p, 0)->last = 3;
    cr_assert_str_eq(faults(p), "range hash hash");
}

Test(proof, names_a_signature_that_is_not_of_its_end)
{
    struct proof *p = row_7();

    p->signed_head.signature[5] ^= 1;
    cr_assert_str_eq(faults(p), "signature");
    p = row_7();
    p->n_seals--;
    cr_assert_str_eq(faults(p), "anchor");
    p = row_7();
    p->signed_head.head.at++;
    cr_assert_str_eq(faults(p), "signature");
    p = row_7();
    snprintf(p->signed_head.head.chain.ledger, SEAL_NAME, "log");
    cr_assert_str_eq(faults(p), "signature anchor");
}

Test(proof, binds_a_row_to_its_place_and_chain)
{
    struct proof *p = row_7();

    p->seq = 8;
    cr_assert_str_eq(faults(p), "seq path");
    p = row_7();
    p->first++;
    cr_assert_str_eq(faults(p), "path hash");
    p = row_7();
    p->last++;
    cr_assert_str_eq(faults(p), "hash range hash");
    p = row_7();
    snprintf(p->chain.district, SEAL_NAME, "310106");
    cr_assert_str_eq(faults(p), "digest anchor");
    p = samples_proof(&samples, a, 1, 0, key);
    p->previous[0] ^= 1;
    cr_assert_str_eq(faults(p), "hash genesis");
}

Test(proof, shows_only_what_the_bytes_say)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    const struct seal_listener listener = {.fault = note};
    struct proof *read = NULL;
    char *at;

    proof_format(row_7(), &text);
    at = strstr(text.text, "\"text\":\"7\"");
    cr_assert(at);
    at[8] = '9';
    *said = 0;
    cr_assert_eq(proof_parse(a, text.text, text.size, &read, &why), 0);
    cr_assert_eq(proof_check(read, checker, &listener), 1);
    cr_assert_str_eq(said, "text");
}

Test(proof, is_read_strictly)
{
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"\"proof\"", "\"prof\""},
        {"\"seq\":7", "\"seq\":-7"},
        {"\"left\"", "\"lift\""},
        {"\"bigint\"", "\"bigfloat\""},
        {"\"text\":\"7\"", "\"text\":null"},
        {"\"values\":[", "\"values\":[7,"},
        {"\"path\":[", "\"path\":7,\"x\":["},
        {"\"signed\":{", "\"signed\":{\"more\":1,"},
        {"\"bytes\":\"", "\"bytes\":\"0"},
        {"\"digest\":", "\"digest\":1,\"digest\":"},
    };
    CLEANUP(str_release) struct str text = STR_INIT;
    struct proof *read = NULL;

    proof_format(row_7(), &text);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        CLEANUP(str_release) struct str changed = STR_INIT;
        const char *at = strstr(text.text, changes[i].from);

        cr_assert(at, "%s", changes[i].from);
        str_add_bytes(&changed, text.text, (size_t)(at - text.text));
        str_add(&changed, changes[i].to);
        str_add(&changed, at + strlen(changes[i].from));
        cr_assert_eq(proof_parse(a, changed.text, changed.size, &read, &why), PROOF_E_FORM, "%s",
                     changes[i].to);
    }
    cr_assert_eq(proof_parse(a, text.text, text.size - 1, &read, &why), PROOF_E_FORM);
    str_add(&text, "{}");
    cr_assert_eq(proof_parse(a, text.text, text.size, &read, &why), PROOF_E_FORM);
}
