/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clean - the one rule for text that comes from outside
 *
 * What people send is kept in one form: Unicode's NFC (UAX 15), without characters that are not seen (controls, format characters such as
 * U+200B and U+202E, fillers, non-characters), blanks of every kind cut at both ends. Nothing is dropped from within silently: a character
 * that may not stand is refused by its name and place. Lengths are counted afterwards.
 */
#pragma once
#include "common/base/arena.h"

enum text_kind {
    TEXT_LINE = 0,  /* a name, a title, a number: no line breaks */
    TEXT_PARAGRAPH, /* grounds, remarks: line breaks of any kind become LF, tabs blanks */
    TEXT_CODE, /* ids and codes: also without width, blanks and kinds of dashes; letters of a credit code, site and project in upper
                    case, of a UUID and a digest in lower case, of others as they are */
    TEXT_SEARCH, /* what is looked for: characters that may not stand cannot be meant, and are left out */
    TEXT_RAW, /* kept to the byte: passwords, cursors, whole documents, whose reader has a rule of its own */
};

/* A character that may not stand: its name ("U+200B") and its place in characters, from 1. */
struct text_fault {
    char character[12];
    size_t place;
};
enum { TEXT_E_CHARACTER = 1 };

/* The clean form of @text, valid UTF-8: in @a or @text itself; "" when nothing in it can be seen. */
int text_clean(struct arena *a, enum text_kind kind, const char *text, const char **ret_clean,
               struct text_fault *ret_fault) MUST_CHECK;

/*
 * What two texts have in common that people take for the same: compatibility forms folded (width, half-width kana, ligatures), letters
 * without case (NFKC_Casefold, UAX 44), all dashes as one, no blanks, nothing that is not seen. For comparing and searching, never shown.
 * Any UTF-8; in @a.
 */
const char *text_key(struct arena *a, const char *text);
