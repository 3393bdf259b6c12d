/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/banned.h"

enum { BACKLOG = 511 };

union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static int parse_address(const struct httpd_spec *spec, union any_address *ret, socklen_t *ret_size)
{
    memset(ret, 0, sizeof(*ret));
    if (spec->port < 0 || spec->port > 65535)
        return -EINVAL;
    if (inet_pton(AF_INET, spec->address, &ret->v4.sin_addr) == 1) {
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = htons((uint16_t)spec->port);
        *ret_size = sizeof(ret->v4);
        return 0;
    }
    if (inet_pton(AF_INET6, spec->address, &ret->v6.sin6_addr) == 1) {
        ret->v6.sin6_family = AF_INET6;
        ret->v6.sin6_port = htons((uint16_t)spec->port);
        *ret_size = sizeof(ret->v6);
        return 0;
    }
    return -EINVAL;
}

static int bind_and_listen(int fd, const struct httpd_spec *spec, union any_address *addr,
                           socklen_t size)
{
    int yes = 1;

    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
        (spec->share_port && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes))) ||
        bind(fd, &addr->any, size) || listen(fd, BACKLOG) || getsockname(fd, &addr->any, &size))
        return -errno;
    return 0;
}

int httpd_listen(const struct httpd_spec *spec, int *ret_fd, int *ret_port)
{
    union any_address addr;
    socklen_t size;
    int fd, r;

    r = parse_address(spec, &addr, &size);
    if (r)
        return r;
    fd = socket(addr.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    r = bind_and_listen(fd, spec, &addr, size);
    if (r) {
        close(fd);
        return r;
    }
    *ret_fd = fd;
    *ret_port = ntohs(addr.any.sa_family == AF_INET ? addr.v4.sin_port : addr.v6.sin6_port);
    return 0;
}
