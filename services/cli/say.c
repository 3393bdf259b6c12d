/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/place.h"

#include "common/base/banned.h"

const char *tr(const char *msgid)
{
    static enum language language;
    static bool known;

    if (!known) {
        const char *said = getenv("HONGPING_LOCALE_DIR");

        text_init(said && *said ? said : place_share());
        language = text_language_env();
        known = true;
    }
    return text_in(language, msgid);
}

/* What a fault is about: of the next one, and of the last one that was said. */
struct about {
    char code[64], field[64];
    char *reason; /* NULL: the sentence itself */
};
static struct {
    bool wanted, printed; /* a JSON document */
    struct about next, last;
    char *sentence; /* the last fault's; NULL: none was said */
} document;

static void line(const char *fmt, va_list ap)
{
    fputs("hongping: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

void say_about(const char *code, const char *field, const char *reason)
{
    snprintf(document.next.code, sizeof(document.next.code), "%s", code ? code : "");
    snprintf(document.next.field, sizeof(document.next.field), "%s", field ? field : "");
    free(document.next.reason);
    document.next.reason = reason ? strdup(reason) : NULL;
}

/* Say it, and keep it for the document. */
static void keep_fault(const char *code, const char *fmt, va_list ap)
{
    va_list again;

    va_copy(again, ap);
    line(fmt, ap);
    free(document.sentence);
    if (vasprintf(&document.sentence, fmt, again) < 0)
        document.sentence = NULL;
    va_end(again);
    free(document.last.reason);
    document.last = document.next;
    document.next = (struct about){0};
    if (!document.last.code[0])
        snprintf(document.last.code, sizeof(document.last.code), "%s", code);
}

int say_fault(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    keep_fault("failed", fmt, ap);
    va_end(ap);
    return CLI_FINDING;
}

int say_usage(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    keep_fault("usage", fmt, ap);
    va_end(ap);
    return CLI_USAGE;
}

void say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line(fmt, ap);
    va_end(ap);
}

int print_json(json_t *doc)
{
    int r = doc ? json_dumpf(doc, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : -1;

    document.printed = true;
    json_decref(doc);
    fputc('\n', stdout);
    if (r != 0 || fflush(stdout) != 0)
        return say_fault("%s: %s", tr("standard output"), strerror(errno));
    return CLI_DONE;
}

void say_json(bool on)
{
    document.wanted = on;
}

int say_end(int code)
{
    const struct about *last = &document.last;
    const char *field = last->field[0] ? last->field : NULL;

    if (code == CLI_DONE || !document.wanted || document.printed || !document.sentence)
        return code;
    (void)print_json(json_pack("{s:b, s:s, s:s?, s:s, s:s, s:i}", "ok", 0, "code", last->code,
                               "field", field, "reason",
                               last->reason ? last->reason : document.sentence, "sentence",
                               document.sentence, "exit", code));
    return code;
}

void say_cell(FILE *out, const char *text, int width)
{
    int columns = 0;

    for (const char *at = text; *at; at++)
        if (((unsigned char)*at & 0xC0) != 0x80)
            columns += (unsigned char)*at >= 0xE3 ? 2 : 1;
    fprintf(out, "%s%*s", text, width > columns ? width - columns : 1, "");
}

void say_cell_number(long long n, int width)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", n);
    say_cell(stdout, text, width);
}
