/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar_query - working days, for whoever counts them (Civil Code art. 201, 203; domain-facts.md section 3)
 *
 * get_calendar refuses a year that has no schedule (calendar_missing); get_last_day, too, and fewer than 1 or more than 400 days.
 */
#pragma once
#include "common/service/service.h"

handler_fn get_calendar, get_last_day;
