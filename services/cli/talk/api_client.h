/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_client - the HTTP API as a program uses it: sessions, JSON in and out, reasons as one line
 *
 * Blocking; one thread. Commands carry an Idempotency-Key and are repeated with the same key while
 * the service is busy or the connection breaks, so their effect happens once.
 */
#pragma once
#include <jansson.h>

#include "common/base/err.h"
#include "common/base/id.h"
#include "common/base/str.h"

struct api; /* a connection to one base address */
/* @base: "http://127.0.0.1:8310"; @district: whose paths are meant ("310105"). @language: "en" or
 * "zh-CN", for the sentences. */
int api_new(const char *base, const char *district, const char *language, struct api **ret_api,
            struct errtext *e) MUST_CHECK;
void api_free(struct api *api);
DEFINE_CLEANUP(struct api *, api_free)

enum {
    API_E_REFUSED = 1, /* problem+json: @e is one readable line; api_code, api_field and api_status
                          tell the parts */
    API_E_AWAY,        /* no answer: not listening, or broken off and not back within the time */
};
/* Of the last refusal; "" and 0 before. Valid until the next call. */
const char *api_code(const struct api *api);
const char *api_field(const struct api *api);
int api_status(const struct api *api);
/* The whole of the last problem document, NULL if none; borrowed. */
const json_t *api_problem(const struct api *api);

struct api_session; /* someone signed in; outlives nothing of @api's */
int api_login(struct api *api, const char *account, const char *password,
              struct api_session **ret_session, struct errtext *e) MUST_CHECK;
void api_session_free(
    struct api_session *session); /* forgets the token; api_logout ends it at the server */
DEFINE_CLEANUP(struct api_session *, api_session_free)
int api_logout(struct api *api, struct api_session *session, struct errtext *e) MUST_CHECK;

/*
 * One request. @session NULL: the public. @path stands below /api/v1/districts/{district}
 * ("/notices"); one that begins with "/api/" is taken whole. @body is borrowed, may be NULL.
 * @ret_json (may be NULL) is the decoded answer, an empty object for an empty body; json_decref()
 * it.
 */
int api_call(struct api *api, const struct api_session *session, const char *method,
             const char *path, const json_t *body, json_t **ret_json, struct errtext *e) MUST_CHECK;
/* The same for another district than the connection's own (the city's, for instance). */
int api_call_in(struct api *api, const struct api_session *session, const char *district,
                const char *method, const char *path, const json_t *body, json_t **ret_json,
                struct errtext *e) MUST_CHECK;
/*
 * POST as a command. ret_id (may be NULL) is the id the API answers with: that of the thing the
 * command created (an application, a notice ...).
 */
int api_post(struct api *api, const struct api_session *session, const char *path,
             const json_t *body, char ret_id[UUID_TEXT], json_t **ret_json,
             struct errtext *e) MUST_CHECK;
int api_put(struct api *api, const struct api_session *session, const char *path,
            const json_t *body, struct errtext *e) MUST_CHECK;
int api_get(struct api *api, const struct api_session *session, const char *path, json_t **ret_json,
            struct errtext *e) MUST_CHECK;
/* GET of a file: its bytes are added to @out. */
int api_get_bytes(struct api *api, const struct api_session *session, const char *path,
                  struct str *out, struct errtext *e) MUST_CHECK;
/* POST /files with the raw bytes: the answer of gateway.UploadFileReply. */
int api_upload(struct api *api, const struct api_session *session, const char *file_name,
               const char *media_type, const void *data, size_t size, json_t **ret_json,
               struct errtext *e) MUST_CHECK;
/*
 * All pages of a list: GET @path, collect the array @member, follow "next" as ?after=. @path may
 * have a query of its own. The array is the caller's.
 */
int api_list(struct api *api, const struct api_session *session, const char *path,
             const char *member, json_t **ret_items, struct errtext *e) MUST_CHECK;
