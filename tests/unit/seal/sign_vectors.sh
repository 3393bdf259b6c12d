#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the constants of test_sign.c: a statement's bytes, written from docs/core.md by hand, and signatures of it
# that OpenSSL's command made. Ed25519 gives the same signature each time; SM2 signs with a random number, so its
# key and signature differ from run to run and those of one run are kept.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
# the shell's own printf may know no \x
unhex() { sed 's/../\\x&/g' | xargs -0 /usr/bin/printf '%b'; }

# 0x04 | "scoring" | "ballot" | "310105" | "sha256" | last 42 | hash | at 1763712000000001
hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
{
    printf '\004\000\000\000\007scoring\000\000\000\006ballot\000\000\000\006310105\000\000\000\006sha256'
    printf '%016x%s%016x' 42 $hash 1763712000000001 | unhex
} >statement
printf 'statement %s\n' "$(od -An -tx1 -v statement | tr -d ' \n')"

# the secret key of RFC 8032, 7.1, test 1, behind the fixed head of its PKCS#8 form
printf '302e020100300506032b657004220420%s' \
    9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60 | unhex >ed.der
openssl pkey -inform DER -in ed.der -out ed.pem
printf 'ed25519 key %s\n' "$(openssl pkey -in ed.pem -pubout -outform DER | tail -c 32 | od -An -tx1 -v | tr -d ' \n')"
openssl pkeyutl -sign -rawin -inkey ed.pem -in statement -out ed.sig
printf 'ed25519 signature %s\n' "$(od -An -tx1 -v ed.sig | tr -d ' \n')"

openssl genpkey -algorithm SM2 -out sm2.pem 2>/dev/null
printf 'sm2 key %s\n' "$(openssl pkey -in sm2.pem -pubout -outform DER | tail -c 65 | od -An -tx1 -v | tr -d ' \n')"
openssl dgst -sm3 -sign sm2.pem -sigopt distid:1234567812345678 -out sm2.sig statement
printf 'sm2 signature %s\n' "$(od -An -tx1 -v sm2.sig | tr -d ' \n')"
