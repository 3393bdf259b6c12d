/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/sniff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/defs.h"
#include "common/base/banned.h"

/* APPNOTE.TXT 6.3.10, sections 4.3.12 and 4.3.16. */
enum {
    END_SIZE = 22, /* the end record without its comment */
    COMMENT_MAX = 65535,
    ENTRY_SIZE = 46,         /* a directory entry without its name */
    DIRECTORY_MAX = 1 << 20, /* an office document's is a few KiB */
};

static unsigned le16(const uint8_t *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static uint32_t le32(const uint8_t *p)
{
    return le16(p) | (uint32_t)le16(p + 2) << 16;
}

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

/* What the directory's names say. */
struct parts {
    bool types, word, sheet;
};

static void see_name(struct parts *parts, const char *name, size_t size)
{
#define IS(text) (size == sizeof(text) - 1 && memcmp(name, text, size) == 0)
    parts->types |= IS("[Content_Types].xml");
    parts->word |= IS("word/document.xml");
    parts->sheet |= IS("xl/workbook.xml");
#undef IS
}

/* Walk the entries; a directory that does not add up is no archive. */
static bool walk(const uint8_t *directory, size_t size, unsigned n_entries, struct parts *parts)
{
    size_t at = 0;

    for (unsigned i = 0; i < n_entries; i++) {
        size_t name, whole;

        if (size - at < ENTRY_SIZE || memcmp(directory + at, "PK\1\2", 4) != 0)
            return false;
        name = le16(directory + at + 28);
        whole = ENTRY_SIZE + name + le16(directory + at + 30) + le16(directory + at + 32);
        if (size - at < whole)
            return false;
        see_name(parts, (const char *)directory + at + ENTRY_SIZE, name);
        at += whole;
    }
    return at == size;
}

/* The end record stands last, before an optional comment: search backwards for one whose comment
 * ends the file. */
static const uint8_t *find_end(const uint8_t *tail, size_t size)
{
    for (size_t i = size - END_SIZE + 1; i-- > 0;)
        if (memcmp(tail + i, "PK\5\6", 4) == 0 && le16(tail + i + 20) == size - i - END_SIZE)
            return tail + i;
    return NULL;
}

static const char *judge(int fd, uint64_t end_at, const uint8_t *end)
{
    uint32_t size = le32(end + 12), at = le32(end + 16);
    struct parts parts = {0};
    uint8_t *directory;
    bool whole;

    if (size > DIRECTORY_MAX || (uint64_t)at + size != end_at || le16(end + 8) != le16(end + 10))
        return NULL;
    directory = malloc(size ? size : 1);
    if (!directory)
        abort();
    whole = read_at(fd, at, directory, size) && walk(directory, size, le16(end + 10), &parts);
    free(directory);
    if (!whole || !parts.types || parts.word == parts.sheet)
        return NULL;
    return parts.word ? "docx" : "xlsx";
}

static const char *sniff_zip(int fd, uint64_t file_size)
{
    size_t size = file_size < END_SIZE + COMMENT_MAX ? (size_t)file_size : END_SIZE + COMMENT_MAX;
    const char *type = NULL;
    const uint8_t *end;
    uint8_t *tail;

    if (file_size < END_SIZE)
        return NULL;
    tail = malloc(size);
    if (!tail)
        abort();
    if (read_at(fd, file_size - size, tail, size)) {
        end = find_end(tail, size);
        if (end)
            type = judge(fd, file_size - size + (uint64_t)(end - tail), end);
    }
    free(tail);
    return type;
}

const char *sniff_type(int fd, uint64_t size)
{
    uint8_t head[16] = {0};

    if (!read_at(fd, 0, head, size < sizeof(head) ? (size_t)size : sizeof(head)))
        return NULL;
    if (memcmp(head, "\xff\xd8\xff", 3) == 0)
        return "jpeg";
    if (memcmp(head, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) == 0)
        return "png";
    if (memcmp(head, "%PDF-1.", 7) == 0 || memcmp(head, "%PDF-2.", 7) == 0)
        return "pdf";
    if (memcmp(head, "PK\3\4", 4) == 0)
        return sniff_zip(fd, size);
    return NULL;
}

const char *sniff_media(const char *type)
{
    static const char *const media[][2] = {
        {"jpeg", "image/jpeg"},
        {"png", "image/png"},
        {"pdf", "application/pdf"},
        {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    };

    for (size_t i = 0; i < ARRAY_LEN(media); i++)
        if (strcmp(media[i][0], type) == 0)
            return media[i][1];
    return "application/octet-stream";
}
