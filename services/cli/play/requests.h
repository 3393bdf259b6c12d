/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requests - the steps of a scenario that ask the API; what is answered becomes the last answer
 */
#pragma once
#include "services/cli/play/playing.h"

int request_do(struct player *p, const struct scenario_step *s) MUST_CHECK;
int request_refused(struct player *p, const struct scenario_step *s) MUST_CHECK;
int request_get(struct player *p, const struct scenario_step *s) MUST_CHECK;
int request_list(struct player *p, const struct scenario_step *s) MUST_CHECK;
int request_until(struct player *p, const struct scenario_step *s) MUST_CHECK;
int request_upload(struct player *p, const struct scenario_step *s) MUST_CHECK;
