/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <string.h>

#include "services/verify/verify.h"

#include "common/base/banned.h"

void report_add_printable(struct str *s, const char *text)
{
    for (size_t left = strlen(text); left;) {
        size_t n = utf8_step(text, left);

        if (n > 1 || (n == 1 && (unsigned char)*text >= 0x20 && *text != 0x7f))
            str_add_bytes(s, text, n);
        else
            str_add_char(s, '?');
        n = n ? n : 1;
        text += n;
        left -= n;
    }
}

void report_init(struct report *r, const char *file)
{
    *r = (struct report){.file = file, .name = STR_INIT, .sentence = STR_INIT};
    report_add_printable(&r->name, file);
    r->faults = json_array();
    r->remarks = json_array();
}

void report_release(struct report *r)
{
    str_release(&r->name);
    str_release(&r->sentence);
    json_decref(r->faults);
    json_decref(r->remarks);
}

/* "line 12, scoring ballot 310105, rows 4 to 16" as far as it is known. */
static void add_place(struct str *s, const struct seal_fault *f)
{
    const char *between = "";

    if (f->line) {
        str_printf(s, tr("line %lld"), (long long)f->line);
        between = tr(", ");
    }
    if (f->chain) {
        str_add(s, between);
        str_printf(s, tr("ledger %s of %s in %s"), f->chain->ledger, f->chain->service,
                   f->chain->district);
        between = tr(", ");
    }
    if (f->last) {
        str_add(s, between);
        if (f->first && f->first != f->last)
            str_printf(s, tr("rows %lld to %lld"), (long long)f->first, (long long)f->last);
        else
            str_printf(s, tr("row %lld"), (long long)f->last);
    }
}

static json_t *fault_json(const struct seal_fault *f)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    CLEANUP(str_release) struct str detail = STR_INIT;
    json_t *o = json_pack("{s:s}", "reason", seal_reason_code(f->reason));

    if (f->line)
        json_object_set_new(o, "line", json_integer(f->line));
    if (f->chain) {
        json_object_set_new(o, "service", json_string(f->chain->service));
        json_object_set_new(o, "ledger", json_string(f->chain->ledger));
        json_object_set_new(o, "district", json_string(f->chain->district));
    }
    if (f->first)
        json_object_set_new(o, "first", json_integer(f->first));
    if (f->last)
        json_object_set_new(o, "last", json_integer(f->last));
    if (f->detail) {
        report_add_printable(&detail, f->detail);
        json_object_set_new(o, "detail", json_string(detail.text));
    }
    add_place(&text, f);
    if (text.size)
        str_add(&text, tr(": "));
    str_add(&text, tr(seal_reason_text(f->reason)));
    if (f->detail)
        str_printf(&text, " (%s)", detail.text);
    json_object_set_new(o, "text", json_string(text.text));
    return o;
}

void report_fault(void *data, const struct seal_fault *fault)
{
    struct report *r = data;

    if (r->verdict == VERDICT_HOLDS)
        r->verdict = VERDICT_FAULTY;
    if (r->n_faults++ < FAULTS_SHOWN)
        json_array_append_new(r->faults, fault_json(fault));
}

void report_add(struct report *r, enum seal_reason reason, int64_t line,
                const struct seal_chain *chain, int64_t first, int64_t last)
{
    const struct seal_fault fault = {reason, line, chain, first, last, NULL};

    report_fault(r, &fault);
}

void report_remark(struct report *r, const char *fmt, ...)
{
    va_list ap;

    if (json_array_size(r->remarks) >= FAULTS_SHOWN)
        return;
    va_start(ap, fmt);
    json_array_append_new(r->remarks, json_vsprintf(fmt, ap));
    va_end(ap);
}

void report_unreadable(struct report *r, const char *fmt, ...)
{
    va_list ap;
    char *text = NULL;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        abort();
    va_end(ap);
    r->verdict = VERDICT_UNREADABLE;
    str_clear(&r->sentence);
    str_add(&r->sentence, text);
    free(text);
}

void report_print(const struct report *r, FILE *out)
{
    json_t *item;
    size_t i;

    fprintf(out, "%s%s%s\n", r->name.text, tr(": "), r->sentence.text);
    json_array_foreach(r->faults, i, item)
        fprintf(out, "    %s\n", json_string_value(json_object_get(item, "text")));
    if (r->n_faults > FAULTS_SHOWN)
        fprintf(out, "    %s\n", tr("and more that are not shown"));
    json_array_foreach(r->remarks, i, item) fprintf(out, "    %s\n", json_string_value(item));
}

json_t *report_json(const struct report *r)
{
    static const char *const verdicts[] = {"holds", "does_not_hold", "unreadable", "open"};

    return json_pack("{s:s, s:s?, s:s, s:s, s:I, s:O, s:O}", "file", r->name.text, "kind", r->kind,
                     "verdict", verdicts[r->verdict], "sentence", r->sentence.text, "n_faults",
                     (json_int_t)r->n_faults, "faults", r->faults, "remarks", r->remarks);
}
