/* SPDX-License-Identifier: Apache-2.0 */
/*
 * player - plays a scenario: people who sign in, requests they send, days that pass
 *
 * Everything goes through the HTTP API, as anybody could; only the accounts and the clock are the
 * operator's. It stops at the first reply that is not the one the story tells.
 */
#pragma once
#include "common/text/text.h"
#include "services/cli/play/scenario.h"
#include "services/cli/talk/api_client.h"
#include "services/cli/talk/operator.h"

struct play {
    const struct scenario *scenario;
    struct operator* op;    /* for the accounts and the clock */
    struct api *api;        /* of the scenario's district */
    enum language language; /* of the lines told */
    FILE *out;              /* the timeline goes here, as it comes about */
    json_t *result;         /* an object: "clock" and every result KEY are added */
};

/* 0. Otherwise -EPROTO, and @e says FILE:LINE, what was asked and what came back. */
int play(const struct play *play, struct errtext *e) MUST_CHECK;
