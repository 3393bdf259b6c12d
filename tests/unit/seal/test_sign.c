/* SPDX-License-Identifier: Apache-2.0 */
/* Constants: sign_vectors.sh beside this file. */
#include "common/seal/sign.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/seal/line.h"

#define ED_KEY "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define ED_SIGNATURE \
    "41c8a1e4f4edb2dd1799d878caef95f539e1f506cdc24a2a54151a367b949d44" \
    "6000c727d09594f7a2df85d7443afab51acbca9513f6ea044bd3c9fb0d47b20d"
#define SM2_KEY \
    "04a5c1fda7e41d0d09e4a1aa930f92bd56e276dbc62185e2feecf21242afbc79bd" \
    "746f4ef741ac3c235f7b0e7d23fbdc0bdbb48bb273e138fa7ee62bc4228bfaa3"
#define SM2_SIGNATURE \
    "3044022046a91a029f1bbab0f57942178e0c5a8e4f84f8dc3b5365920206b164dcdf1a33" \
    "022053dbdb90afedaff7ee5f43e8a2996ea62443241ce1fcd2314232f5ba87fc73fb"
/* the secret key of RFC 8032, 7.1, test 1 */
#define ED_PEM \
    "-----BEGIN PRIVATE KEY-----\n" \
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n" \
    "-----END PRIVATE KEY-----\n"

static char dir[64], path[128];
static struct seal_checker *checker;

static void setup(void)
{
    snprintf(dir, sizeof(dir), "/tmp/hp-sign-XXXXXX");
    cr_assert(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/seal.key", dir);
    checker = seal_checker_new();
}

static void teardown(void)
{
    unlink(path);
    rmdir(dir);
    seal_checker_free(checker);
}

TestSuite(sign, .init = setup, .fini = teardown);

static struct seal_head known_head(void)
{
    struct seal_head h = {.last = 42, .algorithm = DIGEST_SHA256, .at = 1763712000000001};

    cr_assert_eq(seal_chain_set(&h.chain, "scoring", "ballot", "310105"), 0);
    cr_assert_eq(hex_parse("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
                           h.hash, sizeof(h.hash)),
                 0);
    return h;
}

static struct seal_signed known_signed(const char *key, const char *signature)
{
    struct seal_signed s = {.head = known_head()};

    cr_assert_eq(seal_public_parse(key, &s.key), 0);
    s.signature_size = strlen(signature) / 2;
    cr_assert_eq(hex_parse(signature, s.signature, s.signature_size), 0);
    return s;
}

static void write_file(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    cr_assert_eq(fchmod(fd, mode), 0);
    close(fd);
}

static struct seal_key *new_key(enum seal_scheme scheme)
{
    struct seal_key *key = NULL;
    struct errtext e = {0};

    cr_assert_eq(seal_key_new(path, scheme, &e), 0, "%s", e.text);
    cr_assert_eq(seal_key_load(path, &key, &e), 0, "%s", e.text);
    return key;
}

Test(sign, signatures_of_others_fit)
{
    struct seal_signed ed = known_signed(ED_KEY, ED_SIGNATURE);
    struct seal_signed sm2 = known_signed(SM2_KEY, SM2_SIGNATURE);

    cr_assert(seal_check(checker, &ed));
    cr_assert(seal_check(checker, &sm2));
    cr_assert(seal_check(checker, &sm2)); /* by the key it keeps */
}

Test(sign, gives_the_signature_that_others_give)
{
    CLEANUP(seal_key_free) struct seal_key *key = NULL;
    struct seal_head head = known_head();
    struct seal_signed got, want = known_signed(ED_KEY, ED_SIGNATURE);
    struct errtext e = {0};

    write_file(ED_PEM, 0600);
    cr_assert_eq(seal_key_load(path, &key, &e), 0, "%s", e.text);
    cr_assert_eq(seal_sign(key, &head, &got), 0);
    cr_assert(seal_public_equal(&got.key, &want.key));
    cr_assert_eq(got.signature_size, want.signature_size);
    cr_assert_eq(memcmp(got.signature, want.signature, got.signature_size), 0);
}

static void signs_and_is_checked(enum seal_scheme scheme)
{
    CLEANUP(seal_key_free) struct seal_key *key = new_key(scheme);
    struct seal_head head = known_head();
    struct seal_signed s, other;

    cr_assert_eq(seal_sign(key, &head, &s), 0);
    cr_assert(seal_check(checker, &s));
#define CHANGED(change) \
    do { \
        other = s; \
        change; \
        cr_assert_not(seal_check(checker, &other), #change); \
    } while (0)
    CHANGED(other.head.chain.service[0] ^= 1);
    CHANGED(other.head.chain.ledger[1] ^= 1);
    CHANGED(other.head.chain.district[5] ^= 1);
    CHANGED(other.head.last++);
    CHANGED(other.head.at--);
    CHANGED(other.head.hash[31] ^= 0x80);
    CHANGED(other.head.algorithm = DIGEST_SM3);
    CHANGED(other.signature[other.signature_size - 1] ^= 1);
    CHANGED(other.signature_size--);
    CHANGED(other.key.bytes[20] ^= 1);
    cr_assert(seal_check(checker, &s));
}

Test(sign, ed25519_covers_every_field)
{
    signs_and_is_checked(SEAL_ED25519);
}

Test(sign, sm2_covers_every_field)
{
    signs_and_is_checked(SEAL_SM2);
}

Test(sign, a_key_file_is_private_and_never_replaced)
{
    CLEANUP(seal_key_free) struct seal_key *first = new_key(SEAL_SM2);
    CLEANUP(seal_key_free) struct seal_key *again = NULL;
    struct errtext e = {0};
    struct stat st;

    cr_assert_eq(stat(path, &st), 0);
    cr_assert_eq(st.st_mode & 07777, 0600);
    cr_assert_eq(seal_key_new(path, SEAL_ED25519, &e), -EEXIST);
    cr_assert_eq(seal_key_load(path, &again, &e), 0);
    cr_assert(seal_public_equal(seal_key_public(first), seal_key_public(again)));
}

Test(sign, a_key_that_others_can_read_is_refused)
{
    CLEANUP(seal_key_free) struct seal_key *key = NULL;
    struct errtext e = {0};

    write_file(ED_PEM, 0640);
    cr_assert_eq(seal_key_load(path, &key, &e), SEAL_KEY_E_OPEN);
    cr_assert(strstr(e.text, path));
    write_file(ED_PEM, 0604);
    cr_assert_eq(seal_key_load(path, &key, &e), SEAL_KEY_E_OPEN);
    cr_assert_null(key);
}

Test(sign, what_is_no_key_is_refused_without_repeating_it)
{
    CLEANUP(seal_key_free) struct seal_key *key = NULL;
    struct errtext e = {0};

    write_file("MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v", 0600);
    cr_assert_eq(seal_key_load(path, &key, &e), SEAL_KEY_E_BAD);
    cr_assert_null(strstr(e.text, "MC4C"));
    write_file("", 0600);
    cr_assert_eq(seal_key_load(path, &key, &e), SEAL_KEY_E_BAD);
    unlink(path);
    cr_assert_eq(seal_key_load(path, &key, &e), -ENOENT);
    cr_assert_eq(seal_key_load(dir, &key, &e), SEAL_KEY_E_BAD);
}

Test(sign, a_public_key_is_known_by_its_length)
{
    struct seal_public key;

    cr_assert_eq(seal_public_parse(ED_KEY, &key), 0);
    cr_assert_eq(key.scheme, SEAL_ED25519);
    cr_assert_eq(seal_public_parse(SM2_KEY, &key), 0);
    cr_assert_eq(key.scheme, SEAL_SM2);
    cr_assert_eq(seal_public_parse("", &key), SEAL_E_SCHEME);
    cr_assert_eq(
        seal_public_parse("zz5a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", &key),
        SEAL_E_SCHEME);
}

Test(sign, a_line_reads_as_it_was_written)
{
    struct seal_signed s = known_signed(SM2_KEY, SM2_SIGNATURE), got;
    CLEANUP(str_release) struct str text = STR_INIT;
    struct errtext e = {0};

    seal_signed_format(&s, &text);
    cr_assert_str_eq(
        text.text,
        "{\"kind\":\"signed\",\"service\":\"scoring\",\"ledger\":\"ballot\",\"district\":"
        "\"310105\","
        "\"last\":42,\"hash\":\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\","
        "\"at\":1763712000000001,\"algorithm\":\"sha256\",\"scheme\":\"sm2\",\"key\":\"" SM2_KEY
        "\",\"signature\":\"" SM2_SIGNATURE "\"}");
    cr_assert_eq(seal_signed_parse(text.text, text.size, &got, &e), 0, "%s", e.text);
    cr_assert(seal_check(checker, &got));
}

Test(sign, a_line_is_read_strictly)
{
    struct seal_signed s = known_signed(ED_KEY, ED_SIGNATURE), got;
    CLEANUP(str_release) struct str text = STR_INIT;
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"\"signed\"", "\"singed\""},
        {"\"last\":42", "\"last\":0"},
        {"\"last\":42", "\"last\":\"4\""},
        {"\"last\":42", "\"last\":4.2"},
        {"\"last\":42", "\"lost\":42"},
        {"\"sha256\"", "\"sha257\""},
        {"\"ed25519\"", "\"sm2\""},
        {"\"at\":", "\"more\":1,\"at\":"},
        {"\"310105\"", "\"\""},
        {"{\"kind\"", "[{\"kind\""},
        {"\"ledger\":", "\"service\":"},
    };

    seal_signed_format(&s, &text);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        CLEANUP(str_release) struct str changed = STR_INIT;
        const char *at = strstr(text.text, changes[i].from);
        struct errtext e = {0};

        cr_assert(at);
        str_add_bytes(&changed, text.text, (size_t)(at - text.text));
        str_add(&changed, changes[i].to);
        str_add(&changed, at + strlen(changes[i].from));
        cr_assert_eq(seal_signed_parse(changed.text, changed.size, &got, &e), SEAL_LINE_E_FORM,
                     "%s", changed.text);
        cr_assert(*e.text);
    }
}
