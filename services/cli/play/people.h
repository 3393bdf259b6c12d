/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people - who acts in a scenario: accounts that were opened for it, each signed in
 */
#pragma once
#include "services/cli/talk/api_client.h"
#include "services/cli/talk/operator.h"

struct people;
struct people *people_new(struct operator* op, struct api *api);
void people_free(struct people *people);
DEFINE_CLEANUP(struct people *, people_free)

/* The session of @account, NULL: nobody is called so. */
const struct api_session *people_find(const struct people *people, const char *account);
/*
 * Open an account with one role and sign in. @role is "ROLE@REGION" or "ROLE@REGION/SUBJECT"; the
 * password is drawn anew each time and known to nobody. Other than 0: @e says why.
 */
int people_join(struct people *people, const char *account, const char *role, const char *name,
                struct errtext *e) MUST_CHECK;
