# SPDX-License-Identifier: Apache-2.0
# A district that a hearer was not told of: its events are applied nowhere, and verify says so.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

data=$scratch/data
at_end='end_stack'
ask() { # METHOD PATH TOKEN BODY: must be 200 or 201
    status=$(printf '%s' "$4" | curl -sS -o "$scratch/answer" -w '%{http_code}' -X "$1" -H 'Content-Type: application/json' \
        ${3:+-H "Authorization: Bearer $3"} --data-binary @- "$api/api/v1/districts/$2")
    case $status in 200 | 201) ;; *) fail "$1 $2: $status $(cat "$scratch/answer")" ;; esac
}

run 0 up --port 0 --clock manual --set "share=$HP_SOURCE/deploy" --set districts=310101,310105 --set reporting.districts=310105 --json
api=$(json .api) password=$(json .administrator.password)
run 0 verify --json # nothing was said there yet
is "$(json '.ok and .unheard == []')" true

ask POST 310000/sessions "" "$(jq -n --arg p "$password" '{account: "admin", password: $p}')"
admin=$(jq -er .token "$scratch/answer")
ask POST 310000/accounts "$admin" '{"account":"sample-officer","name":"样例","password":"Sample-2023-x","bindings":[{"role":"city","region":"310000"}]}'
ask POST 310000/sessions "" '{"account":"sample-officer","password":"Sample-2023-x"}'
officer=$(jq -er .token "$scratch/answer")
ask PUT 310105/regions/310105002 "$officer" '{"name":"样例街道"}'
run 0 verify --json # heard by all
ask PUT 310101/regions/310101002 "$officer" '{"name":"样例街道"}'

run 1 verify --chains --json
is "$(json '.ok | not')" true
is "$(json '.unlooked == [] and .standing == []')" true
is "$(json '.unheard | map(.service + " " + .source + " " + .district + " " + (.head | tostring)) | join(", ")')" "reporting intake 310101 1"
run 1 verify --chains
says "$out" "reporting: does not serve 310101, where intake has 1 events: they were applied nowhere"
says "$out" "verify: differences were found"

# told of the district it hears from the beginning, and all is well
run 0 down
sed -i '/^reporting\.districts=/d' "$data/hongping.conf"
run 0 up
followed() { "$hongping" streams --data "$data" --json | jq -e '[.subscriptions[] | select(.lag != 0)] == []' >/dev/null; }
until_true 60 followed
run 0 verify --json
is "$(json '.ok and .unheard == []')" true
run 0 down
