/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "correction.pb-c.h"
#include "credit.pb-c.h"
#include "envelope.pb-c.h"
#include "gateway.pb-c.h"
#include "intake.pb-c.h"
#include "joint.pb-c.h"
#include "publicity.pb-c.h"
#include "reporting.pb-c.h"
#include "scoring.pb-c.h"
