# SPDX-License-Identifier: Apache-2.0
# A stack's life: started once, asked, hurt, advanced, stopped, started again on its data; nothing is left behind.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"

data=$scratch/data
at_end='end_stack'
process() { jq -er ".processes[] | select(.name == \"$1\") | .$2" "$data/stack.json" 2>/dev/null; }
all_answer() {
    "$hongping" status --data "$data" --json 2>/dev/null |
        jq -e '[.processes[] | select(.state != "running" or .answers == false)] == []' >/dev/null
}
came_back() { # NAME OLD-PID
    [ "$(process "$1" state)" = running ] && [ "$(process "$1" pid)" != "$2" ] && all_answer
}
nothing_left() { [ -z "$(processes_of "$data/")" ] && [ ! -e "$sockets" ]; }

set -- --port 0 --clock manual --set "share=$HP_SOURCE/deploy"

# a mistake in a setting is said, and leaves nothing running
run 1 up "$@" --set scoring.no.such.key=1
says "$err" no.such.key
[ -z "$(processes_of "$data/")" ] || fail "left behind: $(processes_of "$data/")"
# where the data are unless it is said
if [ "$(id -u)" != 0 ]; then
    expect 0 env XDG_DATA_HOME="$scratch/shared" "$hongping" down
    says "$out" "$scratch/shared/hongping"
    expect 0 env -u XDG_DATA_HOME HOME="$scratch/home" "$hongping" down
    says "$out" "$scratch/home/.local/share/hongping"
fi
run 2 up "$@" --set nonsense
says "$err" nonsense

run 0 up "$@" --json
is "$(json .started)" true
is "$(json .administrator.account)" admin
password=$(json .administrator.password)
api=$(json .api)
sockets=$(jq -er .bus_dir "$data/stack.json")
grep -rqF "$password" "$data" && fail "the password is in the data directory"
is "$(stat -c %a "$sockets")" 700
all_answer || fail "up returned before everything answers"
curl -fsS -H 'Accept-Language: en' "$api/api/openapi.json" >"$scratch/openapi.json" || fail "the API does not answer"
"$(dirname "$hongping")/gateway" --print-openapi en >"$scratch/printed.json" || fail "it prints nothing"
jq -es '.[0] == .[1]' "$scratch/printed.json" "$scratch/openapi.json" >/dev/null ||
    fail "what the program prints is not what it answers"
expect 2 "$(dirname "$hongping")/gateway" --print-openapi klingon
says "$err" "en|zh"
login() {
    jq -n --arg p "$1" '{account: "admin", password: $p}' |
        curl -sS -o "$scratch/login" -w '%{http_code}' -H 'Content-Type: application/json' --data-binary @- \
            "$api/api/v1/districts/310000/sessions"
}
is "$(login "$password")" 200
is "$(login wrong-Password-1)" 401
for service in intake scoring publicity credit reporting gateway; do
    curl -fsS "$(process $service metrics)" >"$scratch/metrics" || fail "$service has no metrics"
    awk -f "$HP_SOURCE/tests/e2e/metrics.awk" "$scratch/metrics" >&2 || fail "$service: its metrics cannot be read"
done

run 0 up "$@" --json
is "$(json '.started | not')" true
is "$(json '.administrator == null')" true

run 0 status
says "$out" gateway
run 0 streams --json
is "$(json .parked)" 0

# what dies comes back
for name in scoring gateway postgresql; do
    pid=$(process $name pid)
    kill -9 "$pid"
    until_true 60 came_back $name "$pid"
done
run 0 verify --json
is "$(json .ok)" true
is "$(json '.services | length')" 6
run 0 jobs --json
is "$(json '[.jobs[] | .kind + " " + .state] | unique | join(", ")')" "verify done"
is "$(json '.jobs | length')" 6
job=$(json '.jobs[0].id')
run 1 jobs cancel "$job" --json # too late: it says so, and how the job ended
is "$(json .code)" job_ended
says "$(json .reason)" "done"
run 1 jobs cancel 01900000-0000-7000-8000-000000000000
says "$err" 01900000-0000-7000-8000-000000000000
run 0 jobs
says "$out" "$job"
is "$(login "$password")" 200

# time
run 0 clock advance 36h --json
is "$(json .now)" 2023-01-02T12:00:00+08:00
run 1 clock set 2022-01-01T00:00:00+08:00
run 0 clock --json
is "$(json .now)" 2023-01-02T12:00:00+08:00
run 1 streams retry intake 310105 --in scoring
says "$err" not_parked

HONGPING_PASSWORD=$password run 1 import enterprises "$HP_SOURCE/deploy/calendars/cn.yaml" --account admin
says "$err" 403 # an administrator has no business rights

run 0 down
nothing_left || fail "left behind: $(processes_of "$data/") $(ls -la "$sockets" 2>/dev/null)"
run 0 down

# the data stays: the same administrator, the same clock, which is still a manual one
run 0 up --port 0 --set "share=$HP_SOURCE/deploy" --json
is "$(json '.administrator == null')" true
api=$(json .api)
is "$(login "$password")" 200
run 0 clock --json
is "$(json '.now + " " + (.manual | tostring)')" "2023-01-02T12:00:00+08:00 true"

# a supervisor that is killed takes its children with it, and the next up starts over
kill -9 "$(jq -er .pid "$data/stack.json")"
until_true 60 eval '[ -z "$(processes_of "$data/")" ]'
run 1 status
run 0 up --port 0 --set "share=$HP_SOURCE/deploy" --json
sockets=$(jq -er .bus_dir "$data/stack.json")
run 0 down
nothing_left || fail "left behind: $(processes_of "$data/") $(ls -la "$sockets" 2>/dev/null)"

# in the foreground it ends with its process
"$hongping" up --foreground --data "$data" --port 0 --set "share=$HP_SOURCE/deploy" >"$scratch/foreground" &
front=$!
until_true 120 all_answer
kill -TERM $front
wait $front || fail "up --foreground ended with $?"
nothing_left || fail "left behind: $(processes_of "$data/")"
