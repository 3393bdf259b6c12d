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

# ---- the ledgers of the running month as files ----
seals=$data/seals/intake.jsonl folder=$data/archive
signed_up_to() { # LEDGER DISTRICT SEQ
    jq -es --arg l "$1" --arg d "$2" --argjson n "$3" \
        'any(.[]; .ledger == $l and .district == $d and .last >= $n)' "$seals" >/dev/null
}
run 0 export stream 310105 live --service intake --json
is "$(json '.service + " " + .ledger + " " + .district + " " + .file + " " + (.first | tostring)')" "intake stream 310105 live 1"
last=$(json .last) sum=$(json .sha256)
is "$(json '.rows == .last')" true
is "$(sha256sum <"$folder/live" | cut -d' ' -f1)" "$sum"
is "$(stat -c %a "$folder/live")" 600
is "$(sed -n 1p "$folder/live" | jq -er '.month')" ""
until_true 30 signed_up_to stream 310105 "$last"
cp "$seals" "$scratch/seals.then"
expect 0 "$verify" "$folder/live"
says "$out" "the archive agrees with itself: ledger stream of intake in 310105, rows 1 to $last, $last rows under"
expect 0 "$verify" --key "$key" --against "$seals" "$folder/live"
says "$out" "signed up to row $last of $last"
# asked again where nothing moved it is the same; another one does not take its place
run 0 export stream 310105 live --service intake --json
is "$(json .sha256)" "$sum"
run 1 export log 310105 live --service intake --json
says "$(json .sentence)" "live is there already and is something else"
is "$(sha256sum <"$folder/live" | cut -d' ' -f1)" "$sum"
# from a row on: whole seals, and the two fit together; ledgers of a service's own
run 0 export stream 310105 rest --service intake --from "$last"
says "$out" "rest  rows"
run 0 export stream 310105 middle --service intake --from 3 --json
is "$(json '.first >= 1 and .first <= 3')" true
run 0 export ballot 310105 ballots
expect 0 "$verify" --key "$key" --against "$seals" "$folder/live" "$folder/middle" "$folder/rest"
expect 0 "$verify" --key "$key" --against "$data/seals/scoring.jsonl" "$folder/ballots"
# what is no such thing
run 1 export stream 310105 other
says "$err" "--service"
run 1 export ballet 310105 other
says "$err" "deduction_ledger"
run 1 export ballot 310105 other --service credit --json
is "$(json .code)" ledger_unknown
run 1 export stream 310105 other --service intake --from $((last + 1)) --json
is "$(json .code)" row_missing
run 1 export stream 310106 other --service intake --json
is "$(json .code)" row_missing
run 2 export stream 310105 other.jsonl --service intake
run 2 export stream 310105 ../other --service intake
run 2 export stream 310105 other --service nobody
run 2 export stream 310105 other --service intake --from first --json
is "$(json .code)" usage
[ ! -e "$folder/other" ] || fail "a file of an export that was refused"
# a byte changed, the end cut off, a row left out: found and named
at=$(grep -n '"kind":"row","seq":5,' "$folder/live" | cut -d: -f1)
sed "${at}s/.\(.\)\]}\$/f\1]}/" "$folder/live" >"$scratch/byte"
cmp -s "$scratch/byte" "$folder/live" && sed "${at}s/.\(.\)\]}\$/e\1]}/" "$folder/live" >"$scratch/byte"
cmp -s "$scratch/byte" "$folder/live" && fail "no byte was changed"
expect 1 "$verify" "$scratch/byte"
says "$out" "ledger stream of intake in 310105, row"
head -n -4 "$folder/live" >"$scratch/cut"
expect 1 "$verify" "$scratch/cut"
says "$out" "the archive does NOT hold"
grep -v '"kind":"row","seq":5,' "$folder/live" >"$scratch/less"
expect 1 "$verify" "$scratch/less"
says "$out" "row"
# one whose end was made anew is shorter than it says it is only where the seal file knows; that of then and today's both fit
run 0 clock advance 400d
run 0 export stream 310105 later --service intake --json
more=$(json .last)
[ "$more" -ge "$last" ] || fail "the stream became shorter"
until_true 30 signed_up_to stream 310105 "$more"
expect 0 "$verify" --key "$key" --against "$seals" "$folder/live" "$folder/later"
run 0 verify --json

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
