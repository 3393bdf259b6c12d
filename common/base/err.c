/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/banned.h"

void err_note(int r, const char *file, int line)
{
    if (getenv("HP_ERR_TRACE"))
        fprintf(stderr, "error %s raised at %s:%d\n", strerror(-r), file, line);
}

int err_fold(int r)
{
    return r > 0 ? err_raise(-EPROTO) : r;
}

void errtext_set(struct errtext *e, const char *fmt, ...)
{
    va_list ap;
    size_t n;

    if (!e)
        return;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof(e->text), fmt, ap);
    va_end(ap);
    e->sqlstate[0] = 0;
    n = strlen(e->text);
    if (n == sizeof(e->text) - 1) {
        while (n > 0 && ((unsigned char)e->text[n - 1] & 0xC0) == 0x80)
            n--;
        if (n > 0 && ((unsigned char)e->text[n - 1] & 0x80))
            n--;
        e->text[n] = 0;
    }
}
