/* SPDX-License-Identifier: Apache-2.0 */
/* The districts of the settings, and the city among them. */
#include "common/service/districts.h"

#include <errno.h>
#include <string.h>

#include "common/base/str.h"

#include "common/base/banned.h"

static int by_code(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t service_place(const struct service *svc, const char *district)
{
    char **at =
        bsearch(&district, svc->districts, svc->n_districts, sizeof(*svc->districts), by_code);

    return at ? (size_t)(at - svc->districts) : svc->n_districts;
}

bool service_serves(const struct service *svc, const char *district)
{
    return service_place(svc, district) < svc->n_districts;
}

static bool add_district(struct service *svc, char *code)
{
    svc->districts[svc->n_districts++] = code;
    return strlen(code) == 6 && region_level(code) != REGION_BAD;
}

/* In order, each once. */
static void sort_districts(struct service *svc)
{
    size_t n = 0;

    qsort(svc->districts, svc->n_districts, sizeof(*svc->districts), by_code);
    for (size_t i = 0; i < svc->n_districts; i++)
        if (n == 0 || strcmp(svc->districts[n - 1], svc->districts[i]) != 0)
            svc->districts[n++] = svc->districts[i];
    svc->n_districts = n;
}

/* The list of the settings, and the city behind it. */
int districts_read(struct service *svc, struct errtext *e)
{
    char *rest, *code;

    svc->districts_text = strdup(svc->set.districts);
    CHECK(svc->districts_text);
    svc->districts = calloc(strlen(svc->set.districts) / 2 + 2, sizeof(*svc->districts));
    CHECK(svc->districts);
    rest = svc->districts_text;
    while ((code = strtok_r(rest, ", ", &rest)))
        if (!add_district(svc, code)) {
            errtext_set(e, "districts: %s is not a region code of 6 digits", code);
            return err_raise(-EINVAL);
        }
    if (!add_district(svc, svc->set.city)) {
        errtext_set(e, "city: %s is not a region code of 6 digits", svc->set.city);
        return err_raise(-EINVAL);
    }
    sort_districts(svc);
    return 0;
}
