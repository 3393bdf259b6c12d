/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/ports.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A listening socket on any free port of loopback. */
static int occupy(int *ret_port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(in);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&in, size) == 0 && listen(fd, 1) == 0);
    cr_assert(getsockname(fd, (struct sockaddr *)&in, &size) == 0);
    *ret_port = ntohs(in.sin_port);
    return fd;
}

Test(ports, any_free_ones_are_all_different)
{
    struct errtext e = {0};
    int ports[7];

    cr_assert(ports_pick("127.0.0.1", 0, 7, ports, &e) == 0, "%s", e.text);
    for (int i = 0; i < 7; i++)
        for (int k = 0; k < i; k++)
            cr_expect(ports[i] != ports[k] && ports[i] > 0);
}

Test(ports, a_busy_first_port_is_named)
{
    char name[16];
    struct errtext e = {0};
    int ports[7], busy, fd = occupy(&busy);

    cr_expect(ports_pick("127.0.0.1", busy, 7, ports, &e) == PORTS_E_BUSY);
    snprintf(name, sizeof(name), "%d", busy);
    cr_expect(strstr(e.text, name) != NULL, "%s", e.text);
    close(fd);
}

Test(ports, a_busy_port_behind_the_first_is_replaced)
{
    struct errtext e = {0};
    int ports[2], busy, fd, r = PORTS_E_BUSY;

    /* the port before a free one may be someone else's: look for a pair */
    for (int tries = 0; tries < 50 && r; tries++) {
        fd = occupy(&busy);
        r = ports_pick("127.0.0.1", busy - 1, 2, ports, &e);
        close(fd);
    }
    cr_assert(r == 0, "%s", e.text);
    cr_expect(ports[0] == busy - 1);
    cr_expect(ports[1] != busy && ports[1] > 0);
}

Test(ports, an_address_that_is_none_is_refused)
{
    struct errtext e = {0};
    int port;

    cr_expect(ports_pick("loopback", 0, 1, &port, &e) == PORTS_E_BUSY);
}
