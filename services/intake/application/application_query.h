/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_query - reading applications: officers all of the district, subdistricts their own,
 * enterprises those they are the subject of, serve or drafted
 */
#pragma once
#include "common/service/service.h"

handler_fn get_application, list_applications;
