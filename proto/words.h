/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - the closed sets among the texts of messages: states, kinds, verdicts, roles
 *
 * A text that can only be one of a few words has a row in proto/words.def. The edge refuses any other
 * word in a request, naming those that would be right, and the API's description lists them as an
 * enum. Sets that are a machine's states are held against its rows by e2e/states.
 */
#pragma once

/* The words that @field of @message ("intake.ListApplications", "state") can be, ended by NULL; NULL
 * when its set is not closed (ids, names, words of a programme). */
const char *const *words_of(const char *message, const char *field);
