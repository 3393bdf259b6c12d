/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/bus.h"

#include <czmq.h>
#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/base/banned.h"

enum { KEY_SIZE = 32 };

static bool is_set(const char *text)
{
    return text && *text;
}

/* Our key pair, with its secret half. */
static int own_cert(const struct bus_conf *conf, zcert_t **ret_cert, struct errtext *e)
{
    static const uint8_t none[KEY_SIZE];
    zcert_t *cert;

    if (!is_set(conf->curve_secret)) {
        errtext_set(e,
                    "curve.secret is not set: a tcp connection needs this service's own key pair");
        return err_raise(-EINVAL);
    }
    cert = zcert_load(conf->curve_secret);
    if (!cert || memcmp(zcert_secret_key(cert), none, KEY_SIZE) == 0) {
        errtext_set(e, "curve.secret: %s is not a certificate with a secret key",
                    conf->curve_secret);
        zcert_destroy(&cert);
        return err_raise(-EINVAL);
    }
    *ret_cert = cert;
    return 0;
}

static int set_key(void *socket, int option, const void *key)
{
    return zmq_setsockopt(socket, option, key, KEY_SIZE) == 0 ? 0 : err_raise(-EINVAL);
}

static int set_own(void *socket, zcert_t *cert)
{
    int r = set_key(socket, ZMQ_CURVE_PUBLICKEY, zcert_public_key(cert));

    return r ? r : set_key(socket, ZMQ_CURVE_SECRETKEY, zcert_secret_key(cert));
}

/* Both halves of a connection to @service: our own pair and its public key. */
static int load(const struct bus_conf *conf, const char *service, zcert_t **ret_own,
                zcert_t **ret_server, struct errtext *e)
{
    char path[1024];
    zcert_t *server;
    int r;

    if (!is_set(conf->curve_servers)) {
        errtext_set(e,
                    "curve.servers is not set: %s is reached over tcp and its public key is needed",
                    service);
        return err_raise(-EINVAL);
    }
    snprintf(path, sizeof(path), "%s/%s.cert", conf->curve_servers, service);
    server = zcert_load(path);
    if (!server) {
        errtext_set(e, "curve.servers: %s is not a certificate", path);
        return err_raise(-EINVAL);
    }
    r = own_cert(conf, ret_own, e);
    if (r) {
        zcert_destroy(&server);
        return err_pass(r);
    }
    *ret_server = server;
    return 0;
}

int bus_curve_check(const struct bus_conf *conf, const char *service, struct errtext *e)
{
    zcert_t *own, *server;
    int r = load(conf, service, &own, &server, e);

    if (r)
        return err_pass(r);
    zcert_destroy(&own);
    zcert_destroy(&server);
    return 0;
}

int bus_curve_client(void *socket, const struct bus_conf *conf, const char *service,
                     struct errtext *e)
{
    zcert_t *own, *server;
    int r = load(conf, service, &own, &server, e);

    if (r)
        return err_pass(r);
    r = set_own(socket, own);
    if (!r)
        r = set_key(socket, ZMQ_CURVE_SERVERKEY, zcert_public_key(server));
    if (r)
        errtext_set(e, "this libzmq was built without CURVE");
    zcert_destroy(&own);
    zcert_destroy(&server);
    return r;
}

int bus_curve_server(void *socket, const struct bus_conf *conf, struct bus_gate **ret_gate,
                     struct errtext *e)
{
    zcert_t *own;
    int on = 1, r;

    /* Without an allow-list a CURVE server takes any client: refuse to listen at all. */
    if (!is_set(conf->curve_allow) || access(conf->curve_allow, R_OK | X_OK) != 0) {
        errtext_set(
            e,
            "curve.allow: bus.listen needs a readable folder of the public keys that may connect");
        return err_raise(-EINVAL);
    }
    r = own_cert(conf, &own, e);
    if (r)
        return err_pass(r);
    r = set_own(socket, own);
    zcert_destroy(&own);
    if (!r && (zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &on, sizeof(on)) != 0 ||
               zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, "hongping", strlen("hongping")) != 0))
        r = err_raise(-EINVAL);
    if (r) {
        errtext_set(e, "this libzmq was built without CURVE");
        return r;
    }
    return err_pass(bus_gate_new(conf->curve_allow, ret_gate, e));
}
