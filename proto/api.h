/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api - who may send which message, and where it stands in the HTTP API
 *
 * One table (proto/api/<service>.def) is read by the gateway (routes, OpenAPI, authorisation), by every service's frame
 * (authorisation again, behind the gateway) and by the tests that walk role x endpoint x region.
 */
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "common/base/arena.h"

enum role {
    ROLE_PUBLIC = 1 << 0,       /* anyone, signed in or not */
    ROLE_CITY = 1 << 1,         /* city bureau */
    ROLE_DISTRICT = 1 << 2,     /* district housing bureau 区房管局 */
    ROLE_ORGANISATION = 1 << 3, /* organisation department 区委组织部 */
    ROLE_SUBDISTRICT = 1 << 4,  /* 街镇 */
    ROLE_ENTERPRISE = 1 << 5,   /* 物业服务企业 */
    ROLE_COMMITTEE = 1 << 6,    /* 业委会 */
    ROLE_ASSESSOR = 1 << 7,     /* 第三方测评 */
    ROLE_EXPERT = 1 << 8,       /* 评选团专家 */
    ROLE_CREDIT = 1 << 9,       /* credit officer */
    ROLE_AUDITOR = 1 << 10,
    ROLE_ADMIN = 1 << 11, /* accounts and operation; no business rights */
};
#define ROLE_SIGNED_IN \
    (ROLE_CITY | ROLE_DISTRICT | ROLE_ORGANISATION | ROLE_SUBDISTRICT | ROLE_ENTERPRISE | \
     ROLE_COMMITTEE | ROLE_ASSESSOR | ROLE_EXPERT | ROLE_CREDIT | ROLE_AUDITOR | ROLE_ADMIN)
#define ROLE_OFFICERS (ROLE_CITY | ROLE_DISTRICT | ROLE_ORGANISATION)
#define N_ROLES 12
const char *
role_name(enum role role);          /* "district"; the words used in Binding.role, SQL and JSON */
int role_by_name(const char *name); /* 0 if unknown */
/* The names of all @roles, in the order of the enum, with commas between; lives in @a. */
const char *roles_text(struct arena *a, unsigned roles);

/* How the actor's region must stand to the message's district. */
enum region_rule {
    REGION_COVERS = 1, /* one binding of an allowed role covers the district */
    REGION_TOUCHES, /* ... covers it or lies within it: the handler decides by the thing's own region or subject */
    REGION_ANY, /* the role alone decides */
};

enum api_kind { API_COMMAND = 1, API_QUERY };

struct api_row {
    const char *service;
    const char *type; /* "publicity.DraftNotice" */
    const ProtobufCMessageDescriptor *request;
    const ProtobufCMessageDescriptor *reply; /* NULL: an empty object */
    enum api_kind kind;
    const char *method; /* "POST" */
    const char *
        path; /* below /api/v1/districts/{district}: "/notices/{notice_id}/signatures"; {x} fills field x. Path "" : not over HTTP */
    unsigned roles; /* enum role bits */
    enum region_rule region;
    const char *summary; /* English, the msgid */
};
extern const struct api_row api_rows[];              /* ended by service NULL */
const struct api_row *api_row_for(const char *type); /* NULL if unknown */

/*
 * What @row's address says it is about: the field that holds the id ("notice_id" of /notices/{notice_id}/signatures), and the thing's name as
 * proto/api/changes.def has it ("notice"). NULL: of no single thing, or of one that no query reads by the same address. Lives in @a.
 */
const char *api_thing_field(struct arena *a, const struct api_row *row, const char **ret_thing);

/* Whether an actor with these bindings may send @row to @district (handlers may refuse still). Bindings: role names, regions. */
bool api_allows(const struct api_row *row, const char *district, const char *const *roles,
                const char *const *regions, size_t n_bindings);
