/* SPDX-License-Identifier: Apache-2.0 */
/* credit_totals - credit's yearly totals of enterprises, kept for the facts of conditions */
#pragma once
#include "common/service/service.h"

/* Events of credit. */
handler_fn on_deduction_recorded, on_deduction_changed;
