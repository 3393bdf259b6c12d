/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ports - TCP ports that are free right now
 */
#pragma once
#include "common/base/err.h"

enum { PORTS_E_BUSY = 1 /* the first port wanted is in use; @e names it */ };
/*
 * @n ports on @address. @first 0: any free ones. Otherwise the first is exactly @first, the others
 * are those after it where they are free, and any free ones where not.
 */
int ports_pick(const char *address, int first, int n, int *ret_ports, struct errtext *e) MUST_CHECK;
