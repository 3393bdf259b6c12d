/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/settings.h"

#include <errno.h>
#include <string.h>

#include "common/service/districts.h"

#include "common/base/banned.h"

#define FS struct frame_settings

/* clang-format off */
const struct conf_key frame_keys[] = {
    CONF_TEXT(FS, archive_folder, "archive.folder", "", "folder of archived months, owner-only; empty: nothing is archived"),
    CONF_TEXT(FS, announce, "bus.announce", "", "endpoint by which others reach this instance; empty: bus.listen, else its socket"),
    CONF_TEXT(FS, bus.dir, "bus.dir", "/run/hongping", "folder of the services' sockets"),
    CONF_TEXT(FS, bus.listen, "bus.listen", "", "tcp://address:port to listen on besides the socket, with CURVE; empty: none"),
    CONF_TEXT(FS, bus.peers, "bus.peers", "", "services not under bus.dir: name=tcp://address:port or name@district+district=..., comma-separated"),
    CONF_TEXT(FS, city, "city", "310000", "the city's region code, 6 digits"),
    CONF_WORD(FS, clock_mode, "clock.mode", "machine", "machine, manual", "with manual business time stands until it is set"),
    CONF_TEXT(FS, clock_start, "clock.start", "2023-01-01T00:00:00+08:00", "where a manual clock stands before it is first set"),
    CONF_TEXT(FS, bus.curve_allow, "curve.allow", "", "folder of the public keys that may connect over tcp"),
    CONF_TEXT(FS, bus.curve_secret, "curve.secret", "", "file with this service's own CURVE key pair"),
    CONF_TEXT(FS, bus.curve_servers, "curve.servers", "", "folder of the other services' public keys, <service>.cert"),
    CONF_TEXT(FS, db, "db", "", "PostgreSQL connection string; empty: database hongping as hongping_<service>"),
    CONF_WORD(FS, digest, "digest", "sha256", "sha256, sm3", "algorithm of new ledger rows"),
    CONF_TEXT(FS, districts, "districts", "310105", "district codes served here, comma-separated; the city itself is always served"),
    CONF_WORD(FS, hear_from, "hear.from", "start", "start, snapshot", "where a source that was never heard is heard from; with snapshot it waits until one is loaded"),
    CONF_INT(FS, job_days, "job.days", "90", 1, 3650, "days a job that ended is listed with its result"),
    CONF_INT(FS, lease_seconds, "lease.seconds", "10", 2, 3600, "an instance that was not heard of for so long leads its districts no more"),
    CONF_WORD(FS, log_level, "log.level", "info", "debug, info, warn, error", "the least that is logged"),
    CONF_INT(FS, message_days, "message.days", "90", 1, 3650, "days a message id is remembered; an older one is refused"),
    CONF_TEXT(FS, metrics, "metrics", "", "address:port of /metrics, /healthz and /readyz; empty: none"),
    CONF_INT(FS, queue, "queue", "1000", 1, 1000000, "commands, and as many queries, waiting before BUSY is answered"),
    CONF_TEXT(FS, schema, "schema", "", "database schema; empty: the service's name"),
    CONF_TEXT(FS, seal_copy, "seal.copy", "", "a second file for the signed lines, on another machine's disk; empty: none"),
    CONF_TEXT(FS, seal_file, "seal.file", "", "file the signed lines are added to, one of its own for each instance; needed with seal.key"),
    CONF_TEXT(FS, seal_key, "seal.key", "", "PEM file with the private key that seals are signed with (Ed25519 or SM2); empty: they are not signed"),
    CONF_TEXT(FS, share, "share", "", "folder of shipped data: calendars, credit rules, programmes; empty: share/hongping beside the program"),
    CONF_INT(FS, n_workers, "workers", "2", 1, 64, "worker threads for the lanes, each with a database connection"),
    CONF_END,
};
/* clang-format on */

/* What the settings say beyond their form. */
int settings_check(struct service *svc, struct errtext *e)
{
    enum digest_algorithm algorithm;
    static char conninfo[128];

    CHECK(digest_by_name(svc->set.digest, &algorithm) == 0); /* one of the words allowed */
    ledger_set_algorithm(algorithm);
    ledger_set_service(svc->spec->name);
    snprintf(conninfo, sizeof(conninfo), "dbname=hongping user=hongping_%s", svc->spec->name);
    svc->conninfo = *svc->set.db ? svc->set.db : conninfo;
    svc->schema = *svc->set.schema ? svc->set.schema : svc->spec->name;
    if (*svc->set.seal_key && !*svc->set.seal_file) {
        errtext_set(e, "seal.key is set, so seal.file must be: the file the signed lines go to");
        return err_raise(-EINVAL);
    }
    return err_pass(districts_read(svc, e));
}
