/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/plain_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/banned.h"

enum { ANSWER_SIZE = 1 << 20 };

int plain_http_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *)&at, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0)
        abort();
    close(fd);
    return ntohs(at.sin_port);
}

int plain_http_get(struct arena *a, int port, const char *path, const char **ret_answer)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), status = 0;
    char request[256], *answer = arena_zalloc(a, ANSWER_SIZE);
    size_t size = 0;
    ssize_t n;

    *ret_answer = answer;
    snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", path);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        write(fd, request, strlen(request)) == (ssize_t)strlen(request))
        while ((n = read(fd, answer + size, ANSWER_SIZE - 1 - size)) > 0)
            size += (size_t)n;
    close(fd);
    return sscanf(answer, "HTTP/%*s %d", &status) == 1 ? status : 0;
}
