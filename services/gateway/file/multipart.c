/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/multipart.h"

#include <string.h>
#include <strings.h>

#include "common/base/banned.h"

enum { PREAMBLE, AFTER_DELIMITER, HEADERS, CONTENT, DONE };
enum { HEADERS_MAX = 4096 };

bool multipart_init(struct multipart *m, const char *content_type)
{
    static const char type[] = "multipart/form-data";
    const char *p;
    size_t size;

    *m = (struct multipart){.pending = STR_INIT};
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
}

static void drop(struct multipart *m, size_t size)
{
    memmove(m->pending.text, m->pending.text + size, m->pending.size - size);
    m->pending.size -= size;
    m->pending.text[m->pending.size] = 0;
}

/* The value of a parameter like name="x" in one header line; false if absent or too long. */
static bool parameter(const char *line, const char *name, char *buf, size_t room)
{
    size_t size = strlen(name);

    for (const char *p = line; (p = strcasestr(p, name)); p += size)
        if (p > line && strchr("; \t", p[-1]) && p[size] == '=' && p[size + 1] == '"') {
            const char *value = p + size + 2;
            size_t n = strcspn(value, "\"");

            if (value[n] != '"' || n >= room)
                return false;
            memcpy(buf, value, n);
            buf[n] = 0;
            return true;
        }
    return false;
}

/* The headers of a part, ended by a NUL in place of the empty line. */
static void read_headers(struct multipart *m, char *headers)
{
    char *rest = headers, *line, name[16];

    m->in_file = false;
    while ((line = strtok_r(rest, "\r\n", &rest))) {
        if (strncasecmp(line, "content-disposition:", 20) != 0)
            continue;
        if (parameter(line, "name", name, sizeof(name)) && strcmp(name, "file") == 0 &&
            !m->had_file) {
            m->in_file = m->had_file = true;
            if (!parameter(line, "filename", m->file_name, sizeof(m->file_name)))
                m->file_name[0] = 0;
        }
    }
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
