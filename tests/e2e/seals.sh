# SPDX-License-Identifier: Apache-2.0
# hongping-verify finds what was changed, cut, swapped, forked or torn in seal files, proofs and archives, and says where.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

verify=$HP_BIN/hongping-verify
"$HP_BIN/../tests/make_seals" "$scratch" || fail "make_seals"
cd "$scratch" || exit 1
ed=$(cat ed.key.hex) sm2=$(cat sm2.key.hex)
cat ed.key.hex sm2.key.hex >keys

# finds FILE TEXT [OPTION...]: FILE does not hold, and TEXT is said of it
finds() {
    file=$1 text=$2
    shift 2
    expect 1 "$verify" "$@" "$file"
    says "$out" "$text"
    is "$err" ""
}
# changed FILE LINE FROM TO: line LINE of FILE with its first FROM made TO, in ./changed
changed() {
    sed "$2s/$3/$4/" "$1" >changed
    ! cmp -s "$1" changed || fail "$1 has no $3 in line $2"
}
# flip FILE LINE BEFORE: the 21st hexadecimal digit behind the first BEFORE in line LINE becomes another one, in ./changed
flip() {
    sed "$2{s/\($3.\{20\}\)0/\\11/;t;s/\($3.\{20\}\)[1-9a-f]/\\10/}" "$1" >changed
    ! cmp -s "$1" changed || fail "$1 has no $3 in line $2"
}

# ---- what holds ----
expect 0 "$verify" --keys keys seals october november sm proof proof_sm
says "$out" "seals: the seal file holds: all 6 signatures are right, and none of its 2 chains goes back or forks."
says "$out" "october: the archive agrees with itself"
says "$out" "proof: the proof holds: row 7 of ledger ballot (service scoring, district 310105) is unchanged, as signed at"
says "$out" "$ed"
case $out in *"No key was given"*) fail "keys were given" ;; esac
expect 0 "$verify" --against seals --key "$ed" --key "$sm2" october november sm proof proof_unsigned proof_sm seals
says "$out" "october: the archive holds and agrees with the seal file"
says "$out" "17 rows under 4 seals, signed up to row 17 of 17."
expect 0 "$verify" proof
says "$out" "No key was given"
jq . proof >pretty
expect 0 "$verify" pretty
expect 0 "$verify" --json --key "$ed" proof
is "$(echo "$out" | jq -r '.ok, .keys_given, .files[0].kind, .files[0].verdict')" "true
true
proof
holds"

# ---- every field of a line of a seal file ----
one() { # FROM [TO]: what happens to a signed line in which this was changed
    if [ $# = 1 ]; then flip seals 3 "$1"; else changed seals 3 "$1" "$2"; fi
    finds changed "line 3"
    says "$out" "changed: the seal file does NOT hold: 1 faults in 6 lines."
}
one '"scoring"' '"scoming"'
one '"ballot"' '"ballet"'
one '"310105"' '"310107"'
one '"last":16' '"last":15'
one '"hash":"'
one '"at"' '"et"'
one '"at":1' '"at":2'
one '"sha256"' '"sm3"'
one '"ed25519"' '"ed25518"'
one '"key":"'
one '"signature":"'
one '"signed"' '"sighed"'
flip seals 5 '"signature":"' # SM2
finds changed "line 5, ledger log of intake in 310106, row 5: the signature does not fit"

# ---- seal files that were cut, swapped, forked, torn ----
head -n 5 seals >changed
expect 0 "$verify" changed
finds changed "ledger ballot of scoring in 310105, rows 18 to 22: more rows were signed than there are here" --against seals
grep -v intake seals >changed
finds changed "ledger log of intake in 310106, rows 1 to 5: more rows were signed" --against seals
sed '3{h;d};4G' seals >changed
finds changed "line 4, ledger ballot of scoring in 310105, row 16: the chain goes back"
cat seals other_history >changed
finds changed "line 12, ledger ballot of scoring in 310105, row 22: two histories were signed"
expect 1 "$verify" --against seals other_history
says "$out" "line 6, ledger ballot of scoring in 310105, row 22: another hash was signed for this place"
expect 0 "$verify" other_history
cat seals seals >changed
finds changed "line 7, ledger ballot of scoring in 310105, row 1: the chain goes back"
{ cat seals; tail -n 1 seals; } >changed # the same head again, as a restart signs it
expect 0 "$verify" changed
{ cat seals; printf '{"kind":"sig'; } >changed
finds changed "line 7: the last line is incomplete"
head -c -1 seals >changed
finds changed "line 6: the last line is incomplete"
{ cat seals; echo nonsense; } >changed
finds changed "line 7: this is not in the form of such a file"

# ---- keys ----
finds other_key "it was signed with a key that is not among those given" --keys keys
expect 1 "$verify" --json --keys keys other_key
is "$(echo "$out" | jq -r '.files[0].n_faults, .files[0].faults[0].reason, .files[0].faults[0].line')" "4
key
1"
sed 1d other_key >later
{ head -n 1 seals; sed -n 2,6p other_key; } >changed
expect 0 "$verify" changed
says "$out" "from line 3 on, service scoring signs with another key: $(cat other.key.hex)"
finds proof "it was signed with a key that is not among those given" --key "$sm2"

# ---- every field of a proof ----
field() { # FROM [TO] TEXT
    if [ $# = 2 ]; then flip proof 1 "$1"; else changed proof 1 "$1" "$2"; shift; fi
    finds changed "$2"
}
field '"service":"scoring"' '"service":"scoming"' "the signed line is not one of the seal"
field '"ledger":"ballot"' '"ledger":"ballet"' "the values give another digest"
field '"district":"310105"' '"district":"310107"' "the values give another digest"
field '"seq":7' '"seq":8' "the row's own number is another"
field '"algorithm":"sha256"' '"algorithm":"sm3"' "the values give another digest"
field '"text":"7"' '"text":"9"' "the text shown is not what the bytes say (seq)"
field '"type":"uuid"' '"type":"text"' "the text shown is not what the bytes say (id)"
field '"type":"boolean"' '"type":"uuid"' "the bytes are not of the column's type (accepted)"
field '"bytes":"0707' '"bytes":"0708' "the values give another digest"
field '"bytes":""' '"bytes":null' "not in the form"
field '"digest":"' "the values give another digest"
field '"first":4' '"first":5' "the way from the row to the root"
field '"last":16' '"last":15' "the seal does not follow"
field '"side":"left"' '"side":"right"' "the way from the row to the root"
field '"side":"left","hash":"' "the seal does not follow"
field '"previous":"' "the seal does not follow"
field ',"previous":"[0-9a-f]*","hash":"' "the seal does not follow"
field '"last":17,"algorithm"' '"last":18,"algorithm"' "the signed line is not one of the seal"
field '"root":"' "the seal does not follow"
field '"signature":"' "the signature does not fit"
field '"at":1' '"at":2' "the signature does not fit"
field '"kind":"signed"' '"kind":"sighed"' "not in the form"
field '"signed":{.*' '"signed":null}' "nobody has signed it yet"
finds proof_unsigned "nobody has signed it yet"
expect 0 "$verify" proof_resized
finds proof_resized "another hash was signed for this place" --against seals
head -n 2 seals >early
finds proof "the seal file has no line that covers this" --against early

# ---- every field of an archive ----
# lines: 1 head; 2 row 1, 3 seal; 4-5 rows, 6 seal; 7-19 rows 4-16, 20 seal; 21 row 17, 22 seal; 23 end
row() { # LINE FROM [TO] TEXT
    if [ $# = 3 ]; then flip october "$1" "$2"; else changed october "$1" "$2" "$3"; shift; fi
    finds changed "$3"
}
row 1 '"service":"scoring"' '"service":"scoming"' "line 1, ledger ballot of scoming in 310105: the chain does not begin"
row 1 '"ledger":"ballot"' '"ledger":"ballet"' "the rows give another root"
row 1 '"district":"310105"' '"district":"310107"' "the rows give another root"
row 1 '"type":"uuid"' '"type":"bigint"' "line 2, ledger ballot of scoring in 310105, row 1: the bytes are not of the column's type (id)"
row 1 '"first":1' '"first":2' "rows are missing, twice or out of order"
row 1 '"last":17' '"last":18' "line 23, ledger ballot of scoring in 310105: the end line names another"
row 1 '"sha256"' '"sm3"' "the chain does not begin where"
row 1 '"previous":"' "line 3, ledger ballot of scoring in 310105, row 1: the seal does not follow"
row 1 '"version":1' '"version":2' "line 1: this is not in the form"
row 9 '"seq":6' '"seq":7' "line 9, ledger ballot of scoring in 310105, row 7: rows are missing, twice or out of order"
row 9 '060606' '060607' "line 20, ledger ballot of scoring in 310105, rows 4 to 16: the rows give another root"
row 9 'null' '""' "line 20, ledger ballot of scoring in 310105, rows 4 to 16: the rows give another root"
row 9 '"0000' '"000' "line 9, ledger ballot of scoring in 310105: this is not in the form"
row 20 '"first":4' '"first":5' "line 20, ledger ballot of scoring in 310105, rows 5 to 16: the seal's range does not go on"
row 20 '"last":16' '"last":15' "line 20, ledger ballot of scoring in 310105, rows 4 to 15: the seal's range does not go on"
row 20 '"algorithm":"sha256"' '"algorithm":"sm3"' "line 20, ledger ballot of scoring in 310105, rows 4 to 16: the rows give another root"
row 20 '"root":"' "line 20, ledger ballot of scoring in 310105, rows 4 to 16: the rows give another root"
row 20 '"hash":"' "line 20, ledger ballot of scoring in 310105, rows 4 to 16: the seal does not follow"
row 23 '"rows":17' '"rows":16' "line 23, ledger ballot of scoring in 310105: the end line names another"
row 23 '"seals":4' '"seals":3' "line 23, ledger ballot of scoring in 310105: the end line names another"
row 23 '"hash":"' "line 23, ledger ballot of scoring in 310105: the end line names another"

# ---- archives that were cut, swapped, torn, rewritten ----
sed 9d october >changed
finds changed "line 9, ledger ballot of scoring in 310105, row 7: rows are missing"
sed '9{h;d};10G' october >changed
finds changed "line 9, ledger ballot of scoring in 310105, row 7: rows are missing, twice or out of order"
sed '21,22d' october >changed
finds changed "line 21, ledger ballot of scoring in 310105: the end line names another"
sed '$d' october >changed
finds changed "line 22, ledger ballot of scoring in 310105: the end line is missing"
head -c 3000 october >changed
finds changed "the last line is incomplete"
{ cat october; head -n 1 october; } >changed
finds changed "line 24, ledger ballot of scoring in 310105: something follows the end line"
expect 0 "$verify" october_cut october_resized
finds october_cut "ledger ballot of scoring in 310105, row 17: more rows were signed than there are here" --against seals
finds october_resized "another hash was signed for this place" --against seals
says "$out" "line 22, ledger ballot of scoring in 310105, row 16: a place was signed here at which no seal ends"
finds november_resized "ledger ballot of scoring in 310105, row 17: another hash was signed for this place" --against seals
expect 1 "$verify" october november_resized
says "$out" "november_resized: the archive does NOT hold: 1 faults among 5 rows."
says "$out" "it does not follow from the archive before it"
finds sm "the seal file has no line that covers this" --against later --key "$ed"
changed sm 5 '"0000' '"0001'
finds changed "the rows give another root"
# signing began behind the archive: no fault of it, and nothing shown
sed -n 6p seals >begun
expect 2 "$verify" --against begun --keys keys october
says "$out" "october: the archive agrees with itself: ledger ballot of scoring in 310105, 2026-10, 17 rows under 4 seals. The seal file begins later, at row 22 of the ledger, and cannot show"
case $out in *"NOT hold"*) fail "no fault was found" ;; esac
expect 0 "$verify" --against begun --keys keys november
expect 2 "$verify" --json --against begun --keys keys october november
is "$(echo "$out" | jq -r '.ok, .files[1].verdict, .files[1].n_faults, .files[2].verdict')" "false
open
0
holds"
expect 1 "$verify" --against begun --keys keys october_resized november
says "$out" "it does not follow from the archive before it"
sed 9d october >changed
finds changed "rows are missing" --against begun --keys keys
sed -n 4p seals >begun # row 17, in October
finds october_cut "more rows were signed than there are here" --against begun --keys keys
# the seals of one ledger under another's rows
{ head -n 2 october; sed -n 4p sm; sed 1,3d october; } >changed
finds changed "line 3"

# ---- what is none of them ----
unreadable() { # TEXT ARGUMENT...
    text=$1
    shift
    expect 2 "$verify" "$@"
    says "$out$err" "$text"
}
: >empty
echo '{"kind":"letter"}' >letter
unreadable "empty: the file is empty." empty
unreadable "letter: this is no seal file, proof or archive of Hongping." letter
unreadable "ed.key: this is no seal file, proof or archive of Hongping." ed.key
unreadable "nothing: No such file or directory" nothing
unreadable "nothing: No such file or directory" --against nothing proof
unreadable "keys: " keys
unreadable "'beef' is no public key" --key beef proof
unreadable "'{\"kind\":\"letter\"}' is no public key" --keys letter proof
unreadable "empty holds no key" --keys empty proof
unreadable "unknown option --colour" --colour proof
unreadable "--key needs a value" proof --key
unreadable "usage: hongping-verify"
expect 1 "$verify" nothing proof_unsigned
is "$(LC_ALL=C.UTF-8 "$verify" --json letter | jq -r '.ok, .files[0].kind, .files[0].verdict')" "false
null
unreadable"

# ---- exit codes and, with --json, a document whatever the outcome ----
concludes() { # CODE FILTER WANTED ARGUMENT...
    code=$1 filter=$2 wanted_json=$3
    shift 3
    expect "$code" "$verify" "$@"
    is "$(echo "$out" | jq -r "$filter")" "$wanted_json"
}
concludes 0 .ok true --json --keys keys seals proof
concludes 1 .ok false --json --against begun --keys keys october_cut
concludes 2 '.ok, .files[0].verdict' "false
unreadable" --json nothing
concludes 2 '.ok, .code, .exit' "false
usage
2" --json
says "$err" "usage: hongping-verify"
concludes 2 '.code, .sentence' "usage
unknown option --colour" --colour --json proof
concludes 2 '.code, .sentence' "usage
--key needs a value" --js proof --key
concludes 2 '.code, .reason' "usage
'beef' is no public key: 64 hexadecimal digits for Ed25519, 130 for SM2" --json --key beef proof
concludes 2 '.code, .sentence' "usage
missing: No such file or directory" --json --keys missing proof
concludes 2 '.code, .sentence' "usage
unknown option --?[2Jodd" --json "$(printf -- '--\033[2Jodd')"
expect 2 "$verify" --colour -- --json
is "$out" "" # behind -- it is a file's name
expect 0 "$verify" --help
expect 0 "$verify" --version

# ---- what others write does not reach the terminal as it is ----
changed seals 3 '"at":' '"\\u001b[2J\\u0085":1,"at":'
finds changed 'unknown member "?[2J'
{ cat seals; printf '{"kind":"\377\n'; } >"$(printf 'odd\377\033name')"
expect 1 "$verify" --json odd*
is "$(echo "$out" | jq -r '.files[0].file, .files[0].faults[0].line')" "odd??name
7"

# ---- the program by itself ----
mkdir alone && cp "$verify" alone/
LC_ALL=zh_CN.UTF-8 alone/hongping-verify --key "$ed" proof >said || fail "in Chinese"
grep -q '证明成立：账簿 ballot 的第 7 行（服务 scoring，区 310105）未被改动' said || fail "$(cat said)"
readelf -d "$verify" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
    grep -vE '^lib(c|m|crypto|sodium|jansson|asan|ubsan)\.so|^ld-linux' >needed
[ ! -s needed ] || fail "needs $(cat needed)"
xgettext -k -ktr -kN_ --from-code=UTF-8 -o verify.pot "$HP_SOURCE"/services/verify/*.c "$HP_SOURCE"/common/seal/*.h || fail "xgettext"
grep -q 'nobody has signed it yet' verify.pot || fail "the reasons were not found"
msgcmp "$HP_SOURCE/po/zh_CN.po" verify.pot 2>missing || fail "po/zh_CN.po lacks these: $(cat missing)"
