/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door - who asks: the token's hash is looked up in a small cache, then in the database on a worker.
 *
 * An entry is believed for five seconds, so that a session ended by another instance of this
 * service ends here soon too; what is ended through this one is forgotten at once. A look-up that
 * was under way meanwhile may still answer its own request (the two came at the same time) but is
 * not kept.
 */
#pragma once
#include "services/gateway/edge/edge.h"

int door_new(struct edge *edge, struct door **ret_door) MUST_CHECK;
void door_free(struct door *door);
/* Find who asks by token (Authorization, then the cookie) and go on with call->then; an unknown or
 * ended session in Authorization, or no database, is answered here. */
void door_identify(struct call *call);
/* The sessions of @account are read anew from the database from now on. */
void door_forget(struct door *door, const char *account);
enum door_look { DOOR_OPEN, DOOR_CLOSED, DOOR_UNSEEN /* no database just now */ };
enum { DOOR_E_BUSY = 1 };
/* @actor: with DOOR_OPEN, as the account is now; ends with the call. */
typedef void door_look_fn(enum door_look look, const Hp__Actor *actor, void *arg);
/*
 * Whether a session that was let in for something long still stands, straight from the database; no use of it, so that it ends
 * when it would. fn is called later, once; not when DOOR_E_BUSY says that too much waits already.
 */
int door_look_again(struct door *door, const char *token_sha256, door_look_fn *fn,
                    void *arg) MUST_CHECK;
/* Lower-case hex SHA-256 of a token. */
void token_hash(const char *token, char ret_hash[SHA256_HEX]);
