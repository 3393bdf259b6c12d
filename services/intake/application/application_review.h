/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_review - the bodies of the route's chain, each in its turn: accept, return for
 * completion (补正), refuse
 */
#pragma once
#include "common/service/service.h"

handler_fn review_application;
