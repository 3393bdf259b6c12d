/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/base/banned.h"

int durable_name(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    int n = slash ? (int)(slash - path) : 1;
    int fd, r = 0;

    if (n >= (int)sizeof(folder))
        return err_raise(-ENAMETOOLONG);
    snprintf(folder, sizeof(folder), "%.*s", n ? n : 1, slash ? path : ".");
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_raise(-errno);
    if (fsync(fd) != 0)
        r = err_raise(-errno);
    close(fd);
    return r;
}
