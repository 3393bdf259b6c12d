/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signed_in - commands that speak to the API as an account: --account, --password-file, --api, --district
 */
#pragma once
#include "services/cli/args.h"
#include "services/cli/talk/api_client.h"

struct signed_in {
    struct api *api;
    struct api_session *session;
};
/* Whether its words are right, before anything is asked: CLI_DONE, or CLI_USAGE, said. @command is named where an account is missing. */
int signed_in_check(const struct args *args, const char *command);
/* Sign in, by default at the running stack and its first district: CLI_DONE, or CLI_FINDING, said. */
int signed_in_open(const struct args *args, struct signed_in *ret) MUST_CHECK;
/* End the session; nothing to do where it was not opened. */
void signed_in_close(struct signed_in *s);
