# SPDX-License-Identifier: Apache-2.0
# What the benchmarks share; sourced by run. A stack of its own in $stack, the product's commands in an optimised build in $build.

say() { printf '%s\n' "$*" >&2; }

build_all() { # TARGET...
    cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE='-O2 -g' \
        -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON -DHP_TESTS=ON >/dev/null
    cmake --build "$build" --target "$@" >/dev/null
}

services=(intake scoring publicity credit reporting gateway)

start() {
    chmod 755 "$stack"
    "$build/bin/hongping" up --data "$stack/data" --port 0 --json "$@" ${HP_BENCH_UP:-} >"$stack/up.json"
    info=$stack/data/stack.json
    api=$(jq -r .api "$info")
    bus=$(jq -r .bus_dir "$info")
    [ -z "${HP_BENCH_COMMIT_DELAY:-}" ] || { psql -h "$bus" -p 5432 -U postgres hongping -qc "alter system set commit_delay = $HP_BENCH_COMMIT_DELAY" -c "alter system set commit_siblings = 0" -c "select pg_reload_conf()" >/dev/null; }
}

finish() {
    "$build/bin/hongping" down --data "$stack/data" >/dev/null 2>&1 || true
    rm -rf "$stack"
}
trap finish EXIT

city=310000
call() { # METHOD PATH BODY [TOKEN] [DISTRICT]
    curl -sS -f -X "$1" "$api/api/v1/districts/${5:-$city}$2" -H 'Content-Type: application/json' ${4:+-H "Authorization: Bearer $4"} -d "$3"
}

log_in() { # leaves the token of a city officer in $token
    local password admin
    password=$(jq -r .administrator.password "$stack/up.json")
    admin=$(call POST /sessions "{\"account\":\"admin\",\"password\":\"$password\"}" | jq -r .token)
    call POST /accounts '{"account":"bench","name":"样例","password":"Sample-9-measure","bindings":[{"role":"city","region":"310000"}]}' "$admin" >/dev/null
    token=$(call POST /sessions '{"account":"bench","password":"Sample-9-measure"}' | jq -r .token)
}

machine() { jq -n --arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" --argjson cores "$(nproc)" \
    --arg kernel "$(uname -r)" --arg postgres "$(psql --version | awk '{print $3}')" '{cpu: $cpu, cores: $cores, kernel: $kernel, postgresql: $postgres}'; }

# Processor time used so far, in clock ticks (100 a second): of a service, or of all of PostgreSQL.
ticks() {
    local pid
    pid=$(jq -r --arg n "$1" '.processes[] | select(.name == $n) | .pid' "$info")
    if [ "$1" = postgresql ]; then
        # those that ended meanwhile are the postmaster's
        { awk '{print $14 + $15 + $16 + $17}' "/proc/$pid/stat"
          for child in $(pgrep -P "$pid"); do awk '{print $14 + $15}' "/proc/$child/stat" 2>/dev/null || true; done
        } | awk '{n += $1} END {print n + 0}'
    else
        awk '{print $14 + $15}' "/proc/$pid/stat"
    fi
}


# Processor time since a reading, in microseconds for each of N, as a JSON object by name.
reading() { # NAME...
    local name
    for name in "$@"; do printf '%s %s\n' "$name" "$(ticks "$name")"; done
}
since() { # FILE WITH A READING, N
    local name before
    while read -r name before; do printf '%s %s\n' "$name" $(($(ticks "$name") - before)); done <"$1" |
        jq -Rn --argjson n "$2" '[inputs | split(" ") | {(.[0]): ((.[1] | tonumber) * 10000 / $n | round)}] | add'
}

table() { column -t -s "$(printf '\t')" >&2; }

load() { # CONNECTIONS SECONDS DISTRICT[,DISTRICT...] PATH BODY [RATE]: PUT as fast as is answered, or so many a second
    "$build/bench/bench_http_load" "${api##*:}" "$1" "$2" "$token" PUT "/api/v1/districts/@$4" "$5" "$3" "${@:6}"
}

# Managers belong to the city, compounds to their district; what they refer to is registered first.
register_managers() { # CONNECTIONS SECONDS [RATE]
    load "$1" "$2" "$city" '/managers/B-#' '{"name":"样例测速","enterprise_id":"91350100M000100Y43","sample":true}' "${@:3}"
}
prepare_managers() { call PUT /enterprises/91350100M000100Y43 '{"name":"样例测速物业","area_m2":1000000}' "$token" >/dev/null; }
register_compounds() { # CONNECTIONS SECONDS DISTRICT[,DISTRICT...]
    load "$1" "$2" "$3" '/sites/@001-%' '{"kind":"compound","name":"样例测速小区#","subdistrict":"@001","sample":true}'
}
prepare_compounds() { call PUT "/regions/${1}001" '{"name":"样例街道"}' "$token" "$1" >/dev/null; } # DISTRICT
