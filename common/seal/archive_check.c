/* SPDX-License-Identifier: Apache-2.0 */
/* archive_check - the judging half of archive.h */
#include <string.h>

#include "common/seal/archive.h"
#include "common/seal/archive_row.h"
#include "common/seal/line.h"
#include "common/seal/members.h"
#include "common/seal/merkle.h"

#include "common/base/banned.h"

struct check {
    const struct archive_listener *listener;
    const struct archive_head *head;
    struct lines *lines;
    struct row_reader reader;
    enum digest_algorithm algorithm; /* of the row digests being made */
    struct row_digest *row;
    struct merkle merkle;     /* of the seal being read */
    struct lines_place begin; /* of its first row */
    int64_t first;            /* its first row */
    int64_t next;             /* the row that must come */
    int64_t sealed;           /* the last row under a seal */
    struct archive_sum sum;
    bool ended;
};

static void tell(struct check *c, enum seal_reason reason, int64_t first, int64_t last,
                 const char *detail)
{
    const struct seal_fault fault = {.reason = reason,
                                     .line = lines_number(c->lines),
                                     .chain = &c->head->chain,
                                     .first = first,
                                     .last = last,
                                     .detail = detail && *detail ? detail : NULL};

    c->sum.faults++;
    if (c->listener->faults.fault)
        c->listener->faults.fault(c->listener->faults.data, &fault);
}

/* ---- the first line ---- */

static int read_columns(const json_t *list, struct archive_head *h, struct errtext *e)
{
    h->n_columns = json_array_size(list);
    if (!h->n_columns || h->n_columns > ARCHIVE_COLUMNS_MAX) {
        errtext_set(e, "\"columns\"");
        return SEAL_E_FORM;
    }
    for (size_t i = 0; i < h->n_columns; i++) {
        const char *type = NULL;
        const struct member members[] = {
            {"name", MEMBER_NAME, h->columns[i].name},
            {"type", MEMBER_TEXT, &type},
        };
        int r = members_read(json_array_get(list, i), members, ARRAY_LEN(members), e);

        if (r)
            return r;
        if (seal_type_by_name(type, &h->columns[i].type) != 0) {
            errtext_set(e, "\"type\"");
            return SEAL_E_FORM;
        }
    }
    return 0;
}

static bool is_month(const char *text)
{
    static const char form[] = "0000-00";

    for (size_t i = 0; i < sizeof(form); i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return memcmp(text + 5, "01", 2) >= 0 && memcmp(text + 5, "12", 2) <= 0;
}

int archive_head_read(const char *text, size_t size, struct archive_head *h, struct errtext *e)
{
    json_t *object = NULL, *columns = NULL;
    const char *month = NULL;
    int64_t version = 0;
    const struct member members[] = {
        {"kind", MEMBER_IS, (void *)"archive"},
        {"version", MEMBER_INT, &version},
        {"service", MEMBER_NAME, h->chain.service},
        {"ledger", MEMBER_NAME, h->chain.ledger},
        {"district", MEMBER_NAME, h->chain.district},
        {"month", MEMBER_TEXT, &month},
        {"columns", MEMBER_LIST, &columns},
        {"first", MEMBER_SEQ, &h->first},
        {"last", MEMBER_SEQ, &h->last},
        {"algorithm", MEMBER_ALGORITHM, &h->algorithm},
        {"previous", MEMBER_HASH, h->previous},
    };
    const char *wrong = NULL;
    int r = members_parse(text, size, &object, e);

    if (!r)
        r = members_read(object, members, ARRAY_LEN(members), e);
    if (!r) {
        wrong = version != 1                 ? "version"
                : *month && !is_month(month) ? "month"
                : h->last < h->first         ? "last"
                                             : NULL;
        snprintf(h->month, sizeof(h->month), "%s", wrong ? "" : month);
        r = read_columns(columns, h, e);
    }
    json_decref(object);
    if (!r && wrong) {
        errtext_set(e, "\"%s\"", wrong);
        r = SEAL_E_FORM;
    }
    return r;
}

/* ---- rows ---- */

static void set_algorithm(struct check *c, enum digest_algorithm algorithm)
{
    row_digest_free(c->row);
    merkle_release(&c->merkle);
    c->algorithm = algorithm;
    c->row = row_digest_new(algorithm);
    merkle_init(&c->merkle, algorithm);
}

static void check_row(struct check *c, int r, int64_t seq, const uint8_t digest[DIGEST_SIZE],
                      const char *detail)
{
    if (!c->merkle.n)
        c->begin = lines_place(c->lines);
    merkle_add(&c->merkle, digest);
    c->sum.rows++;
    if (seq != c->next)
        tell(c, SEAL_R_ORDER, seq, seq, NULL);
    c->next = seq < INT64_MAX ? seq + 1 : seq;
    c->sum.last = seq;
    if (r == ROW_E_TYPE)
        tell(c, SEAL_R_TYPE, seq, seq, detail);
    else if (r == ROW_E_SEQ)
        tell(c, SEAL_R_SEQ, seq, seq, NULL);
}

/* ---- seals ---- */

/* The rows of the seal that ends at this line once more, with the algorithm it names. */
static int read_again(struct check *c, enum digest_algorithm algorithm)
{
    struct lines_place end = lines_place(c->lines);
    uint8_t digest[DIGEST_SIZE];
    struct errtext unused;
    const char *text;
    size_t size;
    int64_t seq;
    int r;

    set_algorithm(c, algorithm);
    r = lines_back(c->lines, c->begin);
    for (int64_t line = c->begin.number; line <= end.number && !r; line++) {
        r = lines_next(c->lines, &text, &size);
        if (r < 0 || line == end.number)
            break;
        r = r ? ROW_E_FORM
              : row_read(&c->reader, c->head, text, size, c->row, &seq, digest, &unused);
        if (r == 0 || r == ROW_E_TYPE || r == ROW_E_SEQ)
            merkle_add(&c->merkle, digest);
        r = 0; /* what is wrong with it was told the first time */
    }
    return r < 0 ? r : 0;
}

static void check_seal(struct check *c, const struct archive_seal *s)
{
    uint8_t value[DIGEST_SIZE];

    if (s->first - 1 != c->sealed || s->last < s->first || s->last != c->sum.last)
        tell(c, SEAL_R_RANGE, s->first, s->last, NULL);
    if (c->merkle.n)
        merkle_root(&c->merkle, value);
    if (!c->merkle.n || memcmp(value, s->root, sizeof(value)) != 0)
        tell(c, SEAL_R_ROOT, s->first, s->last, NULL);
    if (c->sum.seals == 0 && s->algorithm != c->head->algorithm)
        tell(c, SEAL_R_GENESIS, s->first, s->last, NULL); /* the head names the first seal's */
    seal_hash(s->algorithm, c->sum.hash, s->root, s->first, s->last, value);
    if (memcmp(value, s->hash, sizeof(value)) != 0)
        tell(c, SEAL_R_HASH, s->first, s->last, NULL);
    c->sealed = s->last;
    c->sum.seals++;
    memcpy(c->sum.hash, s->hash, sizeof(s->hash));
    if (c->listener->seal)
        c->listener->seal(c->listener->data, s, lines_number(c->lines));
}

static int take_seal(struct check *c, const json_t *object, struct errtext *e)
{
    struct archive_seal s = {0};
    const struct member members[] = {
        {"kind", MEMBER_IS, (void *)"seal"}, {"first", MEMBER_SEQ, &s.first},
        {"last", MEMBER_SEQ, &s.last},       {"algorithm", MEMBER_ALGORITHM, &s.algorithm},
        {"root", MEMBER_HASH, s.root},       {"hash", MEMBER_HASH, s.hash},
    };
    int r = members_read(object, members, ARRAY_LEN(members), e);

    if (r)
        return r;
    if (s.algorithm != c->algorithm && c->merkle.n)
        r = read_again(c, s.algorithm);
    if (r < 0)
        return r;
    check_seal(c, &s);
    merkle_reset(&c->merkle);
    return 0;
}

static int take_end(struct check *c, const json_t *object, struct errtext *e)
{
    int64_t rows = 0, seals = 0;
    uint8_t hash[DIGEST_SIZE];
    const struct member members[] = {
        {"kind", MEMBER_IS, (void *)"end"},
        {"rows", MEMBER_INT, &rows},
        {"seals", MEMBER_INT, &seals},
        {"hash", MEMBER_HASH, hash},
    };
    int r = members_read(object, members, ARRAY_LEN(members), e);

    if (r)
        return r;
    c->ended = true;
    if (c->merkle.n)
        tell(c, SEAL_R_RANGE, 0, c->sum.last, NULL);
    if (rows != c->sum.rows || seals != c->sum.seals || c->sum.last != c->head->last ||
        memcmp(hash, c->sum.hash, sizeof(hash)) != 0)
        tell(c, SEAL_R_COUNT, 0, 0, NULL);
    return 0;
}

/* ---- line by line ---- */

static int take_other(struct check *c, const char *text, size_t size, struct errtext *e)
{
    json_t *object = NULL;
    const char *kind;
    int r = members_parse(text, size, &object, e);

    if (r)
        return r;
    kind = json_string_value(json_object_get(object, "kind"));
    if (kind && strcmp(kind, "seal") == 0) {
        r = take_seal(c, object, e);
    } else if (kind && strcmp(kind, "end") == 0) {
        r = take_end(c, object, e);
    } else {
        errtext_set(e, "\"kind\"");
        r = SEAL_E_FORM;
    }
    json_decref(object);
    return r;
}

/* One line; faults are told, only -errno comes back. */
static int take_line(struct check *c, const char *text, size_t size)
{
    struct errtext e = {0};
    uint8_t digest[DIGEST_SIZE];
    int64_t seq;
    int r;

    if (c->ended) {
        tell(c, SEAL_R_AFTER, 0, 0, NULL);
        return 0;
    }
    r = row_read(&c->reader, c->head, text, size, c->row, &seq, digest, &e);
    if (r == 0 || r == ROW_E_TYPE || r == ROW_E_SEQ) {
        check_row(c, r, seq, digest, e.text);
        return 0;
    }
    if (r == ROW_E_OTHER)
        r = take_other(c, text, size, &e);
    if (r > 0)
        tell(c, SEAL_R_FORM, 0, 0, e.text);
    return r < 0 ? r : 0;
}

static int take_lines(struct check *c)
{
    const char *text;
    size_t size;
    int r;

    while ((r = lines_next(c->lines, &text, &size)) != LINES_E_END) {
        if (r < 0)
            return r;
        if (r == LINES_E_LONG)
            tell(c, SEAL_R_FORM, 0, 0, NULL);
        else if (r == LINES_E_TORN)
            tell(c, SEAL_R_TORN, 0, 0, NULL);
        r = r ? 0 : take_line(c, text, size);
        if (r)
            return r;
    }
    if (!c->ended)
        tell(c, SEAL_R_END, 0, 0, NULL);
    return 0;
}

static void begin(struct check *c)
{
    const struct archive_head *h = c->head;
    uint8_t genesis[DIGEST_SIZE];

    set_algorithm(c, h->algorithm);
    c->next = h->first;
    c->sealed = c->sum.last = h->first - 1;
    memcpy(c->sum.hash, h->previous, sizeof(c->sum.hash));
    seal_genesis(&h->chain, genesis);
    if (h->first == 1 && memcmp(genesis, h->previous, sizeof(genesis)) != 0)
        tell(c, SEAL_R_GENESIS, 0, 0, NULL);
}

int archive_check(FILE *f, const struct archive_listener *listener, struct archive_head *ret_head,
                  struct archive_sum *ret_sum, struct errtext *e)
{
    CLEANUP(lines_free) struct lines *lines = lines_new(f);
    struct check c = {.listener = listener, .head = ret_head, .lines = lines};
    const char *text;
    size_t size;
    int r = lines_next(lines, &text, &size);

    if (r < 0)
        return r;
    memset(ret_head, 0, sizeof(*ret_head));
    if (r == LINES_E_END || r == LINES_E_LONG || archive_head_read(text, size, ret_head, e) != 0)
        return ARCHIVE_E_FORM;
    begin(&c);
    r = take_lines(&c);
    *ret_sum = c.sum;
    row_digest_free(c.row);
    merkle_release(&c.merkle);
    row_reader_release(&c.reader);
    return r;
}
