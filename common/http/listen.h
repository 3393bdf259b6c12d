/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen - httpd's own listening socket: the library's would not say why there is none
 */
#pragma once
#include "common/http/httpd.h"

/* A non-blocking socket on the address and port of @spec, and the port it got. -errno; -EINVAL for an unsound address. */
int httpd_listen(const struct httpd_spec *spec, int *ret_fd, int *ret_port) MUST_CHECK;
