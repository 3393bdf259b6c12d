# SPDX-License-Identifier: Apache-2.0
# A stack signs what it does: a row of it is proved to somebody who has only hongping-verify, and its seal files hold.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

data=$scratch/data verify=$HP_BIN/hongping-verify
at_end='end_stack'
anchored() { # WORD...: its proof has a signature
    "$hongping" proof --data "$data" --out "$scratch/row.json" --force "$@" 2>"$scratch/said" || return 1
    [ ! -s "$scratch/said" ]
}

run 0 up --port 0 --clock manual --set "share=$HP_SOURCE/deploy" --json
admin=$(echo "$out" | jq -er .administrator.password) || fail "no administrator"
is "$(stat -c %a "$data/keys/seal.pem")" 600
run 0 status --json
key=$(echo "$out" | jq -er .seals.key) || fail "status names no key"
is "$(echo "$out" | jq -er .seals.folder)" "$data/seals"
is "$(echo "$out" | jq -er '[.processes[].service.seals.key // empty] | unique | length')" 1
HONGPING_PASSWORD=$admin run 0 demo changning-property-2023 --here

# a ledger of a service's own is found by its name, those that all have need the service's
for row in "ballot 310105 1" "deduction_ledger 310105 1" "notice_ledger 310105 1" \
    "stream 310105 3 --service scoring" "log 310000 2 --service intake"; do
    # shellcheck disable=SC2086
    until_true 30 anchored $row
    expect 0 "$verify" --key "$key" "$scratch/row.json"
    at=$(grep -ob '"bytes":"[0-9a-f]' "$scratch/row.json" | tail -n 1 | cut -d: -f1)
    { head -c $((at + 9)) "$scratch/row.json" && printf f && tail -c +$((at + 11)) "$scratch/row.json"; } >"$scratch/f.json"
    { head -c $((at + 9)) "$scratch/row.json" && printf e && tail -c +$((at + 11)) "$scratch/row.json"; } >"$scratch/e.json"
    expect 1 "$verify" --key "$key" "$scratch/f.json" "$scratch/e.json"
done
run 0 proof ballot 310105 1
is "$(echo "$out" | jq -er '.kind + " " + .service + " " + .ledger')" "proof scoring ballot"
run 1 proof stream 310105 1
says "$err" "--service"
run 1 proof ballet 310105 1
says "$err" "deduction_ledger"
run 1 proof ballot 310105 1 --service credit
says "$err" "ledger_unknown"
run 1 proof ballot 310105 99999999
says "$err" "row_missing"
run 2 proof ballot 310105 first
run 2 proof ballot 310105 1 --service nobody
cp "$scratch/row.json" "$scratch/before.json"
run 1 proof ballot 310105 1 --out "$scratch/row.json" --json
is "$(json .code)" file_exists
says "$err" "$scratch/row.json is there already; --force replaces it"
cmp "$scratch/row.json" "$scratch/before.json" || fail "it was replaced"
run 0 proof ballot 310105 1 --out /dev/null
[ -c /dev/null ] || fail "/dev/null was replaced"
run 0 verify --json
is "$(echo "$out" | jq -r .ok)" true

# a row that was changed in the database: its proof says so by itself, and hongping-verify finds the same in it
sql() { PGOPTIONS='-c search_path=scoring' psql -XqAt -v ON_ERROR_STOP=1 -h "$(jq -er .bus_dir "$data/stack.json")" -U postgres hongping; }
echo "update ballot set cast_at = cast_at + interval '1 day' where seq = 1 and district = '310105'" | sql || fail "the row was not changed"
run 1 proof ballot 310105 1 --out "$scratch/changed.json"
says "$err" "row 1 of ledger ballot in 310105 does not match its seal: the values give another digest: the row was changed"
expect 1 "$verify" --key "$key" "$scratch/changed.json"
says "$out" "the row was changed"
run 0 proof ballot 310105 2

# what was signed holds by itself, with the key that was published
run 0 down
expect 0 "$verify" --key "$key" "$data"/seals/*.jsonl
for service in intake scoring publicity credit gateway; do # reporting says nothing
    [ -s "$data/seals/$service.jsonl" ] || fail "$service signed nothing"
done
cp "$data/keys/seal.pem" "$scratch/before.pem"
run 0 up --port 0 --set "share=$HP_SOURCE/deploy"
cmp "$scratch/before.pem" "$data/keys/seal.pem" || fail "the key was made anew"
run 0 down
expect 0 "$verify" --key "$key" "$data"/seals/*.jsonl
