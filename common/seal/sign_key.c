/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/sign_key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/seal/durable.h"

#include "common/base/banned.h"

enum { KEY_FILE_MAX = 16 * 1024 };

/* ---- a new key ---- */

static int write_key(int fd, EVP_PKEY *pkey)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *text = NULL;
    long size;
    int r = 0;

    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL) != 1) {
        r = err_raise(-EIO);
    } else {
        size = BIO_get_mem_data(bio, &text);
        errno = 0;
        if (write(fd, text, (size_t)size) != size || fsync(fd) != 0)
            r = err_raise(errno ? -errno : -EIO);
    }
    BIO_free(bio);
    return r;
}

int seal_key_new(const char *path, enum seal_scheme scheme, struct errtext *e)
{
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, scheme == SEAL_SM2 ? "SM2" : "ED25519");
    int fd = -1, r = 0;

    if (!pkey)
        r = err_raise(-EIO);
    if (!r) {
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0)
            r = err_raise(-errno);
    }
    if (!r) {
        r = write_key(fd, pkey);
        if (!r)
            r = durable_name(path);
        if (r)
            unlink(path); /* half a key is in the way of the next try */
    }
    if (fd >= 0)
        close(fd);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    if (r)
        errtext_set(e, "%s: %s", path, strerror(-r));
    return r;
}

/* ---- loading ---- */

/* Without one the library would ask at the terminal. */
static int no_password(char *buf, int size, int rwflag, void *u)
{
    (void)buf, (void)size, (void)rwflag, (void)u;
    return 0;
}

static int check_owner(int fd, const char *path, struct errtext *e)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return err_raise(-errno);
    if (!S_ISREG(st.st_mode)) {
        errtext_set(e, "%s is no file", path);
        return SEAL_KEY_E_BAD;
    }
    if (st.st_uid != geteuid() && st.st_uid != 0) {
        errtext_set(e, "%s belongs to another user", path);
        return SEAL_KEY_E_OPEN;
    }
    if (st.st_mode & 077) {
        errtext_set(e, "%s can be read or written by others: chmod 600", path);
        return SEAL_KEY_E_OPEN;
    }
    return 0;
}

static int read_pem(int fd, EVP_PKEY **ret_pkey)
{
    char text[KEY_FILE_MAX];
    ssize_t size = read(fd, text, sizeof(text));
    EVP_PKEY *pkey = NULL;
    BIO *bio;

    if (size < 0)
        return err_raise(-errno);
    bio = BIO_new_mem_buf(text, (int)size);
    if (bio)
        pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    OPENSSL_cleanse(text, sizeof(text));
    ERR_clear_error();
    if (!pkey)
        return SEAL_KEY_E_BAD;
    *ret_pkey = pkey;
    return 0;
}

static int take_ed25519(struct seal_key *key, EVP_PKEY *pkey)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    size_t size = sizeof(seed);
    int r = 0;

    key->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (!key->secret)
        return err_raise(-ENOMEM);
    if (EVP_PKEY_get_raw_private_key(pkey, seed, &size) != 1 || size != sizeof(seed)) {
        r = SEAL_KEY_E_BAD;
    } else {
        crypto_sign_seed_keypair(key->public.bytes, key->secret, seed);
        key->public.scheme = SEAL_ED25519;
        key->public.size = crypto_sign_PUBLICKEYBYTES;
    }
    sodium_memzero(seed, sizeof(seed));
    return r;
}

static int take_sm2(struct seal_key *key, EVP_PKEY *pkey)
{
    size_t size = 0;

    if (EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, key->public.bytes,
                                        sizeof(key->public.bytes), &size) != 1 ||
        size != sizeof(key->public.bytes))
        return SEAL_KEY_E_BAD;
    key->public.scheme = SEAL_SM2;
    key->public.size = size;
    EVP_PKEY_up_ref(pkey);
    key->sm2 = pkey;
    return 0;
}

static int load(int fd, const char *path, struct seal_key *key, struct errtext *e)
{
    EVP_PKEY *pkey = NULL;
    int r = check_owner(fd, path, e);

    if (r)
        return r;
    r = read_pem(fd, &pkey);
    if (!r && EVP_PKEY_is_a(pkey, "ED25519"))
        r = take_ed25519(key, pkey);
    else if (!r && EVP_PKEY_is_a(pkey, "SM2"))
        r = take_sm2(key, pkey);
    else if (!r)
        r = SEAL_KEY_E_BAD;
    EVP_PKEY_free(pkey);
    if (r == SEAL_KEY_E_BAD)
        errtext_set(e, "%s holds no private key of Ed25519 or SM2 without a password", path);
    return r;
}

int seal_key_load(const char *path, struct seal_key **ret_key, struct errtext *e)
{
    CLEANUP(seal_key_free) struct seal_key *key = calloc(1, sizeof(*key));
    int fd, r;

    if (!key || sodium_init() < 0)
        abort();
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is refused, not waited for */
    if (fd < 0) {
        r = err_raise(-errno);
        errtext_set(e, "%s: %s", path, strerror(-r));
        return r;
    }
    r = load(fd, path, key, e);
    close(fd);
    if (r < 0)
        errtext_set(e, "%s: %s", path, strerror(-r));
    if (!r)
        *ret_key = TAKE(key);
    return r;
}

void seal_key_free(struct seal_key *key)
{
    if (!key)
        return;
    sodium_free(key->secret);
    EVP_PKEY_free(key->sm2);
    sodium_memzero(key, sizeof(*key));
    free(key);
}

const struct seal_public *seal_key_public(const struct seal_key *key)
{
    return &key->public;
}
