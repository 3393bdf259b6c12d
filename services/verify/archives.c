/* SPDX-License-Identifier: Apache-2.0 */
/* archives - a month of a ledger: recomputed, compared with the archives and heads around it */
#include <string.h>

#include "common/base/clock.h"
#include "services/verify/verify.h"

#include "common/base/banned.h"

enum { LABEL = 128 };

struct check {
    struct report *r;
    const struct archive_head *head;
    const struct heads *against;
    int64_t covered;           /* the last row that a signature covers */
    const struct head *begins; /* the seal file's first, when it stands behind the archive */
};

static void take_seal(void *data, const struct archive_seal *seal, int64_t line)
{
    struct check *c = data;
    const struct head_chain *chain = c->against ? heads_of(c->against, &c->head->chain) : NULL;

    if (chain)
        against_seal(chain, seal, line, &c->covered, c->r);
}

/* The first instant of the archive's month (of an export: of none), in UTC, and one before its end: what is signed in the last minute may cover rows of the next. */
static void month_of(const struct archive_head *h, int64_t *ret_from, int64_t *ret_to)
{
    int year = 0, month = 0;
    int32_t from = 0, to = 0;

    *ret_from = *ret_to = INSTANT_NONE;
    if (sscanf(h->month, "%4d-%2d", &year, &month) == 2 && day_of(year, month, 1, &from) == 0 &&
        day_of(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1, &to) == 0) {
        *ret_from = from * DAY_US;
        *ret_to = to * DAY_US - 60 * SECOND_US;
    }
}

/* What was signed behind the archive's last row, as far as it belongs in it: up to the row that its
 * first line names, or signed within its month. */
static void check_tail(struct check *c, const struct head_chain *chain,
                       const struct archive_sum *sum)
{
    const struct archive_head *h = c->head;
    int64_t from, to, beyond = 0;

    month_of(h, &from, &to);
    for (size_t i = head_from(chain, sum->last); i < chain->n; i++) {
        const struct head *head = &chain->heads[i];

        if (head->last > sum->last &&
            (head->last <= h->last || (head->at >= from && head->at <= to)))
            beyond = head->last;
    }
    if (beyond)
        report_add(c->r, SEAL_R_SIGNED_BEYOND, 0, &h->chain, sum->last < beyond ? sum->last + 1 : 0,
                   beyond);
}

static void compare(struct check *c, const struct archive_sum *sum)
{
    const struct archive_head *h = c->head;
    const struct head_chain *chain = heads_of(c->against, &h->chain);
    int64_t n_before = c->r->n_faults;

    if (chain && chain->n && chain->heads[0].last > sum->last)
        c->begins = &chain->heads[0];
    if (chain) {
        against_previous(chain, h->first, h->previous, c->r);
        check_tail(c, chain, sum);
    }
    if (c->begins)
        c->r->verdict = c->r->verdict == VERDICT_HOLDS ? VERDICT_OPEN : c->r->verdict;
    else if (!c->covered && c->r->n_faults == n_before)
        report_add(c->r, SEAL_R_NOT_SIGNED, 0, &h->chain, h->first, h->last);
}

/* Whether archives of one chain that touch each other fit together. */
static void check_neighbours(struct verifier *v, const struct archive_head *h,
                             const struct archive_sum *sum, struct report *r)
{
    struct archive_end *end;

    for (size_t i = 0; i < v->n_ends; i++) {
        const struct archive_end *o = &v->ends[i];

        if (!seal_chain_equal(&o->chain, &h->chain))
            continue;
        if ((o->last == h->first - 1 && memcmp(o->hash, h->previous, DIGEST_SIZE) != 0) ||
            (o->first - 1 == sum->last && memcmp(o->previous, sum->hash, DIGEST_SIZE) != 0))
            report_add(r, SEAL_R_FOLLOWS, 0, &h->chain, h->first, sum->last);
    }
    v->ends = reallocarray(v->ends, v->n_ends + 1, sizeof(*v->ends));
    if (!v->ends)
        abort();
    end = &v->ends[v->n_ends++];
    *end = (struct archive_end){h->chain, h->first, sum->last, {0}, {0}};
    memcpy(end->previous, h->previous, DIGEST_SIZE);
    memcpy(end->hash, sum->hash, DIGEST_SIZE);
}

/* Whether @name is of the form that hongping archive gives: SERVICE.LEDGER.DISTRICT.2026-11.jsonl */
static bool is_given_name(const char *name)
{
    static const char form[] = ".0000-00.jsonl";
    size_t size = strlen(name), n = sizeof(form) - 1;
    const char *at = name + size - n;
    int dots = 0;

    if (size <= n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (form[i] == '0' ? at[i] < '0' || at[i] > '9' : at[i] != form[i])
            return false;
    for (; name < at; name++)
        dots += *name == '.';
    return dots == 2;
}

/* One that lies in the place of another is told by its name. */
static void check_name(const struct archive_head *h, struct report *r)
{
    const char *slash = strrchr(r->file, '/'), *name = slash ? slash + 1 : r->file;
    CLEANUP(str_release) struct str own = STR_INIT;

    str_printf(&own, "%s.%s.%s.%s.jsonl", h->chain.service, h->chain.ledger, h->chain.district,
               h->month);
    if (is_given_name(name) && strcmp(name, own.text) != 0)
        report_add(r, SEAL_R_NAME, 1, &h->chain, h->first, h->last);
}

/* Its month; of an export, which has none, its rows. */
static const char *label(const struct archive_head *h, char buf[LABEL])
{
    if (h->month[0])
        return h->month;
    snprintf(buf, LABEL, tr("rows %lld to %lld"), (long long)h->first, (long long)h->last);
    return buf;
}

static void say_holds(const struct check *c, const struct archive_sum *sum)
{
    const struct archive_head *h = c->head;
    struct str *s = &c->r->sentence;
    char buf[LABEL];

    if (!c->against) {
        str_printf(s,
                   tr("the archive agrees with itself: ledger %s of %s in %s, %s, %lld rows under "
                      "%lld seals. That it is the history that was signed can only be seen with "
                      "--against and the seal file."),
                   h->chain.ledger, h->chain.service, h->chain.district, label(h, buf),
                   (long long)sum->rows, (long long)sum->seals);
        return;
    }
    str_printf(s,
               tr("the archive holds and agrees with the seal file: ledger %s of %s in %s, %s, "
                  "%lld rows under %lld seals, signed up to row %lld of %lld."),
               h->chain.ledger, h->chain.service, h->chain.district, label(h, buf),
               (long long)sum->rows, (long long)sum->seals, (long long)c->covered,
               (long long)sum->last);
}

/* From before signing began, or before this seal file did. */
static void say_open(const struct check *c, const struct archive_sum *sum)
{
    const struct archive_head *h = c->head;
    char buf[LABEL];

    str_printf(
        &c->r->sentence,
        tr("the archive agrees with itself: ledger %s of %s in %s, %s, %lld rows under %lld "
           "seals. The seal file begins later, at row %lld of the ledger, and cannot show that "
           "this is what was there before: the archive ends at row %lld. Give it together with "
           "the archives up to that row: what does not join is named."),
        h->chain.ledger, h->chain.service, h->chain.district, label(h, buf), (long long)sum->rows,
        (long long)sum->seals, (long long)c->begins->last, (long long)sum->last);
}

void verify_archive(struct verifier *v, FILE *f, struct report *r)
{
    struct archive_head *head = calloc(1, sizeof(*head));
    struct check c = {.r = r, .head = head, .against = v->against};
    const struct archive_listener listener = {{report_fault, r}, take_seal, &c};
    struct archive_sum sum = {0};
    struct errtext e = {0};
    int res;

    if (!head)
        abort();
    r->kind = "archive";
    res = archive_check(f, &listener, head, &sum, &e);
    if (res < 0) {
        report_unreadable(r, "%s", strerror(-res));
    } else if (res == ARCHIVE_E_FORM) {
        const struct seal_fault fault = {SEAL_R_FORM, 1, NULL, 0, 0, e.text};

        report_fault(r, &fault);
    } else {
        check_name(head, r);
        check_neighbours(v, head, &sum, r);
        if (v->against)
            compare(&c, &sum);
    }
    if (r->verdict == VERDICT_HOLDS)
        say_holds(&c, &sum);
    else if (r->verdict == VERDICT_OPEN)
        say_open(&c, &sum);
    else if (r->verdict == VERDICT_FAULTY)
        str_printf(&r->sentence, tr("the archive does NOT hold: %lld faults among %lld rows."),
                   (long long)r->n_faults, (long long)sum.rows);
    free(head);
}
