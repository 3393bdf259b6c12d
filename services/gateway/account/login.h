/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login - from a name and a password to a session
 *
 * Every command's reply is stored and chained into the command log, and a token must not be kept
 * anywhere. So Login never becomes a message: the password is verified by a job of its own on a
 * worker (which only reads), and what follows is a command without secrets: RecordLoginFailure, or
 * OpenSession with the hash of a token that only this request and its client know. Both stand in
 * the command log with the account as their actor. An Idempotency-Key is of no use here: a login
 * whose answer was lost is simply done again.
 *
 * argon2id takes 64 MiB and a tenth of a second by default, so few may run at once; others are told
 * to come again.
 */
#pragma once
#include "services/gateway/edge/edge.h"

/* Answers gateway.Login. */
void login_go(struct call *call);
