/* SPDX-License-Identifier: Apache-2.0 */
/* link - how a bench program asks a running stack */
#pragma once
#include <stdio.h>
#include <stdlib.h>

#include "common/bus/client.h"

/* To the services whose sockets are in @dir; ends the program @name when there is none. */
static inline struct bus_link *bench_link(const char *name, const char *dir)
{
    struct bus_conf conf = {.dir = (char *)dir,
                            .peers = "",
                            .listen = "",
                            .curve_secret = "",
                            .curve_allow = "",
                            .curve_servers = ""};
    struct bus_link *link = NULL;
    struct errtext e = {0};

    if (bus_link_new(&conf, &link, &e) != 0) {
        fprintf(stderr, "%s: %s\n", name, e.text);
        exit(1);
    }
    return link;
}
