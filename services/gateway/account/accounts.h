/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounts - accounts and their bindings
 *
 * An administrator administers a region: every binding given, and every binding of an account
 * changed, must lie within it, so that nobody can raise himself or reach accounts above him.
 * Passwords are hashed here, on a worker.
 */
#pragma once
#include "common/service/service.h"
#include "gateway.pb-c.h"

/* Accounts and everything under them are the city's: its code is their district in the tables. */
handler_fn gateway_create_account, gateway_create_first_administrator, gateway_set_bindings,
    gateway_disable_account, gateway_unlock_account, gateway_change_password, gateway_list_accounts,
    gateway_who_am_i;

/* The account in the rows of account_get or account_list that begin at @first; @ret_next is the row
 * after it. In @a. */
Gateway__Account *account_from_rows(struct arena *a, const struct rows *rows, size_t first,
                                    size_t *ret_next);
