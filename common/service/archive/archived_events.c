/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/archive/archived_events.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/seal/archive.h"

#include "common/base/banned.h"

enum { BLOCK = 256 * 1024 };
#define PG_EPOCH_US INT64_C(946684800000000) /* 2000-01-01, from which PostgreSQL counts */

struct archived_events {
    struct bus_link *link;
    const char *folder;
    FILE *f; /* the one that is read; NULL: none */
    struct archive_reader *reader;
    char source[SEAL_NAME];
    int64_t at, last; /* the row read last, and the file's last one */
};

struct archived_events *archived_events_new(struct bus_link *link, const char *folder)
{
    struct archived_events *a = calloc(1, sizeof(*a));

    CHECK(a);
    a->link = link;
    a->folder = folder ? folder : "";
    return a;
}

static void close_file(struct archived_events *a)
{
    archive_reader_free(TAKE(a->reader));
    if (a->f)
        fclose(TAKE(a->f));
}

void archived_events_free(struct archived_events *a)
{
    if (!a)
        return;
    close_file(a);
    free(a);
}

/* ---- which file ---- */

static const Hp__Archive *file_with(const Hp__ArchiveList *list, const char *district, int64_t seq)
{
    for (size_t i = 0; i < list->n_files; i++) {
        const Hp__Archive *f = list->files[i];

        if (strcmp(f->ledger, "stream") == 0 && strcmp(f->district, district) == 0 &&
            f->first <= seq && seq <= f->last && f->sha256.len == DIGEST_SIZE &&
            !strchr(f->file, '/'))
            return f;
    }
    return NULL;
}

static int ask(struct archived_events *a, struct arena *arena, const char *source,
               const char *district, int64_t seq, int64_t patience_ms, const Hp__Archive **ret_file,
               struct errtext *e)
{
    Hp__ListArchives list = HP__LIST_ARCHIVES__INIT;
    Hp__ArchiveList *reply = NULL;
    Hp__Reply *answer;
    int r;

    list.ledger = (char *)"stream";
    list.district = (char *)district;
    r = bus_ask(a->link, arena, source,
                bus_envelope(arena, "bus.ListArchives", district, &list.base, patience_ms),
                &answer);

    if (r < 0)
        return err_pass(r);
    if (r == 0 && answer->status == HP__REPLY__STATUS__DONE)
        reply =
            hp__archive_list__unpack(arena_pb(arena), answer->payload.len, answer->payload.data);
    if (!reply) {
        errtext_set(e, "%s does not tell its archives", source);
        return EVENTS_E_UNAVAILABLE;
    }
    *ret_file = file_with(reply, district, seq);
    if (*ret_file)
        return 0;
    errtext_set(e, "%s has no archive of event %lld in %s", source, (long long)seq, district);
    return err_raise(-EBADMSG);
}

/* ---- opening it ---- */

static bool has_digest(FILE *f, const uint8_t sha256[DIGEST_SIZE])
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    uint8_t found[DIGEST_SIZE];
    char *block = malloc(BLOCK);
    size_t n;

    CHECK(block);
    while ((n = fread(block, 1, BLOCK, f)) > 0)
        digest_add(d, block, n);
    free(block);
    digest_finish(d, found);
    return !ferror(f) && memcmp(found, sha256, DIGEST_SIZE) == 0;
}

static int open_file(struct archived_events *a, const char *source, const Hp__Archive *file,
                     struct errtext *e)
{
    char path[4096];
    struct errtext unused;
    int r;

    close_file(a);
    snprintf(path, sizeof(path), "%s/%s", a->folder, file->file);
    a->f = *a->folder ? fopen(path, "re") : NULL;
    if (!a->f) {
        errtext_set(e, "the archive %s of %s is not in archive.folder", file->file, source);
        return err_raise(-ENOENT);
    }
    if (!has_digest(a->f, file->sha256.data)) {
        errtext_set(e, "the file %s is not what %s archived", path, source);
        return err_raise(-EBADMSG);
    }
    rewind(a->f);
    r = archive_reader_new(a->f, &a->reader, &unused);
    if (r) {
        errtext_set(e, "%s: the first line is no archive's", path);
        return r < 0 ? r : err_raise(-EBADMSG);
    }
    snprintf(a->source, sizeof(a->source), "%s", source);
    a->at = file->first - 1;
    a->last = file->last;
    return 0;
}

/* ---- events ---- */

static struct bytes value_of(const struct archive_head *h, const struct bytes *values,
                             const char *column, enum seal_type type)
{
    for (size_t i = 0; i < h->n_columns; i++)
        if (strcmp(h->columns[i].name, column) == 0 && h->columns[i].type == type)
            return values[i];
    return (struct bytes){0};
}

static ProtobufCBinaryData keep_bytes(struct arena *a, struct bytes b)
{
    return (ProtobufCBinaryData){b.size, b.data ? arena_memdup(a, b.data, b.size) : NULL};
}

static char *keep_text(struct arena *a, struct bytes b)
{
    return b.data ? arena_strndup(a, (const char *)b.data, b.size) : NULL;
}

static Hp__Event *event_of(struct arena *a, const struct archive_head *h, int64_t seq,
                           const struct bytes *values)
{
    Hp__Event *event = arena_new_one(a, Hp__Event);
    struct bytes at = value_of(h, values, "at", SEAL_TIMESTAMPTZ);
    struct bytes may_skip = value_of(h, values, "may_skip", SEAL_BOOLEAN);

    hp__event__init(event);
    event->event_id = keep_bytes(a, value_of(h, values, "event_id", SEAL_UUID));
    event->type = keep_text(a, value_of(h, values, "type", SEAL_TEXT));
    event->district = arena_strdup(a, h->chain.district);
    event->position = seq;
    event->at = at.size == 8 ? seal_value_int64(at.data) + PG_EPOCH_US : INSTANT_NONE;
    event->cause_id = keep_bytes(a, value_of(h, values, "cause_id", SEAL_UUID));
    event->has_cause_id = event->cause_id.len > 0;
    event->trace_id = keep_text(a, value_of(h, values, "trace_id", SEAL_TEXT));
    event->account = keep_text(a, value_of(h, values, "account", SEAL_TEXT));
    event->has_may_skip = event->may_skip = may_skip.size == 1 && *(const uint8_t *)may_skip.data;
    event->payload = keep_bytes(a, value_of(h, values, "payload", SEAL_BYTEA));
    return event->event_id.len == 16 && event->type && at.size == 8 ? event : NULL;
}

/* The next events behind @after, as far as the open file has them. */
static int read_rows(struct archived_events *a, struct arena *arena, int64_t after, int32_t max,
                     struct events *ret, struct errtext *e)
{
    const struct archive_head *h = archive_reader_head(a->reader);
    const struct bytes *values;
    int64_t seq;

    *ret = (struct events){.head = after};
    ret->list = arena_new_array(arena, Hp__Event *, max);
    while (a->at < a->last && ret->n < (size_t)max) {
        int r = archive_reader_next(a->reader, &seq, &values);
        Hp__Event *event;

        if (r < 0)
            return r;
        if (r || seq != a->at + 1)
            break;
        a->at = seq;
        if (seq <= after)
            continue;
        event = event_of(arena, h, seq, values);
        if (!event)
            break;
        ret->list[ret->n++] = event;
    }
    if (ret->n)
        return 0;
    errtext_set(e, "an archive of %s in %s has no event %lld", a->source, h->chain.district,
                (long long)after + 1);
    return err_raise(-EBADMSG);
}

int archived_events_read(struct archived_events *a, struct arena *arena, const char *source,
                         const char *district, int64_t after, int32_t max, int64_t patience_ms,
                         struct events *ret_events, struct errtext *e)
{
    const struct archive_head *h = a->reader ? archive_reader_head(a->reader) : NULL;
    bool goes_on = h && strcmp(a->source, source) == 0 &&
                   strcmp(h->chain.district, district) == 0 && a->at == after && after < a->last;
    const Hp__Archive *file;
    int r = goes_on ? 0 : ask(a, arena, source, district, after + 1, patience_ms, &file, e);

    if (r == 0 && !goes_on)
        r = open_file(a, source, file, e);
    return r ? r : read_rows(a, arena, after, max, ret_events, e);
}
