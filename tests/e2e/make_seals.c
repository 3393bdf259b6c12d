/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_seals DIR - the files that seals.sh looks at, in an empty folder
 *
 * Ledger ballot of scoring in 310105 has 22 rows under seals that end at 1, 3, 16, 17 and 22; 1, 16 and 17 were signed in
 * October, 22 in November. Ledger log of intake in 310106 has 5 rows under seals that end at 2 and 5, all in SM3 and SM2.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/seal/file.h"
#include "tests/support/seal_samples.h"

static struct errtext why;
static struct seal_key *ed, *sm2, *other;
static struct samples ballot, intake, resized;

static int64_t at(const char *text)
{
    int64_t instant;

    CHECK(instant_parse(text, &instant) == 0);
    return instant;
}

static void say(const char *name, const char *text)
{
    FILE *f = fopen(name, "we");

    CHECK(f && fprintf(f, "%s\n", text) > 0 && fclose(f) == 0);
}

static struct seal_key *key_in(const char *name, enum seal_scheme scheme)
{
    char hex[2 * SEAL_PUBLIC_MAX + 1], hex_name[64];
    struct seal_key *key;

    CHECK(seal_key_new(name, scheme, &why) == 0 && seal_key_load(name, &key, &why) == 0);
    snprintf(hex_name, sizeof(hex_name), "%s.hex", name);
    hex_format(seal_key_public(key)->bytes, seal_key_public(key)->size, hex);
    say(hex_name, hex);
    return key;
}

static void make_ledgers(void)
{
    static const int sizes[] = {1, 2, 13, 1, 5}, other_sizes[] = {1, 2, 12, 2, 5}, few[] = {2, 3};
    static const enum digest_algorithm sha256[] = {DIGEST_SHA256, DIGEST_SHA256, DIGEST_SHA256,
                                                   DIGEST_SHA256, DIGEST_SHA256};
    static const enum digest_algorithm sm3[] = {DIGEST_SM3, DIGEST_SM3};

    samples_init(&ballot, "scoring", "ballot", "310105", sizes, sha256, 5);
    samples_init(&resized, "scoring", "ballot", "310105", other_sizes, sha256, 5);
    samples_init(&intake, "intake", "log", "310106", few, sm3, 2);
}

static void seals(const char *name, const struct samples *of_ballot, struct seal_key *key)
{
    CLEANUP(seal_log_close) struct seal_log *l = NULL;
    struct seal_signed lines[6];

    samples_sign(of_ballot, 0, at("2026-10-14T09:00:00+08:00"), key, &lines[0]);
    samples_sign(&intake, 0, at("2026-10-14T09:00:01+08:00"), sm2, &lines[1]);
    samples_sign(of_ballot, 2, at("2026-10-20T09:00:00+08:00"), key, &lines[2]);
    samples_sign(of_ballot, 3, at("2026-10-31T23:59:59+08:00"), key, &lines[3]);
    samples_sign(&intake, 1, at("2026-11-02T09:00:00+08:00"), sm2, &lines[4]);
    samples_sign(of_ballot, 4, at("2026-11-03T09:00:00+08:00"), key, &lines[5]);
    CHECK(seal_log_open(name, NULL, &l, &why) == 0);
    CHECK(seal_log_append(l, lines, 4, &why) == 0 && seal_log_append(l, lines + 4, 2, &why) == 0);
}

static void archive(const char *name, const struct samples *s, size_t from, size_t to,
                    const char *month)
{
    FILE *f = fopen(name, "we");

    CHECK(f);
    samples_archive(s, from, to, month, f);
    CHECK(fclose(f) == 0);
}

static void proof(const char *name, const struct samples *s, int64_t seq, size_t anchor,
                  struct seal_key *key)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(str_release) struct str text = STR_INIT;

    proof_format(samples_proof(s, a, seq, anchor, key), &text);
    say(name, text.text);
}

int main(int argc, char **argv)
{
    CHECK(argc == 2 && chdir(argv[1]) == 0);
    ed = key_in("ed.key", SEAL_ED25519);
    sm2 = key_in("sm2.key", SEAL_SM2);
    other = key_in("other.key", SEAL_ED25519);
    make_ledgers();
    seals("seals", &ballot, ed);
    seals("other_history", &resized, ed);
    seals("other_key", &ballot, other);
    archive("october", &ballot, 0, 3, "2026-10");
    archive("november", &ballot, 4, 4, "2026-11");
    archive("october_cut", &ballot, 0, 2, "2026-10");
    archive("october_resized", &resized, 0, 3, "2026-10");
    archive("november_resized", &resized, 4, 4, "2026-11");
    archive("sm", &intake, 0, 1, "2026-11");
    proof("proof", &ballot, 7, 3, ed);
    proof("proof_unsigned", &ballot, 7, 3, NULL);
    proof("proof_resized", &resized, 7, 3, ed);
    proof("proof_sm", &intake, 4, 1, sm2);
    samples_release(&ballot);
    samples_release(&resized);
    samples_release(&intake);
    seal_key_free(ed);
    seal_key_free(sm2);
    seal_key_free(other);
    return 0;
}
