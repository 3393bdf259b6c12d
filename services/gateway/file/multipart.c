/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/multipart.h"

#include <string.h>
#include <strings.h>

#include "common/base/banned.h"

enum { PREAMBLE, AFTER_DELIMITER, HEADERS, CONTENT, DONE };
enum { HEADERS_MAX = 16384, NAME_ROOM = 8192 };

bool multipart_init(struct multipart *m, const char *content_type)
{
    static const char type[] = "multipart/form-data";
    const char *p;
    size_t size;

    *m = (struct multipart){.pending = STR_INIT, .file_name = STR_INIT};
    if (!content_type || strncasecmp(content_type, type, sizeof(type) - 1) != 0)
        return false;
    p = strcasestr(content_type, "boundary=");
    if (!p)
        return false;
    p += strlen("boundary=");
    size = *p == '"' ? strcspn(++p, "\"") : strcspn(p, "; \t");
    if (size < 1 || size > 70)
        return false;
    m->delimiter_size =
        (size_t)snprintf(m->delimiter, sizeof(m->delimiter), "\r\n--%.*s", (int)size, p);
    str_add(&m->pending, "\r\n"); /* so that the first delimiter looks like the others */
    return true;
}

void multipart_release(struct multipart *m)
{
    str_release(&m->pending);
    str_release(&m->file_name);
}

static void drop(struct multipart *m, size_t size)
{
    memmove(m->pending.text, m->pending.text + size, m->pending.size - size);
    m->pending.size -= size;
    m->pending.text[m->pending.size] = 0;
}

/* ---- the parameters of a header ---- */

/* The value that begins at @p, up to the next ';', to @out; where it ends. */
static const char *value(const char *p, struct str *out)
{
    str_clear(out);
    if (*p != '"') {
        size_t n = strcspn(p, ";");

        str_add_bytes(out, p, n);
        while (out->size && strchr(" \t", out->text[out->size - 1]))
            out->text[--out->size] = '\0';
        return p + n;
    }
    for (p++; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1] == '"') /* other backslashes are those of a path */
            p++;
        str_add_char(out, *p);
    }
    return p + strcspn(p, ";");
}

static int hex(char c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

/* Undo %XX: of every byte, or of those alone that browsers escape in a quoted text (the quote and line breaks). */
static void percent_decode(struct str *s, bool all)
{
    size_t to = 0;

    for (size_t i = 0; i < s->size; i++) {
        int high = s->text[i] == '%' && i + 2 < s->size ? hex(s->text[i + 1]) : -1,
            low = high < 0 ? -1 : hex(s->text[i + 2]);
        int c = low < 0 ? -1 : high << 4 | low;

        if (c > 0 && (all || c == '"' || c == '\r' || c == '\n')) {
            s->text[to++] = (char)c;
            i += 2;
        } else {
            s->text[to++] = s->text[i];
        }
    }
    s->size = to;
    if (s->text)
        s->text[to] = '\0';
}

/* "UTF-8'zh'%E6%A0%B7": charset, language, value (RFC 8187, 3.2). The encoding is found later, whatever is said of it. */
static bool extended(struct str *s)
{
    char *first = s->text ? strchr(s->text, '\'') : NULL,
         *second = first ? strchr(first + 1, '\'') : NULL;
    size_t skip = second ? (size_t)(second + 1 - s->text) : 0;

    if (!skip)
        return false;
    memmove(s->text, s->text + skip, s->size - skip + 1);
    s->size -= skip;
    percent_decode(s, true);
    return s->size > 0;
}

struct disposition {
    struct str name, file_name, file_name_ext;
};

static void read_disposition(const char *p, struct disposition *d)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    struct str *into;
    size_t n;

    p += strcspn(p, ";");
    while (*p == ';') {
        p += strspn(p, "; \t");
        n = strcspn(p, "=; \t");
        into = n == 4 && strncasecmp(p, "name", 4) == 0        ? &d->name
               : n == 8 && strncasecmp(p, "filename", 8) == 0  ? &d->file_name
               : n == 9 && strncasecmp(p, "filename*", 9) == 0 ? &d->file_name_ext
                                                               : &text;
        p += n + strspn(p + n, " \t");
        if (*p != '=') {
            p += strcspn(p, ";");
            continue;
        }
        p++;
        p = value(p + strspn(p, " \t"), into->size ? &text : into); /* the first of a name counts */
    }
}

static void take_part(struct multipart *m, const char *line)
{
    struct disposition d = {STR_INIT, STR_INIT, STR_INIT};
    bool ext;

    read_disposition(line, &d);
    if (d.name.size && strcmp(d.name.text, "file") == 0 && !m->had_file) {
        m->in_file = m->had_file = true;
        ext = extended(&d.file_name_ext);
        if (!ext)
            percent_decode(&d.file_name, false);
        str_clear(&m->file_name);
        if ((ext ? &d.file_name_ext : &d.file_name)->size < NAME_ROOM)
            str_add_bytes(&m->file_name, (ext ? &d.file_name_ext : &d.file_name)->text,
                          (ext ? &d.file_name_ext : &d.file_name)->size);
    }
    str_release(&d.name);
    str_release(&d.file_name);
    str_release(&d.file_name_ext);
}

/* The headers of a part, ended by a NUL in place of the empty line. A line that begins with a blank goes on the one before. */
static void read_headers(struct multipart *m, char *headers)
{
    char *rest, *line;

    m->in_file = false;
    for (char *p = headers; (p = strpbrk(p, "\r\n")); p++)
        if (p[0] == '\r' && p[1] == '\n' && (p[2] == ' ' || p[2] == '\t'))
            p[0] = p[1] = ' ';
    for (rest = headers; (line = strtok_r(rest, "\r\n", &rest));)
        if (strncasecmp(line, "content-disposition:", 20) == 0)
            take_part(m, line + 20);
}

/* Hand on what cannot be the delimiter's beginning; go on behind the delimiter if it is whole. 1:
 * need more. */
static int content(struct multipart *m, multipart_fn *sink, void *arg)
{
    char *end = memmem(m->pending.text, m->pending.size, m->delimiter, m->delimiter_size);
    size_t keep = m->delimiter_size - 1, size;
    int r = 0;

    if (end)
        size = (size_t)(end - m->pending.text);
    else
        size = m->pending.size > keep ? m->pending.size - keep : 0;
    if (size && m->state == CONTENT && m->in_file)
        r = sink(m->pending.text, size, arg);
    if (r)
        return r;
    drop(m, end ? size + m->delimiter_size : size);
    if (!end)
        return 1;
    m->state = AFTER_DELIMITER;
    return 0;
}

static int headers(struct multipart *m)
{
    char *end = memmem(m->pending.text, m->pending.size, "\r\n\r\n", 4);
    size_t size;

    if (!end)
        return m->pending.size > HEADERS_MAX ? -1 : 1;
    size = (size_t)(end - m->pending.text) + 4;
    if (size > HEADERS_MAX || memchr(m->pending.text, 0, size))
        return -1;
    *end = 0;
    read_headers(m, m->pending.text);
    drop(m, size);
    m->state = CONTENT;
    return 0;
}

/* "--" ends the body, a line break begins a part. */
static int after_delimiter(struct multipart *m)
{
    if (m->pending.size < 2)
        return 1;
    if (memcmp(m->pending.text, "--", 2) == 0) {
        m->state = DONE;
        return 0;
    }
    if (memcmp(m->pending.text, "\r\n", 2) != 0)
        return -1;
    m->state = HEADERS; /* the line break stays: a part may have no headers at all */
    return 0;
}

int multipart_feed(struct multipart *m, const void *data, size_t size, multipart_fn *sink,
                   void *arg)
{
    int r = 0;

    str_add_bytes(&m->pending, data, size);
    while (r == 0 && m->state != DONE)
        if (m->state == HEADERS)
            r = headers(m);
        else if (m->state == AFTER_DELIMITER)
            r = after_delimiter(m);
        else
            r = content(m, sink, arg);
    if (m->state == DONE)
        str_clear(&m->pending); /* the epilogue means nothing */
    return r == 1 ? 0 : r;
}

bool multipart_complete(const struct multipart *m)
{
    return m->state == DONE && m->had_file;
}
