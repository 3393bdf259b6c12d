/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "services/cli/say.h"

#include "common/base/banned.h"

enum { PORTS_MAX = 16 };

/* A socket bound to @port of @address (0: any), or -1. */
static int bound(const char *address, int port, int *ret_port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof(in);
    int fd, yes = 1;

    if (inet_pton(AF_INET, address, &in.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, (struct sockaddr *)&in, sizeof(in)) != 0 || listen(fd, 1) != 0 ||
        getsockname(fd, (struct sockaddr *)&in, &size) != 0) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    *ret_port = ntohs(in.sin_port);
    return fd;
}

/* A free port as `bound`. Below those the kernel gives to outgoing connections, one of which could take it before its server comes. */
static int bound_any(const char *address, int *ret_port)
{
    enum { FIRST = 20000, N = 12000, TRIES = 50 };

    for (int i = 0; i < TRIES; i++) {
        int fd = bound(address, FIRST + (int)randombytes_uniform(N), ret_port);

        if (fd >= 0 || errno != EADDRINUSE)
            return fd;
    }
    return bound(address, 0, ret_port);
}

int ports_pick(const char *address, int first, int n, int *ret_ports, struct errtext *e)
{
    int fds[PORTS_MAX], r = 0, got = 0;

    CHECK(n > 0 && n <= PORTS_MAX);
    for (; got < n && !r; got++) {
        int wanted = first && first + got <= 65535 ? first + got : 0;

        fds[got] =
            wanted ? bound(address, wanted, &ret_ports[got]) : bound_any(address, &ret_ports[got]);
        if (fds[got] < 0 && first && got > 0)
            fds[got] = bound_any(address, &ret_ports[got]);
        if (fds[got] < 0) {
            if (errno == EADDRINUSE)
                errtext_set(e,
                            tr("port %d of %s is taken: --port N says another, --port 0 any free "
                               "one"),
                            wanted, address);
            else
                errtext_set(e, tr("cannot listen on %s port %d: %s"), address, wanted,
                            strerror(errno));
            r = PORTS_E_BUSY;
            break;
        }
    }
    while (got > 0)
        close(fds[--got]);
    return r;
}
