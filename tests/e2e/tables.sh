# SPDX-License-Identifier: Apache-2.0
# An officer's tables: a template, an import with a row that is refused, the refused row mended, the list exported and imported.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"

data=$scratch/data
at_end='end_stack'
run 0 up --port 0 --clock manual --set "share=$HP_SOURCE/deploy" --json
password=$(json .administrator.password) api=$(json .api)
ask() { # METHOD PATH TOKEN BODY
    curl -sS -X "$1" -H 'Content-Type: application/json' ${3:+-H "Authorization: Bearer $3"} -d "$4" "$api/api/v1/districts/$2"
}
admin=$(ask POST 310000/sessions '' "{\"account\":\"admin\",\"password\":\"$password\"}" | jq -er .token) || fail "no session"
ask POST 310105/accounts "$admin" '{"account":"sample-officer","name":"样例","password":"Sample-2023-x",
    "bindings":[{"role":"district","region":"310105"}]}' | jq -e .id >/dev/null || fail "no officer"
HONGPING_PASSWORD=Sample-2023-x
export HONGPING_PASSWORD
LC_ALL=C.UTF-8
set -- --account sample-officer --district 310105

# a template is a table already: its example is no row
run 0 export regions "$scratch/regions.xlsx" --template "$@"
run 0 import regions "$scratch/regions.xlsx" "$@" --json
is "$(json '.added + .refused')" 0

printf 'code,name,from_day\n310105001,=样例一,2021-01-01\n310105002,样例二,soon\n310105003,样例三,\n' >"$scratch/regions.csv"
for refused in refused.csv refused.xlsx; do
    run 1 import regions "$scratch/regions.csv" --refused "$scratch/$refused" "$@" --json
    is "$(json .refused)" 1
done
is "$(sed -n 2p "$scratch/refused.csv" | cut -d, -f1-3)" 310105002,样例二,soon
says "$(cat "$scratch/refused.csv")" "from_day: "
says "$(sed -n 1p "$scratch/refused.csv")" ",why refused"
# mended in place, with the reason still beside it
sed 's/,soon,/,2022-02-02,/' "$scratch/refused.csv" >"$scratch/mended.csv"
run 0 import regions "$scratch/mended.csv" "$@" --json
is "$(json .added)" 1
run 1 import regions "$scratch/refused.xlsx" "$@"
says "$out" soon

run 0 export regions "$scratch/out.csv" "$@"
says "$out" "$scratch/out.csv"
says "$(cat "$scratch/out.csv")" "310105001,'=样例一,2021-01-01,"
run 0 export regions "$scratch/out.xlsx" "$@" --json
is "$(json .format)" xlsx
for file in out.csv out.xlsx; do
    run 0 import regions "$scratch/$file" "$@" --json
    is "$(json '[.added, .changed, .unchanged] | join(" ")')" "0 0 3"
done
run 1 export enterprises "$scratch/none.csv" "$@"
says "$err" 310000 # the city's list, asked of a district
[ ! -e "$scratch/none.csv" ] || fail "a file of nothing"
