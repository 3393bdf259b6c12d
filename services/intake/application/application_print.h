/* SPDX-License-Identifier: Apache-2.0 */
/* application_print - an application as its form is printed (申报表, 推荐表): what a document is made of */
#pragma once
#include "common/service/service.h"

handler_fn print_application;
