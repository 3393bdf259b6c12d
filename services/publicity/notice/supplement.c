/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/notice/supplement.h"

#include <string.h>

#include "services/publicity/notice/notice_store.h"
#include "services/publicity/notice/notice_version.h"

#include "common/base/banned.h"

static int supplement_find_open(struct ctx *c, const char *list_id, struct notice **ret_notice)
{
    struct notice *notices;
    struct signature *signatures;
    size_t n, n_signatures, signed_by;
    int r = notices_of_list(c, list_id, &notices, &n);

    *ret_notice = NULL;
    for (size_t i = 0; r == 0 && i < n && !*ret_notice; i++) {
        if (strcmp(notices[i].kind, "supplementary") != 0 || strcmp(notices[i].state, "draft") != 0)
            continue;
        r = notice_signatures(c, notices[i].id, &signatures, &n_signatures);
        if (r)
            return r;
        signed_by = 0;
        for (size_t k = 0; k < n_signatures; k++)
            signed_by += signatures[k].account != NULL;
        if (signed_by == 0)
            *ret_notice = &notices[i];
    }
    return r;
}

int notice_supplement(struct ctx *c, const struct programme *p, const struct notice *after,
                      const struct entry *promoted)
{
    struct notice n = {.list_id = after->list_id, .kind = "supplementary", .follows = after->id};
    const char *seed = arena_printf(c->arena, "supplementary %s", c->id_text);
    struct notice *open;
    struct uuid id;
    char text[UUID_TEXT];
    int r = supplement_find_open(c, after->list_id, &open);

    if (r)
        return r;
    if (open)
        return notice_extend(c, open, promoted);
    notice_begin(c, p, &n);
    uuid_derive(seed, strlen(seed), &id);
    n.id = arena_strdup(c->arena, uuid_format(&id, text));
    n.title = arena_printf(c->arena, "%s拟表彰名单补充公示", p->title);
    r = notice_number(c, p, &n.number);
    if (r)
        return r;
    return notice_insert(c, p, &n, promoted, 1);
}
