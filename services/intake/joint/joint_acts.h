/* SPDX-License-Identifier: Apache-2.0 */
/* joint_acts - the acts of this service that several bodies sign, and their three messages */
#pragma once
#include "common/domain/joint/joint.h"

JOINT_HANDLERS_DECLARE(intake);
