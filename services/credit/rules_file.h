/* SPDX-License-Identifier: Apache-2.0 */
/* rules_file - the rules at start and end of the service */
#pragma once
#include "common/service/service.h"

/* Read the file of setting credit.rules, or the shipped one. -EINVAL with the place and reason in
 * @e. */
int credit_read_rules(struct service *svc, void *state, struct errtext *e) MUST_CHECK;
/* Give them back. */
void credit_drop_rules(void *state);
