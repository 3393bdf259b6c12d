/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place - what belongs to the running program, found from where the program is
 *
 * <prefix>/bin/hongping, <prefix>/libexec/hongping/intake and a build folder's bin/ and tests/ all
 * have <prefix>/share beside or above them, so that an installed tree may be moved as a whole.
 */
#pragma once

/* <prefix>/share: its locale/ has the translations. Where nothing is found, the place where it was
 * looked for first. */
const char *place_share(void);
/* Shipped data (calendars, credit rules, programmes): what the variable HONGPING_SHARE says, else
 * <prefix>/share/hongping. */
const char *place_shipped(void);
