#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the constants that test_seal.c and test_merkle.c compare with.

Written from docs/core.md, "Seals", with nothing of the product: hashlib does SHA-256 and (through OpenSSL) SM3.
The constants of test_sign.c were made by sign_vectors.sh beside this file.
"""
import hashlib
import struct

CHAIN = ("scoring", "ballot", "310105")
VALUES = [
    struct.pack(">q", 42),
    "评选".encode(),
    None,
    b"",
    b"\x01",
    struct.pack(">q", 845_000_000_000_000),
    bytes.fromhex("0191d4e8c3a07b8c9d0e1f2a3b4c5d6e"),
    bytes(i % 251 for i in range(5000)),  # longer than what is gathered before hashing
]


def h(algorithm, data):
    return hashlib.new(algorithm, data).digest()


def field(x):
    return b"\xff\xff\xff\xff" if x is None else struct.pack(">I", len(x)) + x


def row(algorithm, ledger, district, values):
    return h(algorithm, b"\x00" + field(ledger.encode()) + field(district.encode()) + b"".join(map(field, values)))


def root(algorithm, leaves):
    """RFC 6962, 2.1, in its own words."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return h(algorithm, b"\x01" + root(algorithm, leaves[:k]) + root(algorithm, leaves[k:]))


def seal(algorithm, previous, top, first, last):
    return h(algorithm, b"\x02" + previous + top + struct.pack(">qq", first, last))


def genesis(service, ledger, district):
    return h("sha256", b"\x03" + b"".join(field(x.encode()) for x in (service, ledger, district)))


for algorithm in ("sha256", "sm3"):
    leaves = [h(algorithm, bytes([i])) for i in range(100)]
    print(algorithm)
    print("  row      ", row(algorithm, CHAIN[1], CHAIN[2], VALUES).hex())
    print("  empty row", row(algorithm, CHAIN[1], CHAIN[2], []).hex())
    print("  genesis  ", genesis(*CHAIN).hex())
    first = seal(algorithm, genesis(*CHAIN), leaves[0], 1, 1)
    print("  seal     ", seal(algorithm, first, root(algorithm, leaves[:3]), 2, 4).hex())
    for n in (1, 2, 3, 4, 5, 7, 8, 31, 33, 64, 100):
        print("  root %3d " % n, root(algorithm, leaves[:n]).hex())
