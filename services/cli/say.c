/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "services/cli/cli.h"

#include "common/base/banned.h"

const char *tr(const char *msgid)
{
    static enum language language;
    static bool known;

    if (!known) {
        text_init(HP_BUILD_DIR "/share");
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

int read_file(const char *path, size_t limit, char **ret_text, size_t *ret_size, struct errtext *e)
{
    FILE *f = fopen(path, "re");
    char *text = NULL;
    size_t size = 0;
    int r = 0;

    if (!f) {
        r = -errno;
        errtext_set(e, "%s: %s", path, strerror(errno));
        return r;
    }
    text = malloc(limit + 2);
    errno = 0;
    if (!text) {
        r = -ENOMEM;
    } else {
        size = fread(text, 1, limit + 1, f);
        if (ferror(f))
            r = errno ? -errno : -EIO; /* a directory, for one */
        else if (size > limit)
            r = -EFBIG;
    }
    fclose(f);
    if (r) {
        free(text);
        errtext_set(e, "%s: %s", path, strerror(-r));
        return r;
    }
    text[size] = '\0';
    *ret_text = text;
    if (ret_size)
        *ret_size = size;
    return 0;
}

int write_file(const char *path, const char *text, struct errtext *e)
{
    char next[4096];
    size_t size = strlen(text);
    int fd, r = 0;

    if (snprintf(next, sizeof(next), "%s.new", path) >= (int)sizeof(next))
        return err_raise(-ENAMETOOLONG);
    fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        r = -errno;
    else if (write(fd, text, size) != (ssize_t)size)
        r = errno ? -errno : -EIO;
    if (fd >= 0)
        close(fd);
    if (!r && rename(next, path) != 0)
        r = -errno;
    if (r)
        errtext_set(e, "%s: %s", path, strerror(-r));
    return r;
}

void say_cell(FILE *out, const char *text, int width)
{
    int columns = 0;

    for (const char *at = text; *at; at++)
        if (((unsigned char)*at & 0xC0) != 0x80)
            columns += (unsigned char)*at >= 0xE3 ? 2 : 1;
    fprintf(out, "%s%*s", text, width > columns ? width - columns : 1, "");
}
