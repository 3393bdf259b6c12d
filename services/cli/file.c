/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/banned.h"

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

static int write_into(const char *path, int flags, const void *data, size_t size)
{
    int fd = open(path, flags, 0600), r = 0;

    if (fd < 0)
        return -errno;
    errno = 0;
    if (write(fd, data, size) != (ssize_t)size)
        r = errno ? -errno : -EIO;
    close(fd);
    return r;
}

int write_bytes(const char *path, const void *data, size_t size, struct errtext *e)
{
    char next[4096];
    struct stat st;
    int r;

    if (snprintf(next, sizeof(next), "%s.new", path) >= (int)sizeof(next))
        return err_raise(-ENAMETOOLONG);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        r = write_into(path, O_WRONLY | O_CLOEXEC, data, size);
    } else {
        r = write_into(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, data, size);
        if (!r && rename(next, path) != 0)
            r = -errno;
    }
    if (r)
        errtext_set(e, "%s: %s", path, strerror(-r));
    return r;
}

int write_file(const char *path, const char *text, struct errtext *e)
{
    return write_bytes(path, text, strlen(text), e);
}
