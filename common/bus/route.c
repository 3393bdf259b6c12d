/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/route.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "common/base/banned.h"

enum { IPC_PATH_MAX = 107, PORT_MAX = 65535 };

struct row {
    char *service, *district, *endpoint;
};

struct bus_routes {
    struct row *rows; /* by service, then district */
    size_t n, room;
};

/* ---- the table ---- */

static int compare(const struct row *row, const char *service, const char *district)
{
    int r = strcmp(row->service, service);

    return r ? r : strcmp(row->district, district);
}

/* The first row that is not before (@service, @district). */
static size_t place(const struct bus_routes *t, const char *service, const char *district)
{
    size_t low = 0, high = t->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (compare(&t->rows[mid], service, district) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool is_at(const struct bus_routes *t, size_t i, const char *service, const char *district)
{
    return i < t->n && compare(&t->rows[i], service, district) == 0;
}

const char *bus_routes_find(const struct bus_routes *t, const char *service, const char *district)
{
    size_t i = place(t, service, district);

    return is_at(t, i, service, district) ? t->rows[i].endpoint : NULL;
}

const char *bus_routes_nth(const struct bus_routes *t, const char *service, size_t i)
{
    i += place(t, service, "");
    return i < t->n && strcmp(t->rows[i].service, service) == 0 ? t->rows[i].endpoint : NULL;
}

static void row_release(struct row *row)
{
    free(row->service);
    free(row->district);
    free(row->endpoint);
}

static void take_out(struct bus_routes *t, size_t i)
{
    row_release(&t->rows[i]);
    memmove(&t->rows[i], &t->rows[i + 1], (t->n - i - 1) * sizeof(*t->rows));
    t->n--;
}

static int put_in(struct bus_routes *t, size_t i, struct row row)
{
    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 16;
        struct row *rows = realloc(t->rows, room * sizeof(*rows));

        if (!rows)
            return err_raise(-ENOMEM);
        t->rows = rows;
        t->room = room;
    }
    memmove(&t->rows[i + 1], &t->rows[i], (t->n - i) * sizeof(*t->rows));
    t->rows[i] = row;
    t->n++;
    return 0;
}

int bus_routes_set(struct bus_routes *t, const char *service, const char *district,
                   const char *endpoint)
{
    size_t i = place(t, service, district);
    struct row row;
    int r = endpoint ? bus_endpoint_check(endpoint, NULL) : 0;

    if (r)
        return err_pass(r);
    if (!endpoint) {
        if (is_at(t, i, service, district))
            take_out(t, i);
        return 0;
    }
    row = (struct row){strdup(service), strdup(district), strdup(endpoint)};
    if (!row.service || !row.district || !row.endpoint)
        r = err_raise(-ENOMEM);
    else if (is_at(t, i, service, district)) {
        row_release(&t->rows[i]);
        t->rows[i] = row;
    } else
        r = put_in(t, i, row);
    if (r)
        row_release(&row);
    return err_pass(r);
}

void bus_routes_free(struct bus_routes *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n; i++)
        row_release(&t->rows[i]);
    free(t->rows);
    free(t);
}

/* ---- endpoints ---- */

bool bus_endpoint_is_tcp(const char *endpoint)
{
    return strncmp(endpoint, "tcp://", 6) == 0;
}

static bool is_port(const char *text)
{
    long port = 0;

    if (!*text || strlen(text) > 5)
        return false;
    for (; *text; text++) {
        if (!isdigit((unsigned char)*text))
            return false;
        port = port * 10 + (*text - '0');
    }
    return port >= 1 && port <= PORT_MAX;
}

int bus_endpoint_check(const char *text, struct errtext *e)
{
    const char *colon = strrchr(text, ':');

    if (strlen(text) < BUS_ENDPOINT && !strpbrk(text, " \t")) {
        if (bus_endpoint_is_tcp(text) && colon > text + 6 && is_port(colon + 1))
            return 0;
        if (strncmp(text, "ipc:///", 7) == 0 && text[7] && strlen(text) - 6 <= IPC_PATH_MAX)
            return 0;
    }
    errtext_set(e, "\"%s\" must be tcp://address:port or ipc:///path (at most %d bytes of path)",
                text, IPC_PATH_MAX);
    return err_raise(-EINVAL);
}

int bus_endpoint_local(const char *dir, const char *service, char ret_endpoint[BUS_ENDPOINT],
                       struct errtext *e)
{
    if (strlen(dir) + strlen("/") + strlen(service) + strlen(".sock") > IPC_PATH_MAX) {
        errtext_set(e, "bus.dir: %s is too long for a unix socket (%d bytes)", dir, IPC_PATH_MAX);
        return err_raise(-ENAMETOOLONG);
    }
    snprintf(ret_endpoint, BUS_ENDPOINT, "ipc://%s/%s.sock", dir, service);
    return 0;
}

/* ---- bus.peers ---- */

static int add(struct bus_routes *t, const char *service, const char *district,
               const char *endpoint, struct errtext *e)
{
    if (bus_routes_find(t, service, district)) {
        errtext_set(e, "bus.peers: %s%s%s stands there twice", service, *district ? "@" : "",
                    district);
        return err_raise(-EINVAL);
    }
    return bus_routes_set(t, service, district, endpoint);
}

/* "service=endpoint" or "service@district+district=endpoint"; @row is ours to cut up. */
static int read_row(struct bus_routes *t, char *row, struct errtext *e)
{
    struct errtext why = {0};
    char *endpoint = row, *districts, *rest = NULL;
    char *name = strsep(&endpoint, "=");
    int r;

    districts = name;
    name = strsep(&districts, "@");
    if (!endpoint || !*name || (districts && !*districts)) {
        errtext_set(e, "bus.peers: \"%s\" is not service=endpoint or service@district=endpoint",
                    name);
        return err_raise(-EINVAL);
    }
    r = bus_endpoint_check(endpoint, &why);
    if (r) {
        errtext_set(e, "bus.peers: %s: %s", name, why.text);
        return err_pass(r);
    }
    if (!districts)
        return err_pass(add(t, name, "", endpoint, e));
    for (char *one = strtok_r(districts, "+", &rest); one && !r; one = strtok_r(NULL, "+", &rest))
        r = add(t, name, one, endpoint, e);
    return err_pass(r);
}

int bus_routes_new(const char *peers, struct bus_routes **ret_t, struct errtext *e)
{
    CLEANUP(bus_routes_free) struct bus_routes *t = calloc(1, sizeof(*t));
    char *text = strdup(peers ? peers : ""), *rest = text, *row;
    int r = t && text ? 0 : err_raise(-ENOMEM);

    while (!r && (row = strsep(&rest, ","))) {
        size_t size;

        row += strspn(row, " \t");
        for (size = strlen(row); size && strchr(" \t", row[size - 1]); size--)
            row[size - 1] = '\0';
        if (*row)
            r = read_row(t, row, e);
    }
    free(text);
    if (!r)
        *ret_t = TAKE(t);
    return err_pass(r);
}
