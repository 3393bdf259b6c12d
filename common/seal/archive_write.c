/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "common/seal/archive.h"
#include "common/seal/members.h"

#include "common/base/banned.h"

enum { FLUSH_AT = 256 * 1024 };

struct archive_writer {
    FILE *f;
    size_t n_columns;
    int64_t rows, seals;
    uint8_t hash[DIGEST_SIZE];
    int error; /* the first -errno */
    struct str text;
};

static void pass_on(struct archive_writer *w)
{
    errno = 0;
    if (!w->error && fwrite(w->text.text, 1, w->text.size, w->f) != w->text.size)
        w->error = errno ? -errno : -EIO;
    str_clear(&w->text);
}

static void end_line(struct archive_writer *w)
{
    str_add(&w->text, "}\n");
    if (w->text.size >= FLUSH_AT)
        pass_on(w);
}

static void write_head(struct archive_writer *w, const struct archive_head *h)
{
    struct str *out = &w->text;

    str_add(out, "{\"kind\":\"archive\",\"version\":1,\"service\":");
    json_add_text(out, h->chain.service);
    str_add(out, ",\"ledger\":");
    json_add_text(out, h->chain.ledger);
    str_add(out, ",\"district\":");
    json_add_text(out, h->chain.district);
    str_add(out, ",\"month\":");
    json_add_text(out, h->month);
    str_add(out, ",\"columns\":[");
    for (size_t i = 0; i < h->n_columns; i++) {
        str_add(out, i ? ",{\"name\":" : "{\"name\":");
        json_add_text(out, h->columns[i].name);
        str_printf(out, ",\"type\":\"%s\"}", seal_type_name(h->columns[i].type));
    }
    str_printf(out, "],\"first\":%lld,\"last\":%lld,\"algorithm\":\"%s\",\"previous\":",
               (long long)h->first, (long long)h->last, digest_name(h->algorithm));
    json_add_hex(out, h->previous, sizeof(h->previous));
    end_line(w);
}

struct archive_writer *archive_writer_new(FILE *f, const struct archive_head *head)
{
    struct archive_writer *w = calloc(1, sizeof(*w));

    if (!w)
        abort();
    CHECK(head->n_columns <= ARCHIVE_COLUMNS_MAX);
    w->f = f;
    w->text = STR_INIT;
    w->n_columns = head->n_columns;
    memcpy(w->hash, head->previous, sizeof(w->hash));
    write_head(w, head);
    return w;
}

void archive_writer_free(struct archive_writer *w)
{
    if (!w)
        return;
    str_release(&w->text);
    free(w);
}

void archive_row(struct archive_writer *w, int64_t seq, const struct bytes *values)
{
    str_printf(&w->text, "{\"kind\":\"row\",\"seq\":%lld,\"values\":[", (long long)seq);
    for (size_t i = 0; i < w->n_columns; i++) {
        if (i)
            str_add_char(&w->text, ',');
        if (values[i].data)
            json_add_hex(&w->text, values[i].data, values[i].size);
        else
            str_add(&w->text, "null");
    }
    str_add_char(&w->text, ']');
    end_line(w);
    w->rows++;
}

void archive_seal(struct archive_writer *w, const struct archive_seal *seal)
{
    str_printf(&w->text,
               "{\"kind\":\"seal\",\"first\":%lld,\"last\":%lld,\"algorithm\":\"%s\",\"root\":",
               (long long)seal->first, (long long)seal->last, digest_name(seal->algorithm));
    json_add_hex(&w->text, seal->root, sizeof(seal->root));
    str_add(&w->text, ",\"hash\":");
    json_add_hex(&w->text, seal->hash, sizeof(seal->hash));
    end_line(w);
    w->seals++;
    memcpy(w->hash, seal->hash, sizeof(w->hash));
}

int archive_end(struct archive_writer *w)
{
    str_printf(&w->text,
               "{\"kind\":\"end\",\"rows\":%lld,\"seals\":%lld,\"hash\":", (long long)w->rows,
               (long long)w->seals);
    json_add_hex(&w->text, w->hash, sizeof(w->hash));
    end_line(w);
    pass_on(w);
    errno = 0;
    if (!w->error && fflush(w->f) != 0)
        w->error = errno ? -errno : -EIO;
    return w->error ? err_raise(w->error) : 0;
}
