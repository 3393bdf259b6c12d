/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings - the settings file of each service of a stack, generated
 *
 * What the launcher knows (sockets, database, ports, the clock) comes first, then what was said
 * with --set, so that any key can be overridden. The services check the keys and values themselves.
 */
#pragma once
#include "common/base/str.h"
#include "common/base/err.h"

struct settings_spec {
    const char *data; /* data directory */
    const char *bus_dir;
    const char *db;          /* connection string of this service */
    const char *clock_start; /* manual clock: where it stands; NULL: the services' own default */
    bool manual_clock;
    int metrics_port;        /* on loopback; 0: none */
    const char *address;     /* gateway: what the API listens on */
    int port;                /* gateway */
    const char *const *sets; /* "service.key=value" or "key=value"; NULL-ended, may be NULL */
};

/* The file of @service, flat YAML. */
void settings_write(const struct settings_spec *spec, const char *service, struct str *out);

enum { SETTINGS_E_BAD = 1 };
/* Whether a --set is of the form [service.]key=value, with the service for what two cannot share; @e says what is wrong. */
int settings_check(const char *set, struct errtext *e) MUST_CHECK;
/* The value said for @key of @service in @sets (the last one wins), NULL if none. */
const char *settings_said(const char *const *sets, const char *service, const char *key);
/* "key=value" of a @set that is for @service, borrowed; NULL: it is for another one. */
const char *settings_for(const char *set, const char *service);
