/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gateway - the service's settings, and the handlers its routes name
 *
 * Two halves. The handlers (accounts, sessions, files) are ordinary ones: workers, transactions.
 * The edge (edge.h) is the HTTP side on the loop thread; it turns requests into messages, ours and
 * the other services'.
 */
#pragma once
#include "common/service/service.h"
#include "gateway.pb-c.h"
#include "services/gateway/account/password.h"

struct edge;

struct gateway {
    /* settings; read-only after start */
    char *http_address;
    int64_t http_port;
    int64_t max_connections;
    int64_t max_body;   /* bytes of a JSON body */
    int64_t max_upload; /* bytes of a file */
    char *data_dir;
    char *locale_dir;
    bool cookie_secure;
    struct password_cost cost;
    int64_t logins_at_once;
    int64_t session_idle_ms;
    int64_t session_absolute_ms;
    int64_t lock_failures;
    int64_t lock_ms;
    /* loop thread only */
    struct edge *edge;
};

/* Accounts and everything under them are the city's: its code is their district in the tables. */
int gateway_create_account(struct ctx *c);
int gateway_create_first_administrator(struct ctx *c);
int gateway_set_bindings(struct ctx *c);
int gateway_disable_account(struct ctx *c);
int gateway_unlock_account(struct ctx *c);
int gateway_change_password(struct ctx *c);
int gateway_list_accounts(struct ctx *c);
int gateway_who_am_i(struct ctx *c);

int gateway_open_session(struct ctx *c);
int gateway_record_login_failure(struct ctx *c);
int gateway_logout(struct ctx *c);
int gateway_record_refusal(struct ctx *c);

int gateway_record_file(struct ctx *c);
int gateway_find_file(struct ctx *c);

/* The account in the rows of account_get or account_list that begin at @first; @ret_next is the row
 * after it. In @a. */
struct rows;
Gateway__Account *account_from_rows(struct arena *a, const struct rows *rows, size_t first,
                                    size_t *ret_next);
