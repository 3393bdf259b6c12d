/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "services/verify/verify.h"

#include "common/base/banned.h"

/* Chains by their names: open addressing, a power of two, at most half full. */
struct heads {
    struct head_chain **chains; /* in the order in which they came up */
    size_t n, room;
    struct head_chain **slots;
    size_t n_slots;
};

static void *grown(void *list, size_t n, size_t size)
{
    void *more = reallocarray(list, n, size);

    if (!more)
        abort();
    return more;
}

struct heads *heads_new(void)
{
    struct heads *h = calloc(1, sizeof(*h));

    if (!h)
        abort();
    h->n_slots = 64;
    h->slots = calloc(h->n_slots, sizeof(struct head_chain *));
    if (!h->slots)
        abort();
    return h;
}

void heads_free(struct heads *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->n; i++) {
        free(h->chains[i]->heads);
        free(h->chains[i]);
    }
    free(h->chains);
    free(h->slots);
    free(h);
}

static uint64_t add_text(uint64_t sum, const char *text)
{
    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (sum ^ '/') * UINT64_C(1099511628211);
}

static struct head_chain **slot_of(const struct heads *h, const struct seal_chain *chain)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    size_t i;

    sum = add_text(add_text(add_text(sum, chain->service), chain->ledger), chain->district);
    for (i = sum & (h->n_slots - 1); h->slots[i]; i = (i + 1) & (h->n_slots - 1))
        if (seal_chain_equal(&h->slots[i]->chain, chain))
            break;
    return &h->slots[i];
}

static struct head_chain *chain_new(struct heads *h, const struct seal_chain *chain)
{
    struct head_chain *c = calloc(1, sizeof(*c));

    if (!c)
        abort();
    c->chain = *chain;
    if (h->n == h->room) {
        h->room = h->room ? 2 * h->room : 32;
        h->chains = grown(h->chains, h->room, sizeof(struct head_chain *));
    }
    h->chains[h->n++] = c;
    if (2 * h->n > h->n_slots) {
        free(h->slots);
        h->n_slots *= 2;
        h->slots = calloc(h->n_slots, sizeof(struct head_chain *));
        if (!h->slots)
            abort();
        for (size_t i = 0; i < h->n - 1; i++)
            *slot_of(h, &h->chains[i]->chain) = h->chains[i];
    }
    *slot_of(h, chain) = c;
    return c;
}

const struct head_chain *heads_of(const struct heads *h, const struct seal_chain *chain)
{
    return *slot_of(h, chain);
}

size_t heads_count(const struct heads *h)
{
    return h->n;
}

const struct head_chain *heads_at(const struct heads *h, size_t i)
{
    return h->chains[i];
}

size_t head_from(const struct head_chain *c, int64_t last)
{
    size_t low = 0, high = c->n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c->heads[middle].last < last)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int heads_add(struct heads *h, const struct seal_head *head, int64_t line)
{
    struct head_chain *c = *slot_of(h, &head->chain);
    struct head *to;
    size_t i;

    if (!c)
        c = chain_new(h, &head->chain);
    i = head_from(c, head->last);
    if (i < c->n && c->heads[i].last == head->last &&
        (c->heads[i].algorithm != head->algorithm ||
         memcmp(c->heads[i].hash, head->hash, DIGEST_SIZE) != 0))
        return HEADS_E_FORK;
    if (i < c->n)
        return i == c->n - 1 && c->heads[i].last == head->last ? 0 : HEADS_E_BACK;
    if (c->n == c->room) {
        c->room = c->room ? 2 * c->room : 8;
        c->heads = grown(c->heads, c->room, sizeof(*c->heads));
    }
    to = &c->heads[c->n++];
    *to = (struct head){head->last, head->at, line, head->algorithm, {0}};
    memcpy(to->hash, head->hash, DIGEST_SIZE);
    return 0;
}
