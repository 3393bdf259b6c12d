/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/sealing/signed.h"

#include <errno.h>
#include <string.h>

#include "common/seal/line.h"

#include "common/base/banned.h"

enum { FIRST_SLOTS = 64 };

void signed_chains_release(struct signed_chains *c)
{
    free(c->list);
    free(c->slots);
    *c = (struct signed_chains){0};
}

/* FNV-1a over both names. */
static uint64_t hash_of(const char *ledger, const char *district)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (; *ledger; ledger++)
        h = (h ^ (uint8_t)*ledger) * UINT64_C(0x100000001b3);
    h = (h ^ 0xff) * UINT64_C(0x100000001b3);
    for (; *district; district++)
        h = (h ^ (uint8_t)*district) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

/* The slot of the chain, or the free one where it belongs; there is always a free one. */
static uint32_t *slot_of(const struct signed_chains *c, const char *ledger, const char *district)
{
    size_t at = hash_of(ledger, district) & (c->n_slots - 1);

    for (;; at = (at + 1) & (c->n_slots - 1)) {
        const struct signed_chain *chain = c->slots[at] ? &c->list[c->slots[at] - 1] : NULL;

        if (!chain || (!strcmp(chain->ledger, ledger) && !strcmp(chain->district, district)))
            return &c->slots[at];
    }
}

struct signed_chain *signed_chains_find(const struct signed_chains *c, const char *ledger,
                                        const char *district)
{
    uint32_t at = c->n_slots ? *slot_of(c, ledger, district) : 0;

    return at ? &c->list[at - 1] : NULL;
}

static void grow(struct signed_chains *c)
{
    free(c->slots);
    c->n_slots = c->n_slots ? c->n_slots * 2 : FIRST_SLOTS;
    c->slots = calloc(c->n_slots, sizeof(*c->slots));
    c->room = c->n_slots / 2;
    c->list = realloc(c->list, c->room * sizeof(*c->list));
    CHECK(c->slots && c->list);
    for (size_t i = 0; i < c->n; i++)
        *slot_of(c, c->list[i].ledger, c->list[i].district) = (uint32_t)i + 1;
}

struct signed_chain *signed_chains_add(struct signed_chains *c, const char *ledger,
                                       const char *district)
{
    struct signed_chain *chain = signed_chains_find(c, ledger, district);

    if (chain)
        return chain;
    CHECK(strlen(ledger) < SEAL_NAME && strlen(district) < SEAL_NAME);
    if (c->n == c->room)
        grow(c);
    chain = &c->list[c->n++];
    *chain = (struct signed_chain){0};
    snprintf(chain->ledger, sizeof(chain->ledger), "%s", ledger);
    snprintf(chain->district, sizeof(chain->district), "%s", district);
    *slot_of(c, ledger, district) = (uint32_t)c->n;
    return chain;
}

/* ---- lines ---- */

/* Whether a line begins at @from. */
static int at_line(FILE *f, int64_t from, bool *ret_begins)
{
    *ret_begins = from == 0;
    if (from == 0)
        return 0;
    if (fseeko(f, from - 1, SEEK_SET) != 0)
        return err_raise(-errno);
    *ret_begins = fgetc(f) == '\n';
    return ferror(f) ? err_raise(-EIO) : 0;
}

int signed_lines_read(const char *path, int64_t from, signed_line_fn *fn, void *arg)
{
    FILE *f = fopen(path, "re");
    CLEANUP(lines_free) struct lines *lines = NULL;
    const char *text;
    bool begins = true, on = true;
    size_t size;
    int r;

    if (!f)
        return err_raise(-errno);
    r = at_line(f, from, &begins);
    lines = lines_new(f);
    while (!r && on) {
        struct seal_signed s;
        struct errtext e = {0};

        r = lines_next(lines, &text, &size);
        if (r == LINES_E_LONG)
            on = fn(arg, NULL, lines_number(lines), "the line is too long");
        else if (r == 0 && begins)
            on = seal_signed_parse(text, size, &s, &e) == 0
                     ? fn(arg, &s, lines_number(lines), NULL)
                     : fn(arg, NULL, lines_number(lines), e.text);
        begins = true;
        if (r == LINES_E_LONG)
            r = 0;
    }
    fclose(f);
    return r == LINES_E_END || r == LINES_E_TORN ? 0 : r;
}
