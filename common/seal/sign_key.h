/* SPDX-License-Identifier: Apache-2.0 */
/* sign_key - the inside of a private key; for the files of sign only */
#pragma once
#include <openssl/evp.h>

#include "common/seal/sign.h"

struct seal_key {
    struct seal_public public;
    unsigned char *secret; /* Ed25519: libsodium's form, in guarded memory */
    EVP_PKEY *sm2;
};
