/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gateway - accounts, sessions, files, and the HTTP API of all services
 *
 * Hears   nothing; reads all streams for the feed of changes, without a position of its own
 * Says    AuditRecorded (the city's stream)
 * Owns    schema gateway: account, binding, session, login_guard, file; the files under data.dir
 *
 * The edge (edge/edge.h) turns HTTP requests into messages of all services and their replies into
 * answers.
 */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "common/base/place.h"
#include "common/log/log.h"
#include "common/text/text.h"
#include "gateway.pb-c.h"
#include "gateway_sql.h"
#include "services/gateway/account/accounts.h"
#include "services/gateway/account/sessions.h"
#include "services/gateway/edge/front.h"
#include "services/gateway/edge/keyed.h"
#include "services/gateway/edge/openapi.h"
#include "services/gateway/edge/refusals.h"
#include "services/gateway/file/files.h"
#include "services/gateway/file/form_files.h"
#include "services/gateway/file/import_file.h"
#include "services/gateway/gateway.h"

#include "common/base/banned.h"

#define G struct gateway

/* clang-format off */
static const struct conf_key keys[] = {
    CONF_TEXT(G, http_address, "http.address", "127.0.0.1", "address the API listens on"),
    CONF_INT(G, http_port, "http.port", "8080", 0, 65535, "its port; 0: any free one, which the log names"),
    CONF_INT(G, max_connections, "http.connections", "2000", 1, 100000, "connections open at once"),
    CONF_INT(G, max_streams, "http.streams", "1000", 0, 100000, "watchers of changes at once; they do not count among the connections"),
    CONF_INT(G, max_body, "http.max_body", "5242880", 1024, 104857600, "bytes of a JSON body"),
    CONF_INT(G, max_upload, "http.max_upload", "20971520", 1024, 1073741824, "bytes of an uploaded file"),
    CONF_INT(G, public_uploads, "public.uploads", "30", 0, 1000000, "files that one address may upload in an hour with objections, without an account; 0: none"),
    CONF_TEXT(G, scan_command, "scan.command", "", "program that examines every uploaded file: it gets the path, 0 means clean; empty: uploads are not examined"),
    CONF_TEXT(G, data_dir, "data.dir", "/var/lib/hongping", "folder of the uploaded files"),
    CONF_TEXT(G, locale_dir, "locale.dir", "", "folder whose locale/ has the translations; empty: share beside the program"),
    CONF_BOOL(G, cookie_secure, "cookie.secure", "false", "mark the cookie Secure; for an API reached over HTTPS only"),
    CONF_INT(G, cost.memory_mib, "password.memory", "64", 8, 1024, "MiB of memory a password's hash takes"),
    CONF_INT(G, cost.passes, "password.passes", "2", 1, 10, "passes over that memory"),
    CONF_INT(G, logins_at_once, "login.at_once", "2", 1, 64, "passwords verified at the same time; more are told to come again"),
    CONF_DURATION(G, session_idle_ms, "session.idle", "30m", "a session without requests ends after this"),
    CONF_DURATION(G, session_absolute_ms, "session.absolute", "12h", "every session ends after this"),
    CONF_DURATION(G, live_check_ms, "live.check", "15s", "how often the session of a watcher of changes is looked at"),
    CONF_INT(G, lock_failures, "login.failures", "5", 1, 100, "failed logins that lock an account"),
    CONF_DURATION(G, lock_ms, "login.lock", "15m", "how long it is locked"),
    CONF_END,
};
/* clang-format on */

static const struct route routes[] = {
    COMMAND(gateway__create_account, gateway_create_account),
    COMMAND(gateway__create_first_administrator, gateway_create_first_administrator),
    COMMAND(gateway__set_bindings, gateway_set_bindings),
    COMMAND(gateway__disable_account, gateway_disable_account),
    COMMAND(gateway__unlock_account, gateway_unlock_account),
    COMMAND(gateway__change_password, gateway_change_password),
    COMMAND(gateway__open_session, gateway_open_session),
    COMMAND(gateway__record_login_failure, gateway_record_login_failure),
    COMMAND(gateway__logout, gateway_logout),
    COMMAND(gateway__record_refusal, gateway_record_refusal),
    COMMAND(gateway__record_file, gateway_record_file),
    COMMAND(gateway__record_form_file, gateway_record_form_file),
    COMMAND(gateway__claim_files, gateway_claim_files),
    QUERY(gateway__list_accounts, gateway_list_accounts),
    QUERY(gateway__who_am_i, gateway_who_am_i),
    QUERY(gateway__find_file, gateway_find_file),
    ROUTE_END,
};

static int on_start(struct service *svc, void *state, struct errtext *e)
{
    struct gateway *g = state;
    int r;

    if (sodium_init() < 0) {
        errtext_set(e, "libsodium cannot start: no source of randomness");
        return err_raise(-EIO);
    }
    text_init(*g->locale_dir ? g->locale_dir : place_share());
    if (!*g->scan_command)
        log_line(LOG_INFO, "uploads are not examined: scan.command is empty", NULL);
    r = files_prepare(g, e);
    if (!r)
        r = keyed_load(g, e);
    return r ? err_pass(r) : err_pass(edge_new(svc, g, e));
}

static void on_stop(struct service *svc, void *state, void (*stopped)(struct service *svc))
{
    struct gateway *g = state;

    if (g->edge)
        edge_close(g->edge, stopped);
    else
        stopped(svc);
}

static int print_openapi(const char *tag, struct str *out)
{
    enum language language = strcmp(tag, "zh") == 0 ? LANGUAGE_ZH : LANGUAGE_EN;

    if (language == LANGUAGE_EN && strcmp(tag, "en") != 0)
        return -EINVAL;
    text_init(place_share());
    openapi_write(out, language);
    str_add_char(out, '\n');
    return 0;
}

int main(int argc, char **argv)
{
    static const struct own_flag openapi = {
        "print-openapi", "en|zh", "print the description of the HTTP API, and end", print_openapi};
    static struct gateway gateway;
    const struct service_spec spec = {
        .name = "gateway",
        .migrations = gateway_migrations,
        .statements = gateway_statements,
        .conf = keys,
        .routes = routes,
        .own_flag = &openapi,
        .on_start = on_start,
        .on_stop = on_stop,
        .state = &gateway,
    };

    if (argc == 2 && strcmp(argv[1], IMPORT_FILE_CHILD) == 0)
        return import_file_child();
    return service_main(&spec, argc, argv);
}
