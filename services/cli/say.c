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

static void line(const char *fmt, va_list ap)
{
    fputs("hongping: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

int say_fault(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line(fmt, ap);
    va_end(ap);
    return CLI_FINDING;
}

int say_usage(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    line(fmt, ap);
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

    json_decref(doc);
    fputc('\n', stdout);
    if (r != 0 || fflush(stdout) != 0)
        return say_fault("%s: %s", tr("standard output"), strerror(errno));
    return CLI_DONE;
}

void say_cell(FILE *out, const char *text, int width)
{
    int columns = 0;

    for (const char *at = text; *at; at++)
        if (((unsigned char)*at & 0xC0) != 0x80)
            columns += (unsigned char)*at >= 0xE3 ? 2 : 1;
    fprintf(out, "%s%*s", text, width > columns ? width - columns : 1, "");
}
