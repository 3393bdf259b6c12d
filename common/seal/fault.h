/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - what does not hold in a file of seals, and where
 */
#pragma once
#include "common/seal/seal.h"

/* A reason, its stable code, and its sentence in English (the msgid). */
#define SEAL_REASONS(X) \
    X(FORM, "form", N_("this is not in the form of such a file")) \
    X(TORN, "torn", N_("the last line is incomplete: its writing was interrupted, or it was cut")) \
    X(SIGNATURE, "signature", N_("the signature does not fit what it stands under")) \
    X(KEY, "key", N_("it was signed with a key that is not among those given")) \
    X(BACK, "back", N_("the chain goes back: more rows were signed before")) \
    X(FORK, "fork", N_("two histories were signed: the same place has another hash before")) \
    X(SEQ, "seq", N_("the row's own number is another")) \
    X(ORDER, "order", N_("rows are missing, twice or out of order before this one")) \
    X(TYPE, "type", N_("the bytes are not of the column's type")) \
    X(TEXT, "text", N_("the text shown is not what the bytes say")) \
    X(DIGEST, "digest", N_("the values give another digest: the row was changed")) \
    X(PATH, "path", N_("the way from the row to the root is not the one of its place")) \
    X(ROOT, "root", N_("the rows give another root: at least one of them was changed")) \
    X(HASH, "hash", N_("the seal does not follow from the one before it and its root")) \
    X(GENESIS, "genesis", N_("the chain does not begin where this ledger's chain begins")) \
    X(RANGE, "range", N_("the seal's range does not go on where the one before ended")) \
    X(COUNT, "count", N_("the end line names another number, place or hash than was found")) \
    X(END, "end", N_("the end line is missing: the file was cut")) \
    X(AFTER, "after", N_("something follows the end line")) \
    X(ANCHOR, "anchor", N_("the signed line is not one of the seal the proof leads to")) \
    X(NAME, "name", N_("the file is named as another archive than it is")) \
    X(FOLLOWS, "follows", N_("it does not follow from the archive before it")) \
    X(SIGNED_OTHER, "signed_other", N_("another hash was signed for this place")) \
    X(SIGNED_NONE, "signed_none", N_("a place was signed here at which no seal ends")) \
    X(SIGNED_BEYOND, "signed_beyond", \
      N_("more rows were signed than there are here: the tail is missing")) \
    X(UNSIGNED, "unsigned", N_("nobody has signed it yet")) \
    X(NOT_SIGNED, "not_signed", N_("the seal file has no line that covers this"))

enum seal_reason {
#define X(name, code, text) SEAL_R_##name,
    SEAL_REASONS(X)
#undef X
};
const char *seal_reason_code(enum seal_reason reason);
const char *seal_reason_text(enum seal_reason reason);

struct seal_fault {
    enum seal_reason reason;
    int64_t line;                   /* of the file, from 1; 0: of all of it */
    const struct seal_chain *chain; /* NULL: not known */
    int64_t first, last;            /* rows concerned; 0: not known */
    const char *detail;             /* more, for experts, untranslated; may be NULL */
};
/* Called for every fault in the order of the file; what it is given is borrowed. */
struct seal_listener {
    void (*fault)(void *data, const struct seal_fault *fault);
    void *data;
};
