/* SPDX-License-Identifier: Apache-2.0 */
/* The proof of a row that was archived: its values from the file, its seal from the database. */
#include "common/service/archive/archive_proof.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/db/ledger_proof.h"
#include "common/seal/merkle.h"
#include "common/service/archive/archive_file.h"
#include "common/service/archive/archive_list.h"

#include "common/base/banned.h"

/* @values of the row, kept in @arena. */
static void keep_values(struct arena *arena, const struct archive_head *h,
                        const struct bytes *values, struct proof *p)
{
    struct proof_value *kept = arena_new_array(arena, struct proof_value, h->n_columns);

    for (size_t i = 0; i < h->n_columns; i++) {
        kept[i].column = arena_strdup(arena, h->columns[i].name);
        kept[i].type = h->columns[i].type;
        if (values[i].data)
            kept[i].bytes =
                (struct bytes){arena_memdup(arena, values[i].data, values[i].size), values[i].size};
    }
    p->values = kept;
    p->n_values = h->n_columns;
}

/* The digests of the seal's rows, and the row's own values. False: they are not all there. */
static bool read_leaves(struct archive_reader *reader, struct arena *arena, struct proof *p,
                        uint8_t (*leaves)[DIGEST_SIZE])
{
    CLEANUP(row_digest_free) struct row_digest *d = row_digest_new(p->algorithm);
    const struct archive_head *h = archive_reader_head(reader);
    const struct bytes *values;
    int64_t seq, next = p->first;

    while (next <= p->last && archive_reader_next(reader, &seq, &values) == 0) {
        uint8_t *leaf = leaves[next - p->first];

        if (seq < p->first)
            continue;
        if (seq != next++)
            return false;
        row_digest_begin(d, p->chain.ledger, p->chain.district);
        for (size_t i = 0; i < h->n_columns; i++)
            row_digest_field(d, values[i].data, values[i].size);
        row_digest_finish(d, leaf);
        if (seq == p->seq) {
            keep_values(arena, h, values, p);
            memcpy(p->digest, leaf, DIGEST_SIZE);
        }
    }
    return next > p->last;
}

/* Whether the rows are those of the seal; then the way to its root. */
static bool find_path(struct proof *p, uint8_t (*leaves)[DIGEST_SIZE])
{
    uint8_t root[DIGEST_SIZE], hash[DIGEST_SIZE];

    p->n_path = merkle_path(p->algorithm, (const uint8_t(*)[DIGEST_SIZE])leaves,
                            (size_t)(p->last - p->first + 1), (size_t)(p->seq - p->first), p->path);
    merkle_path_root(p->algorithm, p->digest, p->path, p->n_path, root);
    seal_hash(p->algorithm, p->previous, root, p->first, p->last, hash);
    return memcmp(hash, p->hash, DIGEST_SIZE) == 0;
}

static bool read_file(FILE *f, struct arena *arena, struct proof *p)
{
    CLEANUP(archive_reader_free) struct archive_reader *reader = NULL;
    uint8_t(*leaves)[DIGEST_SIZE] = calloc((size_t)(p->last - p->first + 1), DIGEST_SIZE);
    struct errtext unused;
    bool found = leaves && archive_reader_new(f, &reader, &unused) == 0 &&
                 seal_chain_equal(&archive_reader_head(reader)->chain, &p->chain) &&
                 read_leaves(reader, arena, p, leaves) && find_path(p, leaves);

    free(leaves);
    return found;
}

static int find_archive(struct pg *pg, const struct ledger *ledger, const char *district,
                        int64_t seq, struct arena *arena, const struct archived **ret_archived,
                        struct errtext *e)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    struct archived *list;
    size_t n = 0;
    int r = archived_read(tx, ledger->name, district, &list, &n);

    if (r)
        errtext_set(e, "%s", tx_error(tx)->text);
    tx_rollback(tx);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (list[i].first <= seq && seq <= list[i].last) {
            *ret_archived = &list[i];
            return 0;
        }
    return r ? r : ARCHIVE_E_ROW;
}

int archive_proof_row(const struct service *svc, struct pg *pg, const struct ledger *ledger,
                      const char *district, int64_t seq, struct arena *arena,
                      struct proof *ret_proof, const struct archived **ret_archived,
                      struct errtext *e)
{
    char path[ARCHIVE_PATH];
    struct proof p;
    FILE *f;
    int fd, r = find_archive(pg, ledger, district, seq, arena, ret_archived, e);

    if (r)
        return r;
    r = ledger_proof_seal(pg, ledger, district, seq, arena, &p, e);
    if (r)
        return tx_failed(r) ? r : ARCHIVE_E_FILE;
    if (strchr((*ret_archived)->file, '/'))
        return ARCHIVE_E_FILE;
    fd = open(archive_path(svc, (*ret_archived)->file, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    f = fd < 0 ? NULL : fdopen(fd, "r");
    if (!f)
        return ARCHIVE_E_FILE;
    r = read_file(f, arena, &p) ? 0 : ARCHIVE_E_FILE;
    fclose(f);
    if (r == 0)
        *ret_proof = p;
    return r;
}
