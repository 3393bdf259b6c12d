/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing where the ledgers stand. The heads are read in one transaction with the seals they name and with the seals that were
 * signed last: what does not go on from there was rewritten or lost, and our key does not stand under both.
 */

#include "common/service/sealing/sealer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/seal/file.h"
#include "common/service/sealing/signed.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum {
    SIGN_MS = 1000,
    TAIL =
        64 << 20, /* of a longer file the end is read first: nearly always all chains are there */
};

struct sealer {
    struct service *svc;
    struct seal_key *key;
    struct workers *workers; /* one */
    uv_timer_t timer;
    /* loop thread */
    bool dirty, busy, stopping;
    void (*stopped)(struct service *svc);
    struct job job, last_job;
    /* the worker's */
    struct seal_log *log;
    struct signed_chains newest;
    enum { READ_NOTHING, READ_TAIL, READ_WHOLE } read;
    bool again; /* something is left to do */
    bool failing, copy_failing;
};

static struct metric *signed_total, *behind, *copy_missing;

/* ---- what was signed last ---- */

static bool note_line(void *arg, const struct seal_signed *s, int64_t line, const char *why)
{
    struct sealer *se = arg;
    struct signed_chain *c;

    (void)line;
    (void)why; /* what is wrong with the file is Verify's to say */
    if (!s || strcmp(s->head.chain.service, se->svc->spec->name) != 0)
        return true;
    c = signed_chains_add(&se->newest, s->head.chain.ledger, s->head.chain.district);
    c->last = s->head.last;
    memcpy(c->hash, s->head.hash, DIGEST_SIZE);
    return true;
}

static int read_file(struct sealer *se, bool whole, struct errtext *e)
{
    int64_t size = seal_log_state(se->log)->size, from = whole || size < TAIL ? 0 : size - TAIL;
    int r;

    signed_chains_release(&se->newest);
    r = signed_lines_read(se->svc->set.seal_file, from, note_line, se);
    if (r) {
        errtext_set(e, "%s: %s", se->svc->set.seal_file, strerror(-r));
        return err_pass(r);
    }
    se->read = from ? READ_TAIL : READ_WHOLE;
    return 0;
}

/* ---- what moved ---- */

struct moved_chain {
    const char *ledger, *district;
    int64_t last;
    struct bytes hash;
    struct signed_chain *before; /* NULL: never signed */
    enum digest_algorithm algorithm;
    bool sound; /* goes on from what was signed */
};
struct moved_chains {
    struct moved_chain *list;
    size_t n;
};

static bool is_new(const struct moved_chain *m)
{
    return !m->before || m->before->last != m->last || m->hash.size != DIGEST_SIZE ||
           memcmp(m->before->hash, m->hash.data, DIGEST_SIZE) != 0;
}

/* Those whose head is not the one that was signed last. @ret_unknown: of some nothing was read, and the file was not read whole. */
static int read_heads(struct sealer *se, struct tx *tx, struct moved_chains *ret, bool *ret_unknown)
{
    struct rows *rows;
    int r = tx_query(tx, &sql_frame_seal_heads, NULL, 0, &rows);
    size_t n = r ? 0 : rows_count(rows);

    if (r)
        return r;
    *ret = (struct moved_chains){arena_new_array(tx_arena(tx), struct moved_chain, n + 1), 0};
    *ret_unknown = false;
    for (size_t i = 0; i < n; i++) {
        struct moved_chain m = {.ledger = rows_text(rows, i, "ledger"),
                                .district = rows_text(rows, i, "district"),
                                .last = rows_i64(rows, i, "last"),
                                .hash = rows_bytes(rows, i, "hash")};

        m.before = signed_chains_find(&se->newest, m.ledger, m.district);
        *ret_unknown |= !m.before && se->read != READ_WHOLE;
        if (m.before && !m.before->last)
            m.before = NULL;
        if (is_new(&m))
            ret->list[ret->n++] = m;
    }
    return 0;
}

/* The seals of the heads, then those that were signed last (of a chain that never was, its head's again). */
static int read_seals(struct tx *tx, const struct moved_chains *m, struct rows **ret_rows)
{
    struct arena *a = tx_arena(tx);
    const char **districts = arena_new_array(a, const char *, 2 * m->n + 1);
    const char **ledgers = arena_new_array(a, const char *, 2 * m->n + 1);
    int64_t *lasts = arena_new_array(a, int64_t, 2 * m->n + 1);

    for (size_t i = 0; i < 2 * m->n; i++) {
        const struct moved_chain *c = &m->list[i % m->n];

        districts[i] = c->district;
        ledgers[i] = c->ledger;
        lasts[i] = i < m->n || !c->before ? c->last : c->before->last;
    }
    return sql_query(tx, &sql_frame_seals_at, ret_rows, TA(districts, 2 * m->n),
                     TA(ledgers, 2 * m->n), IA(lasts, 2 * m->n));
}

static bool same(struct bytes stored, const uint8_t hash[DIGEST_SIZE])
{
    return stored.size == DIGEST_SIZE && memcmp(stored.data, hash, DIGEST_SIZE) == 0;
}

static void judge(struct moved_chain *m, const struct rows *seals, size_t at, size_t before)
{
    m->sound = m->hash.size == DIGEST_SIZE && !rows_null(seals, at, "hash") &&
               same(rows_bytes(seals, at, "hash"), m->hash.data) &&
               digest_by_name(rows_text(seals, at, "algorithm"), &m->algorithm) == 0;
    if (m->before)
        m->sound &= m->before->last < m->last && !rows_null(seals, before, "hash") &&
                    same(rows_bytes(seals, before, "hash"), m->before->hash);
}

static int look(struct sealer *se, struct pg *pg, struct arena *a, struct moved_chains *ret,
                bool *ret_unknown, struct errtext *e)
{
    struct tx *tx = tx_begin(pg, TX_SNAPSHOT, a);
    struct rows *seals = NULL;
    int r = read_heads(se, tx, ret, ret_unknown);

    if (r == 0 && !*ret_unknown && ret->n)
        r = read_seals(tx, ret, &seals);
    if (r)
        errtext_set(e, "%s", tx_error(tx)->text);
    tx_rollback(tx);
    for (size_t i = 0; seals && i < ret->n; i++)
        judge(&ret->list[i], seals, i, ret->n + i);
    return r;
}

/* ---- signing ---- */

static void refuse_chain(struct sealer *se, const struct moved_chain *m)
{
    struct signed_chain *c = signed_chains_add(&se->newest, m->ledger, m->district);
    char last[24], signed_last[24];

    if (c->told)
        return;
    c->told = true;
    snprintf(last, sizeof(last), "%lld", (long long)m->last);
    snprintf(signed_last, sizeof(signed_last), "%lld", (long long)c->last);
    log_line(LOG_ERROR, "a ledger does not go on from what was signed: it is not signed any more",
             "ledger", m->ledger, "district", m->district, "last", last, "signed", signed_last,
             NULL);
}

static int sign_one(struct sealer *se, const struct moved_chain *m, int64_t at,
                    struct seal_signed *ret)
{
    struct seal_head head = {.last = m->last, .algorithm = m->algorithm, .at = at};

    if (seal_chain_set(&head.chain, se->svc->spec->name, m->ledger, m->district) != 0)
        return err_raise(-EINVAL);
    memcpy(head.hash, m->hash.data, DIGEST_SIZE);
    return seal_sign(se->key, &head, ret);
}

static void note_copy(struct sealer *se)
{
    const struct seal_log_state *st = seal_log_state(se->log);
    bool failing = st->copy == SEAL_COPY_BEHIND || st->copy == SEAL_COPY_DIFFERS;

    metric_set(copy_missing, NULL, st->copy == SEAL_COPY_NONE ? 0 : st->copy_missing);
    if (failing && !se->copy_failing)
        log_line(LOG_ERROR,
                 st->copy == SEAL_COPY_DIFFERS
                     ? "the copy of the seal file holds something else: it is left alone"
                     : "the copy of the seal file is not whole, trying again",
                 "error", st->copy_error.text[0] ? st->copy_error.text : NULL, NULL);
    else if (!failing && se->copy_failing)
        log_line(LOG_INFO, "the copy of the seal file is whole again", NULL);
    se->copy_failing = failing;
    se->again |= st->copy == SEAL_COPY_BEHIND;
}

static int append(struct sealer *se, const struct moved_chains *moved,
                  const struct seal_signed *lines, size_t n, struct errtext *e)
{
    int r = seal_log_append(se->log, lines, n, e);

    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        note_line(se, &lines[i], 0, NULL);
    metric_add(signed_total, NULL, (int64_t)n);
    metric_set(behind, NULL, (int64_t)(moved->n - n));
    note_copy(se);
    return 0;
}

static int sign_moved(struct sealer *se, const struct moved_chains *moved, struct arena *a,
                      struct errtext *e)
{
    struct seal_signed *lines = arena_new_array(a, struct seal_signed, moved->n + 1);
    int64_t at = wall_now_us();
    size_t n = 0;
    int r = 0;

    metric_set(behind, NULL, (int64_t)moved->n);
    for (size_t i = 0; i < moved->n && !r; i++) {
        if (!moved->list[i].sound) {
            refuse_chain(se, &moved->list[i]);
            continue;
        }
        r = sign_one(se, &moved->list[i], at, &lines[n]);
        if (r)
            errtext_set(e, "a seal cannot be signed: %s", strerror(-r));
        else
            n++;
    }
    return r ? r : append(se, moved, lines, n, e);
}

static int sign_all(struct sealer *se, struct pg *pg, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct moved_chains moved;
    bool unknown;
    int r = se->read == READ_NOTHING ? read_file(se, false, e) : 0;

    r = r ? r : look(se, pg, a, &moved, &unknown, e);
    if (r == 0 && unknown) {
        r = read_file(se, true, e);
        r = r ? r : look(se, pg, a, &moved, &unknown, e);
    }
    return r ? r : sign_moved(se, &moved, a, e);
}

/* ---- the worker's turn ---- */

static void sign_run(struct sealer *se, void *worker)
{
    struct pg *pg = worker_pg(worker, 0);
    struct errtext e = {0};
    int r;

    se->again = false;
    if (!pg) { /* its own worker says so */
        se->again = true;
        return;
    }
    r = sign_all(se, pg, &e);
    if (r && !se->failing)
        log_line(LOG_ERROR, "seals cannot be signed, trying again", "error",
                 e.text[0] ? e.text : NULL, NULL);
    else if (!r && se->failing)
        log_line(LOG_INFO, "seals are signed again", NULL);
    se->failing = r != 0;
    se->again |= r != 0;
}

static void job_run(struct job *job, void *worker)
{
    sign_run(container_of(job, struct sealer, job), worker);
}

static void last_job_run(struct job *job, void *worker)
{
    sign_run(container_of(job, struct sealer, last_job), worker);
}

/* ---- loop ---- */

static void on_timer(uv_timer_t *timer);

static void sign_in(struct sealer *se, uint64_t ms)
{
    if (!se->stopping && !se->busy && !uv_is_active((uv_handle_t *)&se->timer))
        uv_timer_start(&se->timer, on_timer, ms, 0);
}

static void job_done(struct job *job)
{
    struct sealer *se = container_of(job, struct sealer, job);

    se->busy = false;
    se->dirty |= se->again;
    if (se->dirty)
        sign_in(se, SIGN_MS);
}

static void last_job_done(struct job *job)
{
    struct sealer *se = container_of(job, struct sealer, last_job);

    if (se->again)
        log_line(LOG_WARN, "the last seals are not signed, the next start does it", NULL);
}

static void on_timer(uv_timer_t *timer)
{
    struct sealer *se = timer->data;

    se->dirty = false;
    se->busy = true;
    se->job = (struct job){.run = job_run, .done = job_done};
    workers_submit_own(se->workers, &se->job);
}

void sealer_moved(struct service *svc)
{
    struct sealer *se = svc->sealer;

    if (!se)
        return;
    se->dirty = true;
    sign_in(se, SIGN_MS);
}

static void on_closed(void *arg)
{
    struct sealer *se = arg;

    se->workers = NULL;
    se->stopped(se->svc);
}

void sealer_stop(struct service *svc, void (*stopped)(struct service *svc))
{
    struct sealer *se = svc->sealer;

    if (!se) {
        stopped(svc);
        return;
    }
    se->stopping = true;
    se->stopped = stopped;
    uv_close((uv_handle_t *)&se->timer, NULL);
    se->last_job = (struct job){.run = last_job_run, .done = last_job_done};
    workers_submit_own(se->workers, &se->last_job); /* behind one that is under way */
    workers_close(se->workers, on_closed, se);
}

/* ---- life ---- */

static int open_worker(struct sealer *se)
{
    struct workers_spec spec = {
        .n_threads = 1, .queue_limit = 1, .start = worker_start, .end = worker_end, .arg = se->svc};

    return err_fold(workers_new(&se->svc->loop, &spec, &se->workers));
}

static void note_opening(const struct sealer *se)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    int64_t cut = seal_log_state(se->log)->cut;

    if (cut)
        log_line(LOG_WARN, "the seal file ended in half a line, which was cut off", "bytes",
                 arena_printf(a, "%lld", (long long)cut), NULL);
    log_line(LOG_INFO, "seals are signed", "key", sealer_key(se->svc, a), NULL);
}

int sealer_new(struct service *svc, struct errtext *e)
{
    struct sealer *se;
    int r;

    if (!*svc->set.seal_key)
        return 0;
    signed_total =
        metric_register(METRIC_COUNTER, "hongping_seals_signed_total", NULL, "Seals signed.");
    behind =
        metric_register(METRIC_GAUGE, "hongping_seals_behind", NULL,
                        "Chains that moved and are not signed there yet; as it was last known.");
    copy_missing = metric_register(METRIC_GAUGE, "hongping_seal_copy_missing_bytes", NULL,
                                   "Bytes of the seal file that its copy lacks.");
    svc->sealer = se = calloc(1, sizeof(*se));
    CHECK(se);
    se->svc = svc;
    r = seal_key_load(svc->set.seal_key, &se->key, e);
    r = r ? r
          : seal_log_open(svc->set.seal_file, *svc->set.seal_copy ? svc->set.seal_copy : NULL,
                          &se->log, e);
    r = r ? r : open_worker(se);
    if (r)
        return err_fold(r);
    note_opening(se);
    uv_timer_init(&svc->loop, &se->timer);
    se->timer.data = se;
    sign_in(se, 0);
    return 0;
}

void sealer_free(struct service *svc)
{
    struct sealer *se = svc->sealer;

    if (!se)
        return;
    seal_key_free(se->key);
    if (se->log && seal_log_state(se->log)->size == 0)
        unlink(svc->set.seal_file); /* nothing was ever signed: an empty file is no seal file */
    seal_log_close(se->log);
    signed_chains_release(&se->newest);
    free(se);
    svc->sealer = NULL;
}

bool sealer_public(const struct service *svc, struct seal_public *ret_key)
{
    if (svc->sealer)
        *ret_key = *seal_key_public(svc->sealer->key);
    return svc->sealer != NULL;
}

const char *sealer_key(const struct service *svc, struct arena *a)
{
    struct seal_public key;

    if (!sealer_public(svc, &key))
        return NULL;
    return hex_format(key.bytes, key.size, arena_alloc(a, 2 * key.size + 1));
}
