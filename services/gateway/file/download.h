/* SPDX-License-Identifier: Apache-2.0 */
/*
 * download - reading an uploaded file: whether one may is asked of our own service, the content comes
 * from the disk
 */
#pragma once
#include "services/gateway/edge/edge.h"

/* GET of one file; @sha256 as it stands in the address. */
void download_go(struct call *call, const char *sha256);
