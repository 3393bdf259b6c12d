/* SPDX-License-Identifier: Apache-2.0 */
/* What was signed against what is in the database now. */
#include "common/service/sealing/sealer.h"

#include <string.h>

#include "common/log/log.h"
#include "common/service/sealing/signed.h"

#include "common/base/banned.h"

enum { BATCH = 1000 };

struct batch_line {
    struct seal_chain chain;
    int64_t last;
    uint8_t hash[DIGEST_SIZE];
};
struct check {
    struct service *svc;
    struct pg *pg;
    void (*fault)(const struct ledger_fault *f, void *arg);
    void *arg;
    struct seal_checker *checker;
    struct seal_public ours, before; /* before: the key named last; size 0: none */
    bool ours_seen;
    struct signed_chains chains;
    struct batch_line *batch;
    size_t n;
    int failed;
};

static void say(struct check *c, const char *ledger, const char *district, int64_t seq,
                const char *reason)
{
    c->fault(&(struct ledger_fault){ledger, district, seq, reason}, c->arg);
}

/* ---- against the database ---- */

static void compare(struct check *c, const struct batch_line *line, const struct rows *rows,
                    size_t i)
{
    struct signed_chain *chain =
        signed_chains_add(&c->chains, line->chain.ledger, line->chain.district);
    struct bytes hash = rows_bytes(rows, i, "hash");
    bool cut = rows_null(rows, i, "head") || rows_i64(rows, i, "head") < line->last;
    bool other = hash.data
                     ? hash.size != DIGEST_SIZE || memcmp(hash.data, line->hash, DIGEST_SIZE) != 0
                     : !cut;

    if (other && !chain->told) {
        say(c, chain->ledger, chain->district, line->last, "signed");
        chain->told = true; /* those behind it cannot fit either, and say less */
    }
    if (cut && chain->beyond < line->last)
        chain->beyond = line->last;
}

static void check_batch(struct check *c)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const char **districts = arena_new_array(a, const char *, c->n + 1);
    const char **ledgers = arena_new_array(a, const char *, c->n + 1);
    int64_t *lasts = arena_new_array(a, int64_t, c->n + 1);
    struct tx *tx = tx_begin(c->pg, TX_SNAPSHOT, a);
    struct rows *rows;
    int r;

    for (size_t i = 0; i < c->n; i++) {
        districts[i] = c->batch[i].chain.district;
        ledgers[i] = c->batch[i].chain.ledger;
        lasts[i] = c->batch[i].last;
    }
    r = sql_query(tx, &sql_frame_seals_at, &rows, TA(districts, c->n), TA(ledgers, c->n),
                  IA(lasts, c->n));
    for (size_t i = 0; r == 0 && i < c->n; i++)
        compare(c, &c->batch[i], rows, i);
    tx_rollback(tx);
    c->n = 0;
    c->failed = r;
}

/* ---- the lines ---- */

/* An earlier key of ours is no fault; one that appears once ours is in use is. */
static void check_key(struct check *c, const struct seal_signed *s, int64_t line)
{
    CLEANUP(arena_free) struct arena *a = NULL;

    if (seal_public_equal(&s->key, &c->ours)) {
        c->ours_seen = true;
        return;
    }
    if (c->ours_seen)
        say(c, s->head.chain.ledger, s->head.chain.district, s->head.last, "key");
    if (c->before.size && seal_public_equal(&s->key, &c->before))
        return;
    c->before = s->key;
    a = arena_new();
    log_line(c->ours_seen ? LOG_ERROR : LOG_WARN, "the seal file has lines of another key", "line",
             arena_printf(a, "%lld", (long long)line), "key",
             hex_format(s->key.bytes, s->key.size, arena_alloc(a, 2 * s->key.size + 1)), NULL);
}

static bool on_line(void *arg, const struct seal_signed *s, int64_t line, const char *why)
{
    struct check *c = arg;

    (void)why;
    if (!s || strcmp(s->head.chain.service, c->svc->spec->name) != 0) {
        say(c, "seal.file", "line", line, "form");
        return true;
    }
    if (!seal_check(c->checker, s)) {
        say(c, s->head.chain.ledger, s->head.chain.district, s->head.last, "signature");
        return true;
    }
    check_key(c, s, line);
    c->batch[c->n] = (struct batch_line){.chain = s->head.chain, .last = s->head.last};
    memcpy(c->batch[c->n++].hash, s->head.hash, DIGEST_SIZE);
    if (c->n == BATCH)
        check_batch(c);
    return c->failed == 0;
}

static int check_file(struct check *c)
{
    int r = signed_lines_read(c->svc->set.seal_file, 0, on_line, c);

    if (r)
        say(c, "seal.file", "line", 0, "missing");
    if (!c->failed && c->n)
        check_batch(c);
    for (size_t i = 0; !c->failed && i < c->chains.n; i++)
        if (c->chains.list[i].beyond)
            say(c, c->chains.list[i].ledger, c->chains.list[i].district, c->chains.list[i].beyond,
                "cut");
    return err_fold(c->failed);
}

int sealer_check(struct service *svc, struct pg *pg,
                 void (*fault)(const struct ledger_fault *f, void *arg), void *arg)
{
    struct check c = {.svc = svc, .pg = pg, .fault = fault, .arg = arg};
    int r;

    if (!sealer_public(svc, &c.ours))
        return 0;
    c.batch = calloc(BATCH, sizeof(*c.batch));
    CHECK(c.batch);
    c.checker = seal_checker_new();
    r = check_file(&c);
    seal_checker_free(c.checker);
    signed_chains_release(&c.chains);
    free(c.batch);
    return r;
}
