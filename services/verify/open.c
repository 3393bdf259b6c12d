/* SPDX-License-Identifier: Apache-2.0 */
/* open - what a file is: its first line says it */
#include <errno.h>
#include <string.h>

#include "common/seal/line.h"
#include "services/verify/verify.h"

#include "common/base/banned.h"

enum { PROOF_MAX = 64 * 1024 * 1024, KIND_MAX = 16 };

/* The member "kind" of a JSON object, "" if the text is none or has none. */
static void kind_of(const char *text, size_t size, char ret_kind[KIND_MAX])
{
    json_t *object = json_loadb(text, size, 0, NULL);
    const char *kind = json_string_value(json_object_get(object, "kind"));

    snprintf(ret_kind, KIND_MAX, "%s", kind ? kind : "");
    json_decref(object);
}

static int first_line_kind(FILE *f, char ret_kind[KIND_MAX], bool *ret_empty)
{
    CLEANUP(lines_free) struct lines *lines = lines_new(f);
    const char *text = "";
    size_t size = 0;
    int r = lines_next(lines, &text, &size);

    if (r < 0)
        return r;
    *ret_empty = r == LINES_E_END;
    *ret_kind = 0;
    if (r == 0 || r == LINES_E_TORN)
        kind_of(text, size, ret_kind);
    return fseeko(f, 0, SEEK_SET) == 0 ? 0 : -errno;
}

/* A proof is one document, on one line or, from other hands, on several. False: it is none. */
static int whole_text(FILE *f, char **ret_text, size_t *ret_size)
{
    char *text = malloc(PROOF_MAX + 1);
    size_t size;

    if (!text)
        return -ENOMEM;
    errno = 0;
    size = fread(text, 1, PROOF_MAX + 1, f);
    if (ferror(f) || size > PROOF_MAX) {
        free(text);
        return size > PROOF_MAX ? -EFBIG : errno ? -errno : -EIO;
    }
    *ret_text = text;
    *ret_size = size;
    return fseeko(f, 0, SEEK_SET) == 0 ? 0 : -errno;
}

static void try_proof(struct verifier *v, FILE *f, bool certain, struct report *r)
{
    char *text = NULL, kind[KIND_MAX];
    size_t size = 0;
    int res = whole_text(f, &text, &size);

    if (!res && !certain)
        kind_of(text, size, kind);
    if (res == -EFBIG || (!res && !certain && strcmp(kind, "proof") != 0))
        report_unreadable(r, "%s", tr("this is no seal file, proof or archive of Hongping."));
    else if (res)
        report_unreadable(r, "%s", strerror(-res));
    else
        verify_proof(v, text, size, r);
    free(text);
}

static void verify_open(struct verifier *v, FILE *f, struct report *r)
{
    char kind[KIND_MAX] = "";
    bool empty = false;
    int res = first_line_kind(f, kind, &empty);

    if (res < 0) {
        report_unreadable(r, "%s", strerror(-res));
    } else if (empty) {
        report_unreadable(r, "%s", tr("the file is empty."));
    } else if (strcmp(kind, "signed") == 0) {
        CLEANUP(heads_free) struct heads *heads = heads_new();

        verify_seals(v, f, heads, r);
    } else if (strcmp(kind, "archive") == 0) {
        verify_archive(v, f, r);
    } else {
        try_proof(v, f, strcmp(kind, "proof") == 0, r);
    }
}

void verify_file(struct verifier *v, struct report *r)
{
    FILE *f = fopen(r->file, "re");

    if (!f) {
        report_unreadable(r, "%s", strerror(errno));
        return;
    }
    verify_open(v, f, r);
    fclose(f);
}
