/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_test - an HTTP server in the test's own loop, and clients on plain sockets in the same thread
 *
 * A test turns the loop until what it waits for has happened; a minute without an end fails it.
 */
#pragma once
#include "common/base/str.h"
#include "common/http/httpd.h"

extern uv_loop_t http_loop;
extern struct httpd *http_server; /* NULL after http_test_close */
extern bool http_is_closed;

/* Starts a server on any port; @spec's address and limits are filled in where they are 0. */
void http_test_start(const struct httpd_spec *spec);
/* httpd_close; http_is_closed when done. */
void http_test_close(void);
/* Closes it if that was not done, ends the loop, and finds no descriptor left open that was not before the start. */
void http_test_stop(void);

/* A connected socket. @receive_buffer 0: the kernel's own size. */
int http_dial(int receive_buffer);
void http_say(int fd, const char *text);
/* Turns the loop and collects what comes in @out, until @want was seen in it or the connection ended. 0, or the errno with
 * which it ended; -1: @want was seen. @want may be NULL: up to the end. */
int http_hear(int fd, struct str *out, const char *want);
/* Turns the loop until *n >= want. */
void http_turn_until(const int *n, int want);
/* http_dial, "GET @path HTTP/1.1", with @headers ("A: b\r\n") or NULL. */
int http_get(const char *path, const char *headers);

/* The body of an answer whose header is in front, its chunks joined; fails the test if it is not whole. */
void http_body_of(const struct str *answer, struct str *ret_body);
/* The value behind @name (with its label) in the metrics, 0 if it is not there. */
long http_metric(const char *name);
