/* SPDX-License-Identifier: Apache-2.0 */
/* subject_get - one subject of the registry, with its contracts, what befell it, what it stands for and holds */
#pragma once
#include "common/service/service.h"

handler_fn get_subject;
