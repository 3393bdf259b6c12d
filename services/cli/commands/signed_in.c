/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/signed_in.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "services/cli/check.h"
#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/stack/stack.h"

#include "common/base/banned.h"

int signed_in_check(const struct args *args, const char *command)
{
    const char *url = args_value(args, "api"), *district = args_value(args, "district");

    if (!args_value(args, "account"))
        return say_usage(tr("%s needs --account NAME"), command);
    if (url && strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return say_usage(tr("'%s' is no address of an API: write http://127.0.0.1:8310"), url);
    if (!args_value(args, "password-file") && !getenv("HONGPING_PASSWORD"))
        return say_usage("%s", tr("no password: give --password-file or set HONGPING_PASSWORD"));
    return district ? check_district(district) : CLI_DONE;
}

static int read_password(const struct args *args, char **ret_password, struct errtext *e)
{
    const char *file = args_value(args, "password-file");
    int r;

    if (file) {
        r = read_file(file, 4096, ret_password, NULL, e);
        if (!r)
            (*ret_password)[strcspn(*ret_password, "\r\n")] = '\0';
        return r;
    }
    *ret_password = strdup(getenv("HONGPING_PASSWORD")); /* signed_in_check saw it */
    return *ret_password ? 0 : err_raise(-ENOMEM);
}

static int sign_in(const struct args *args, const struct stack *s, const char *password,
                   struct signed_in *ret, struct errtext *e)
{
    const char *url = args_value(args, "api"), *district = args_value(args, "district");
    int r;

    if (!district)
        district = s->districts[0] ? s->districts[0] : s->city;
    r = api_new(url ? url : s->api, district, language_tag(text_language_env()), &ret->api, e);
    return r ? r : api_login(ret->api, args_value(args, "account"), password, &ret->session, e);
}

int signed_in_open(const struct args *args, struct signed_in *ret)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    char *password = NULL;
    struct errtext e = {0};
    int r = read_password(args, &password, &e);

    *ret = (struct signed_in){0};
    if (!r && (!args_value(args, "api") || !args_value(args, "district")))
        r = stack_find(args_value(args, "data"), &s, &e);
    if (!r)
        r = sign_in(args, s, password, ret, &e);
    if (password)
        explicit_bzero(password, strlen(password));
    free(password);
    if (!r)
        return CLI_DONE;
    api_free(ret->api);
    *ret = (struct signed_in){0};
    return say_fault("%s", e.text[0] ? e.text : strerror(-r));
}

void signed_in_close(struct signed_in *s)
{
    struct errtext e = {0};

    if (s->session)
        (void)!api_logout(s->api, s->session, &e);
    api_session_free(s->session);
    api_free(s->api);
    *s = (struct signed_in){0};
}
