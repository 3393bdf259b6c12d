/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follow - start a job in a service and wait for its end
 */
#pragma once
#include "services/cli/talk/operator.h"

enum { FOLLOW_E_LEFT = 10 }; /* ^C: it goes on without us; this was said */
/*
 * Start a job of @kind with @args (NULL: none) in @service and wait until it ends; when standard error is a terminal a line there shows
 * how far it is. 0: done, *ret_result is the message of @type, in @a. FOLLOW_E_LEFT. Otherwise @e says why: it failed or was
 * cancelled (OPERATOR_E_REFUSED), or the service was silent for two minutes (OPERATOR_E_SILENT).
 */
int follow_job(struct operator* op, struct arena *a, const char *service, const char *kind,
               const ProtobufCMessage *args, const ProtobufCMessageDescriptor *type,
               void *ret_result, struct errtext *e) MUST_CHECK;
