# SPDX-License-Identifier: Apache-2.0
# Months of a stack go to files: what is left verifies, the files verify by themselves and against what was signed, and the read
# models are rebuilt from both; a new hearer begins with a snapshot.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

data=$scratch/data verify=$HP_BIN/hongping-verify
at_end='end_stack'
sql() { # SCHEMA, then SQL on standard input
    PGOPTIONS="-c search_path=$1" psql -XqAt -v ON_ERROR_STOP=1 -h "$(jq -er .bus_dir "$data/stack.json")" -U postgres hongping ||
        fail "psql in $1"
}
services='intake scoring publicity credit reporting gateway'
follow_again() { # after the history was made older under the hearers
    for service in $services; do
        echo "update subscription set state = 'following', sealed_last = null, sealed_hash = null, error = null where state = 'diverged'" |
            sql "$service"
    done
    [ "$("$hongping" streams --data "$data" --json | jq .parked)" = 0 ]
}

# a played programme, unsigned, whose first half lies in the March and April of 2020
run 0 up --port 0 --clock manual --set "share=$HP_SOURCE/deploy" --set seal.key= --set seal.file= --json
HONGPING_PASSWORD=$(json .administrator.password)
export HONGPING_PASSWORD
run 0 demo changning-property-2023 --here
for service in $services; do
    {
        cat "$HP_SOURCE/tests/support/age.sql"
        echo "begin;
            select pg_temp.age_month('2020-03-01'), pg_temp.age_month('2020-04-01');
            select pg_temp.age_rows(30, '2020-04-10T00:00:00Z');
            select pg_temp.age_rows(12, '2020-03-10T00:00:00Z');
            select pg_temp.age_seal('$service');
            update subscription set sealed_last = null, sealed_hash = null;
            commit;"
    } | sql "$service" >/dev/null
done
run 0 down
sed -i '/^seal\./d' "$data/hongping.conf" # from now on it signs
run 0 up --port 0 --set "share=$HP_SOURCE/deploy" --set message.days=1
until_true 60 follow_again
run 0 verify

# wrong words, and months that cannot go
run 2 archive
run 2 archive March
says "$err" March
run 2 archive 2020-03 --service nobody
run 2 archive 2020-03 now
run 2 archive 2020-13
says "$err" 2020-13
run 1 archive 2020-04
says "$err" 2020-03
run 1 archive "$(date -u +%Y-%m)" --json
says "$err" month_not_over
is "$(json '[.ok, .code, .field, .exit] | tojson')" '[false,"month_not_over","month",1]'
says "$(json .sentence)" "$(json .reason)"
[ ! -e "$data/archive" ] || fail "something was archived"

run 0 archive 2020-03 --json
is "$(json .month)" 2020-03
is "$(json '[.files[] | select(.service == "publicity" and .ledger == "stream" and .district == "310105") | [.first, .file]] | tojson')" \
    '[[1,"publicity.stream.310105.2020-03.jsonl"]]'
n=$(json '.files | length')
[ "$n" -gt 5 ] || fail "only $n files"
is "$(find "$data/archive" -type f -perm 600 | wc -l)" "$n"
is "$(stat -c %a "$data/archive")" 700
json '.files[] | .sha256 + "  " + .file' >"$scratch/sums"
(cd "$data/archive" && sha256sum -c --quiet "$scratch/sums") || fail "the digests are of other files"
run 0 archive 2020-04
says "$out" "publicity.stream.310105.2020-04.jsonl"
run 0 archive 2020-03 # again: the same files
says "$out" "$(jq -nr --arg s "$(head -n 1 "$scratch/sums")" '$s | split("  ")[0]')"

# what is left, the files, and the read models from both
run 0 verify --json
is "$(json .ok)" true
is "$(json '[.services[].absent[]] | length')" 0
expect 0 "$verify" "$data"/archive/*.jsonl
# signed after it was made older, so only where a chain stands now: at the end of one of the files
expect 0 "$verify" --against "$data/seals/publicity.jsonl" "$data/archive/publicity.log.310105.2020-04.jsonl"
says "$out" "agrees with the seal file"
for row in "3 publicity" "14 publicity"; do
    # shellcheck disable=SC2086
    set -- $row
    run 0 proof stream 310105 "$1" --service "$2" --out "$scratch/row.json" --force
    expect 0 "$verify" "$scratch/row.json"
done

# a hearer is told where to begin by position and seal
run 2 streams rejoin publicity 310105 --in reporting --from 16 --seal nonsense --reason sample
says "$err" nonsense
run 1 streams rejoin publicity 310105 --in reporting --from 16 --reason sample \
    --seal "$(tail -n 1 "$data/archive/publicity.stream.310105.2020-04.jsonl" | jq -er .hash)"
says "$err" not_diverged

# a new reporting begins with a snapshot of the one before, though the first months are in no stream any more
run 2 snapshot nobody models
run 2 snapshot reporting
run 1 snapshot scoring models
says "$err" snapshot_none
run 2 snapshot reporting ../models
says "$err" ../models
run 0 snapshot reporting models --json
is "$(json '.rows > 100 and (.positions | length) >= 4')" true
is "$(stat -c %a "$data/archive/models")" 600
run 1 snapshot reporting models
says "$err" "models is there already"
run 1 snapshot reporting models --load
says "$err" "heard already"
echo "truncate timeline, timeline_subject, subject, progress, dossier, task, programme_term; delete from subscription" | sql reporting
run 0 down
run 0 up --port 0 --set "share=$HP_SOURCE/deploy" --set message.days=1 --set reporting.hear.from=snapshot
run 1 streams
says "$out" "hear.from"
run 0 snapshot reporting models --load
says "$out" models
run 0 jobs
says "$out" load_snapshot
run 0 verify

# April's in March's place, in the folder and given to somebody
march=publicity.stream.310105.2020-03.jsonl april=publicity.stream.310105.2020-04.jsonl
cp -a "$data/archive" "$scratch/kept"
cp "$scratch/kept/$april" "$data/archive/$march"
expect 1 "$verify" "$data/archive/$march" "$data/archive/$april"
says "$out" "another archive than it is"
run 1 verify
says "$out" "archive_swapped $march"
says "$out" "was not looked at: " # the read models are not rebuilt from it either
cp "$scratch/kept/$march" "$data/archive/$march"
head -c 3000 "$scratch/kept/$april" >"$data/archive/$april"
run 1 verify
says "$out" "archive_cut $april"
# elsewhere: told, but then the read models cannot be rebuilt, and that is said
rm "$data/archive/$april"
run 1 verify
says "$out" "$april is not here"
says "$out" "was not looked at: "
run 1 verify --json
json '.ok == false and (.services | length) == 6 and (.unlooked | length) == 1' >/dev/null
run 0 verify --chains
says "$out" "$april is not here"
run 1 proof stream 310105 14 --service publicity
says "$err" "$april"
cp "$scratch/kept/$april" "$data/archive/$april"
run 0 verify

# what stands still is a finding, though every row and every model agrees
echo "update subscription set state = 'parked', error = 'sample' where source = 'intake' and district = '310105'" | sql scoring
run 1 verify
says "$out" "scoring: stands still behind"
run 1 verify --chains --json
json '.ok == false and .unlooked == [] and .standing[0].service == "scoring" and .standing[0].state == "parked"' >/dev/null
