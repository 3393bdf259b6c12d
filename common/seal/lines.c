/* SPDX-License-Identifier: Apache-2.0 */
/* lines - the reading half of line.h */
#include <errno.h>
#include <string.h>

#include "common/seal/line.h"

#include "common/base/banned.h"

enum { LINES_ROOM = 256 * 1024, LINE_MAX_SIZE = 64 * 1024 * 1024 };

struct lines {
    FILE *f;
    char *text;
    size_t room, size, at; /* text[at..size) is not given out yet */
    int64_t begin;         /* offset in the file of text[0] */
    int64_t line;          /* offset of the line given last */
    int64_t number;
    bool at_end;
};

struct lines *lines_new(FILE *f)
{
    struct lines *l = calloc(1, sizeof(*l));
    off_t at = ftello(f);

    if (!l)
        abort();
    l->f = f;
    l->begin = at > 0 ? at : 0;
    l->room = LINES_ROOM;
    l->text = malloc(l->room);
    if (!l->text)
        abort();
    return l;
}

void lines_free(struct lines *l)
{
    if (!l)
        return;
    free(l->text);
    free(l);
}

/* Read on behind what is there, after making room for it. */
static int more(struct lines *l)
{
    size_t got;

    if (l->at) {
        memmove(l->text, l->text + l->at, l->size - l->at);
        l->begin += (int64_t)l->at;
        l->size -= l->at;
        l->at = 0;
    }
    if (l->size == l->room) {
        char *text = realloc(l->text, 2 * l->room);

        if (!text)
            abort();
        l->text = text;
        l->room *= 2;
    }
    errno = 0;
    got = fread(l->text + l->size, 1, l->room - l->size, l->f);
    if (!got && ferror(l->f))
        return err_raise(errno ? -errno : -EIO);
    l->size += got;
    l->at_end = !got;
    return 0;
}

static int give(struct lines *l, size_t size, bool torn, const char **ret_text, size_t *ret_size)
{
    bool is_long = size > LINE_MAX_SIZE;

    l->line = l->begin + (int64_t)l->at;
    l->number++;
    *ret_text = l->text + l->at;
    *ret_size = size;
    l->at += torn ? size : size + 1;
    return is_long ? LINES_E_LONG : torn ? LINES_E_TORN : 0;
}

/* Drop the rest of a line that is too long. */
static int skip(struct lines *l)
{
    int64_t line = l->begin + (int64_t)l->at;
    char *end;
    int r;

    do {
        l->at = l->size;
        r = more(l);
        if (r)
            return r;
        end = memchr(l->text, '\n', l->size);
    } while (!end && !l->at_end);
    l->at = end ? (size_t)(end - l->text) + 1 : l->size;
    l->line = line;
    l->number++;
    return LINES_E_LONG;
}

int lines_next(struct lines *l, const char **ret_text, size_t *ret_size)
{
    size_t looked = 0;
    int r;

    for (;;) {
        size_t size = l->size - l->at;
        const char *end =
            size > looked ? memchr(l->text + l->at + looked, '\n', size - looked) : NULL;

        if (end)
            return give(l, (size_t)(end - (l->text + l->at)), false, ret_text, ret_size);
        if (size > LINE_MAX_SIZE)
            return skip(l);
        looked = size;
        if (l->at_end)
            return size ? give(l, size, true, ret_text, ret_size) : LINES_E_END;
        r = more(l);
        if (r)
            return r;
    }
}

int64_t lines_number(const struct lines *l)
{
    return l->number;
}

struct lines_place lines_place(const struct lines *l)
{
    return (struct lines_place){l->line, l->number};
}

int lines_back(struct lines *l, struct lines_place place)
{
    if (fseeko(l->f, (off_t)place.offset, SEEK_SET) != 0)
        return err_raise(-errno);
    l->begin = place.offset;
    l->size = l->at = 0;
    l->at_end = false;
    l->number = place.number - 1;
    return 0;
}
