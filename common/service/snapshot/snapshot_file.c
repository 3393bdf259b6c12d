/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot as a file:
 *
 *     "hongping snapshot 1\n"
 *     record             the head, a SnapshotHead
 *     of each table      record* of its rows (each its columns as COPY has them: length, bytes), then the length 0xffffffff alone
 *     digest             SHA-256 of all before it, 32 bytes
 *     "end\n"
 *
 * A record is its length as 4 bytes big-endian, and its bytes.
 */

#include "common/service/snapshot/snapshot_file.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/banned.h"

#define FORMAT "hongping snapshot "
#define MAGIC FORMAT "1\n"
#define END "end\n"

enum {
    MAGIC_SIZE = sizeof(MAGIC) - 1,
    END_SIZE = sizeof(END) - 1,
    TAIL_SIZE = DIGEST_SIZE + END_SIZE,
    HEAD_MAX = 16 * 1024 * 1024,
    BLOCK = 1024 * 1024
};
#define TABLE_END UINT32_MAX

/* ---- writing ---- */

static void put(struct snapshot_out *out, const void *data, size_t size)
{
    if (out->failed)
        return;
    errno = 0;
    if (size && fwrite(data, 1, size, out->f) != size)
        out->failed = err_raise(errno ? -errno : -EIO);
    digest_add(out->digest, data, size);
    out->bytes += (int64_t)size;
}

static void put_length(struct snapshot_out *out, uint32_t length)
{
    uint32_t be = htobe32(length);

    put(out, &be, sizeof(be));
}

void snapshot_out_init(struct snapshot_out *out, FILE *f, struct arena *a,
                       const Hp__SnapshotHead *head)
{
    struct bytes packed = bus_pack(a, &head->base);

    *out = (struct snapshot_out){.f = f, .digest = digest_new(DIGEST_SHA256)};
    put(out, MAGIC, MAGIC_SIZE);
    if (packed.size > HEAD_MAX)
        out->failed = err_raise(-EMSGSIZE);
    put_length(out, (uint32_t)packed.size);
    put(out, packed.data, packed.size);
}

void snapshot_out_release(struct snapshot_out *out)
{
    digest_free(TAKE(out->digest));
}

bool snapshot_put_row(struct snapshot_out *out, struct copy_row row)
{
    if (row.size > SNAPSHOT_ROW_MAX && !out->failed)
        out->failed = err_raise(-EMSGSIZE);
    put_length(out, (uint32_t)row.size);
    put(out, row.data, row.size);
    return !out->failed;
}

void snapshot_put_table_end(struct snapshot_out *out)
{
    put_length(out, TABLE_END);
}

int snapshot_put_end(struct snapshot_out *out)
{
    uint8_t sum[DIGEST_SIZE];

    digest_finish(out->digest, sum);
    put(out, sum, sizeof(sum));
    put(out, END, END_SIZE);
    if (!out->failed && fflush(out->f) != 0)
        out->failed = err_raise(-errno);
    return out->failed;
}

/* ---- reading ---- */

struct snapshot_in {
    FILE *f;
    const char *name;
    int64_t size, at, end; /* end: where the digest stands */
    struct digest *digest;
    uint8_t *room;
    size_t n_room;
};

static int bad(const struct snapshot_in *in, struct errtext *e, const char *what)
{
    errtext_set(e, "%s %s", in->name, what);
    return err_raise(-EBADMSG);
}

static int not_read(const struct snapshot_in *in, struct errtext *e)
{
    int r = errno ? -errno : -EIO;

    errtext_set(e, "%s cannot be read: %s", in->name, strerror(-r));
    return err_raise(r);
}

/* @size bytes of what the digest covers. */
static int take(struct snapshot_in *in, void *data, size_t size, struct errtext *e)
{
    if ((int64_t)size > in->end - in->at)
        return bad(in, e, "ends within a record");
    errno = 0;
    if (size && fread(data, 1, size, in->f) != size)
        return not_read(in, e);
    digest_add(in->digest, data, size);
    in->at += (int64_t)size;
    return 0;
}

static uint8_t *room(struct snapshot_in *in, size_t size)
{
    if (in->n_room < size) {
        free(in->room);
        in->room = malloc(size);
        CHECK(in->room);
        in->n_room = size;
    }
    return in->room;
}

static int rewind_to(struct snapshot_in *in, int64_t at, struct errtext *e)
{
    if (fseeko(in->f, at, SEEK_SET) != 0)
        return not_read(in, e);
    in->at = at;
    return 0;
}

/* Whether it begins and ends as one. */
static int look(struct snapshot_in *in, struct errtext *e)
{
    char head[MAGIC_SIZE + 1] = "", end[END_SIZE + 1] = "";
    struct stat st;

    if (fstat(fileno(in->f), &st) != 0)
        return not_read(in, e);
    in->size = st.st_size;
    in->end = in->size - TAIL_SIZE;
    if (fread(head, 1, MAGIC_SIZE, in->f) != MAGIC_SIZE && ferror(in->f))
        return not_read(in, e);
    if (strcmp(head, MAGIC) != 0)
        return bad(in, e,
                   strncmp(head, FORMAT, sizeof(FORMAT) - 1) == 0 && strlen(head) == MAGIC_SIZE
                       ? "is a snapshot of a format that this build does not read"
                       : "is no snapshot");
    if (in->end < MAGIC_SIZE || fseeko(in->f, -END_SIZE, SEEK_END) != 0 ||
        fread(end, 1, END_SIZE, in->f) != END_SIZE || strcmp(end, END) != 0)
        return bad(in, e, "is cut: its end is missing");
    return rewind_to(in, 0, e);
}

int snapshot_from(FILE *f, const char *name, struct snapshot_in **ret_in, struct errtext *e)
{
    CLEANUP(snapshot_close) struct snapshot_in *in = calloc(1, sizeof(*in));
    int r;

    CHECK(in);
    in->f = f;
    in->name = name;
    in->digest = digest_new(DIGEST_SHA256);
    r = look(in, e);
    if (r == 0)
        *ret_in = TAKE(in);
    return r;
}

void snapshot_close(struct snapshot_in *in)
{
    if (!in)
        return;
    fclose(in->f);
    digest_free(in->digest);
    free(in->room);
    free(in);
}

int64_t snapshot_size(const struct snapshot_in *in)
{
    return in->size;
}

int64_t snapshot_at(const struct snapshot_in *in)
{
    return in->at;
}

/* Of all that was read, which must be all there is. */
static int compare(struct snapshot_in *in, struct errtext *e)
{
    uint8_t sum[DIGEST_SIZE], told[DIGEST_SIZE];

    digest_finish(in->digest, sum);
    errno = 0;
    if (fread(told, 1, sizeof(told), in->f) != sizeof(told))
        return not_read(in, e);
    if (memcmp(sum, told, sizeof(sum)) != 0)
        return bad(in, e, "was changed: its digest is not that of what it holds");
    return 0;
}

int snapshot_check(struct snapshot_in *in, struct errtext *e)
{
    int64_t left = in->end - in->at;
    size_t n = left < BLOCK ? (size_t)left : BLOCK;
    int r;

    if (n)
        return take(in, room(in, BLOCK), n, e);
    r = compare(in, e);
    return r ? r : SNAPSHOT_WHOLE;
}

/* The next record's length, at most @most, or TABLE_END. */
static int take_length(struct snapshot_in *in, size_t most, uint32_t *ret, struct errtext *e)
{
    uint32_t be;
    int r = take(in, &be, sizeof(be), e);

    if (r)
        return r;
    *ret = be32toh(be);
    return *ret <= most || *ret == TABLE_END ? 0 : bad(in, e, "has a record that is too long");
}

int snapshot_head(struct snapshot_in *in, struct arena *a, Hp__SnapshotHead **ret_head,
                  struct errtext *e)
{
    uint32_t n = 0;
    uint8_t magic[MAGIC_SIZE];
    int r = rewind_to(in, 0, e);

    r = r ? r : take(in, magic, sizeof(magic), e);
    r = r ? r : take_length(in, HEAD_MAX, &n, e);
    if (r == 0 && n == TABLE_END)
        return bad(in, e, "has no head");
    r = r ? r : take(in, room(in, n + 1), n, e);
    if (r)
        return r;
    *ret_head = hp__snapshot_head__unpack(arena_pb(a), n, arena_memdup(a, in->room, n));
    if (!*ret_head || bus_text_fault(a, &(*ret_head)->base))
        return bad(in, e, "has a head that cannot be read");
    return 0;
}

int snapshot_row(struct snapshot_in *in, int n_columns, struct copy_row *ret_row, struct errtext *e)
{
    uint32_t n = 0;
    int r = take_length(in, SNAPSHOT_ROW_MAX, &n, e);

    if (r || n == TABLE_END)
        return r ? r : SNAPSHOT_TABLE_END;
    r = take(in, room(in, n + 1), n, e);
    if (r == 0)
        *ret_row = (struct copy_row){in->room, n, n_columns};
    return r;
}

int snapshot_end(struct snapshot_in *in, struct errtext *e)
{
    if (in->at != in->end)
        return bad(in, e, "has more than its head names");
    return compare(in, e);
}
