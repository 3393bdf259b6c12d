/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/route.h"

#include <string.h>

#include "common/base/str.h"
#include "common/base/banned.h"

enum { SEGMENTS_MAX = 8 };

struct segments {
    const char *text[SEGMENTS_MAX]; /* decoded */
    size_t n;
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *percent_decode(struct arena *a, const char *text, size_t size)
{
    char *out = arena_alloc(a, size + 1);
    size_t n = 0;

    for (size_t i = 0; i < size; i++) {
        int high, low;

        if (text[i] != '%') {
            out[n++] = text[i];
            continue;
        }
        if (size - i < 3)
            return NULL;
        high = hex_digit(text[i + 1]);
        low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0)
            return NULL;
        out[n++] = (char)(high << 4 | low);
        i += 2;
    }
    out[n] = 0;
    return utf8_valid(out, n, NULL) ? out : NULL;
}

void percent_encode(struct str *out, const char *text)
{
    for (; *text; text++)
        if ((*text >= '0' && *text <= '9') || ((*text | 0x20) >= 'a' && (*text | 0x20) <= 'z') ||
            strchr("-._~", *text))
            str_add_char(out, *text);
        else
            str_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
}

static bool split(struct arena *a, const char *path, struct segments *ret)
{
    *ret = (struct segments){0};
    while (*path == '/') {
        size_t size = strcspn(++path, "/");
        char *text = percent_decode(a, path, size);

        if (!text || !size || ret->n == SEGMENTS_MAX)
            return false;
        ret->text[ret->n++] = text;
        path += size;
    }
    return *path == 0;
}

/* Whether the row's path has these segments; the number of literal ones it matched, or -1. Fills
 * the parameters. */
static int fit(struct arena *a, const struct api_row *row, const struct segments *segments,
               struct route_match *match)
{
    const char *p = row->path;
    int literals = 0;

    match->n_params = 0;
    for (size_t i = 0; i < segments->n; i++) {
        size_t size;

        if (*p != '/')
            return -1;
        size = strcspn(++p, "/");
        if (*p == '{') {
            CHECK(match->n_params < ROUTE_PARAMS_MAX);
            match->params[match->n_params].name = arena_strndup(a, p + 1, size - 2);
            match->params[match->n_params++].value = segments->text[i];
        } else if (strlen(segments->text[i]) == size && memcmp(p, segments->text[i], size) == 0) {
            literals++;
        } else {
            return -1;
        }
        p += size;
    }
    return *p ? -1 : literals;
}

static const char *allowed(struct arena *a, const struct segments *segments, int literals)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    struct route_match match = {0};

    for (const struct api_row *row = api_rows; row->service; row++) {
        if (!*row->path || fit(a, row, segments, &match) != literals)
            continue;
        str_printf(&out, "%s%s", out.size ? ", " : "", row->method);
        if (strcmp(row->method, "GET") == 0)
            str_add(&out, ", HEAD");
    }
    return arena_strdup(a, out.text);
}

int route_match(struct arena *a, const char *method, const char *path,
                struct route_match *ret_match)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    struct segments segments;
    int best = -1;

    *ret_match = (struct route_match){.head = strcmp(method, "HEAD") == 0};
    if (strncmp(path, API_PREFIX, strlen(API_PREFIX)) != 0)
        return ROUTE_E_UNKNOWN;
    if (!split(a, path + strlen(API_PREFIX) - 1, &segments) || segments.n < 2)
        return ROUTE_E_UNKNOWN;
    ret_match->district = segments.text[0];
    memmove(segments.text, segments.text + 1, --segments.n * sizeof(segments.text[0]));
    for (const struct api_row *row = api_rows; row->service; row++) {
        struct route_match match = *ret_match;
        int literals = *row->path ? fit(a, row, &segments, &match) : -1;

        bool takes = strcmp(row->method, wanted) == 0;

        if (literals > best || (literals >= 0 && literals == best && takes && !ret_match->row)) {
            match.row = takes ? row : NULL;
            *ret_match = match;
            best = literals;
        }
    }
    if (best < 0)
        return ROUTE_E_UNKNOWN;
    if (ret_match->row)
        return 0;
    ret_match->allow = allowed(a, &segments, best);
    return ROUTE_E_METHOD;
}

/* "<path>/{name}", with nothing behind it. */
static bool reads_below(const struct api_row *row, const char *path)
{
    size_t size = strlen(path);
    const char *rest = row->path + size;

    return strncmp(row->path, path, size) == 0 && strncmp(rest, "/{", 2) == 0 &&
           strchr(rest, '}')[1] == '\0';
}

bool route_makes(const struct api_row *row, const struct api_row **ret_read)
{
    bool listed = false;

    *ret_read = NULL;
    if (strcmp(row->method, "POST") != 0)
        return false;
    for (const struct api_row *other = api_rows; other->service; other++) {
        if (strcmp(other->method, "GET") != 0)
            continue;
        listed = listed || strcmp(other->path, row->path) == 0;
        if (reads_below(other, row->path))
            *ret_read = other;
    }
    return listed || *ret_read;
}

const char *route_last_param(struct arena *a, const char *path)
{
    const char *name = strrchr(path, '{');

    return name ? arena_strndup(a, name + 1, strcspn(name + 1, "}")) : NULL;
}
