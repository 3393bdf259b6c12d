/* SPDX-License-Identifier: Apache-2.0 */
/* health - what is known of the database; service_readiness is in service.h */
#pragma once
#include "common/service/frame.h"

/* Loop thread: a look at the database came back. */
void health_looked(struct service *svc, bool answered);
/* Any thread: a connection could not be opened. */
void health_failed(struct service *svc);
