/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/sniff.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/document/package.h"

#include "common/base/banned.h"

enum {
    /* APPNOTE.TXT 6.3.10, section 4.3.16 */
    END_SIZE = 22, /* the end record without its comment */
    COMMENT_MAX = 65535,
    PDF_WITHIN = 1024, /* where Acrobat looks for the header: implementation note 13 of PDF 1.7 */
    PIECE = 1 << 16,
    OVERLAP = 64, /* between two pieces: longer than anything looked for */
};

static bool read_at(int fd, uint64_t at, void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(fd, (char *)data + done, size - done, (off_t)(at + done));

        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* Whether is_there finds something anywhere in the file. */
static bool holds(int fd, uint64_t size, bool (*is_there)(const char *data, size_t size))
{
    char *piece = malloc(PIECE);
    bool found = false;

    CHECK(piece);
    for (uint64_t at = 0; at < size && !found; at += PIECE - OVERLAP) {
        size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;

        found = read_at(fd, at, piece, n) && is_there(piece, n);
    }
    free(piece);
    return found;
}

static const char *refuse(enum reason *ret_why, enum reason why)
{
    *ret_why = why;
    return NULL;
}

/* ---- packages ---- */

static unsigned le16(const uint8_t *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

/* Whether the archive's end record ends the file, but for its comment. */
static bool ends_as_archive(int fd, uint64_t file_size)
{
    size_t size = file_size < END_SIZE + COMMENT_MAX ? (size_t)file_size : END_SIZE + COMMENT_MAX;
    uint8_t *tail;
    bool found = false;

    if (file_size < END_SIZE)
        return false;
    tail = malloc(size);
    CHECK(tail);
    if (read_at(fd, file_size - size, tail, size))
        for (size_t i = size - END_SIZE + 1; i-- > 0 && !found;)
            found =
                memcmp(tail + i, "PK\5\6", 4) == 0 && le16(tail + i + 20) == size - i - END_SIZE;
    free(tail);
    return found;
}

static const char *sniff_package(int fd, uint64_t size, enum reason *ret_why)
{
    static const enum reason whys[] = {
        [PACKAGE_E_OTHER] = reason_file_type_unknown,
        [PACKAGE_E_MACROS] = reason_file_has_macros,
        [PACKAGE_E_LOCKED] = reason_file_locked,
        [PACKAGE_E_LARGE] = reason_file_unpacks_large,
    };
    CLEANUP(arena_free) struct arena *a = NULL;
    struct package package;
    zip_t *zip;
    int copy, r;

    if (!ends_as_archive(fd, size))
        return refuse(ret_why, reason_file_type_unknown);
    copy = dup(fd);
    zip = copy < 0 ? NULL : zip_fdopen(copy, 0, &r); /* takes the copy */
    if (!zip) {
        if (copy >= 0)
            close(copy);
        return refuse(ret_why, reason_file_type_unknown);
    }
    a = arena_new();
    r = package_look(a, zip, &package);
    zip_discard(zip);
    return r ? refuse(ret_why, whys[r]) : strcmp(package.type, "docx") == 0 ? "docx" : "xlsx";
}

/* ---- PDF ---- */

static bool is_pdf(const char *head, size_t size)
{
    for (const char *p = head; (p = memmem(p, size - (size_t)(p - head), "%PDF-", 5)); p++) {
        size_t left = size - (size_t)(p - head);

        if (left >= 7 && (p[5] == '1' || p[5] == '2') && p[6] == '.')
            return true;
    }
    return false;
}

/* The trailer's entry: a reference or the dictionary itself (ISO 32000-1, 7.6.1). */
static bool has_encrypt(const char *data, size_t size)
{
    for (const char *p = data; (p = memmem(p, size - (size_t)(p - data), "/Encrypt", 8)); p++) {
        const char *q = p + 8, *end = data + size;

        while (q < end && *q && strchr(" \t\r\n\f", *q))
            q++;
        if (q < end &&
            ((*q >= '0' && *q <= '9' && q > p + 8) || (q + 1 < end && q[0] == '<' && q[1] == '<')))
            return true;
    }
    return false;
}

/* ---- old documents ---- */

/* An encrypted office document is a compound file with a stream of this name ([MS-OFFCRYPTO] 2.3.4.4). */
static bool has_encrypted_package(const char *data, size_t size)
{
    static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";

    return memmem(data, size, name, sizeof(name)) != NULL;
}

const char *sniff_type(int fd, uint64_t size, enum reason *ret_why)
{
    char head[PDF_WITHIN + 8] = {0};
    size_t n = size < sizeof(head) ? (size_t)size : sizeof(head);

    *ret_why = reason_file_type_unknown;
    if (!read_at(fd, 0, head, n))
        return NULL;
    if (memcmp(head, "\xff\xd8\xff", 3) == 0)
        return "jpeg";
    if (memcmp(head, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) == 0)
        return "png";
    if (memcmp(head, "PK\3\4", 4) == 0)
        return sniff_package(fd, size, ret_why);
    if (memcmp(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
        return refuse(ret_why, holds(fd, size, has_encrypted_package) ? reason_file_locked
                                                                      : reason_file_old);
    if (is_pdf(head, n))
        return holds(fd, size, has_encrypt) ? refuse(ret_why, reason_file_locked) : "pdf";
    return NULL;
}

/* ---- what they are called ---- */

static const struct kind {
    const char *type, *ending, *media;
} kinds[] = {
    {"jpeg", "jpg", "image/jpeg"},
    {"png", "png", "image/png"},
    {"pdf", "pdf", "application/pdf"},
    {"docx", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {NULL, "bin", "application/octet-stream"},
};

static const struct kind *kind_of(const char *type)
{
    const struct kind *k = kinds;

    while (k->type && strcmp(k->type, type) != 0)
        k++;
    return k;
}

const char *sniff_media(const char *type)
{
    return kind_of(type)->media;
}

const char *sniff_ending(const char *type)
{
    return kind_of(type)->ending;
}
