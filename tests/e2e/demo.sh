# SPDX-License-Identifier: Apache-2.0
# The whole programme, twice at the same moment on stacks of their own: what scripts read from it, and that it holds.
# shellcheck shell=sh disable=SC1091,SC2154,SC2016
. "$(dirname "$0")/lib.sh"

name=changning-property-2023
"$hongping" demo $name --json "$scratch/one.json" >"$scratch/timeline" 2>"$scratch/one.err" &
one=$!
"$hongping" demo $name --json - >"$scratch/two.json" 2>"$scratch/two.err" &
two=$!
at_end='kill $one $two 2>/dev/null; wait'
wait $one || fail "the first ended with $?: $(cat "$scratch/one.err")"
wait $two || fail "the second ended with $?: $(cat "$scratch/two.err")"
at_end=:

holds() { # WHAT JQ-CONDITION
    jq -e "$2" "$scratch/one.json" >/dev/null || fail "$1: $(jq -c . "$scratch/one.json")"
}
jq -e . "$scratch/two.json" >/dev/null || fail "--json - prints more than one document"
jq -S . "$scratch/one.json" >"$scratch/a" && jq -S . "$scratch/two.json" >"$scratch/b"
diff "$scratch/a" "$scratch/b" || fail "the same programme gave another result"

# the shape, to the key
holds "members" 'keys == ["clock", "final", "honours", "notices", "objections", "programme", "reevaluation", "reserve"]'
holds "programme" '.programme == "'$name'"'
holds "clock" '(.clock | length) > 15 and all(.clock[]; keys == ["at", "step"]) and ([.clock[].at] | . == sort)'
holds "entries" 'all(.final[], .reserve[]; keys == ["category", "name", "rank", "score", "subject"])'
holds "notices" 'all(.notices[]; keys == ["end", "kind", "number", "start", "state"])'
holds "objections" 'all(.objections[]; keys == ["notice", "result", "subject"])'
holds "honours" 'all(.honours[]; keys == ["plaque", "state", "subject", "title"])'
holds "re-evaluation" 'all(.reevaluation[]; keys == ["conditions", "subject", "verdict"]) and
    all(.reevaluation[].conditions[]; keys == ["fact", "id", "limit", "met"])'

# the final list: the quotas, and compounds and buildings in one
holds "quota of enterprises" '[.final[] | select(.category == "enterprise")] | length == 5'
holds "shared quota" '[.final[] | select(.category != "enterprise") | .category] | length == 10 and
    (unique == ["building", "compound"])'
holds "ranks" 'def ranked: . == sort_by(.rank) and ([.[].score] | . == (sort | reverse));
    ([.final[] | select(.category == "enterprise")] | ranked) and
    ([.final[] | select(.category != "enterprise")] | ranked)'

# objections: the upheld one's subject is gone, somebody moved up; the dismissed one's stands
holds "one upheld, one dismissed" '[.objections[].result] | sort == ["dismissed", "upheld"]'
holds "the entry removed" '(.objections[] | select(.result == "upheld").subject) as $s |
    all(.final[], .honours[]; .subject != $s)'
holds "the entry freed" '(.objections[] | select(.result == "dismissed").subject) as $s | any(.final[]; .subject == $s)'
holds "notices closed" '[.notices[] | [.kind, .state]] == [["proposal", "closed"], ["supplementary", "closed"]]'
jq -r '.notices[] | .start + " " + .end' "$scratch/one.json" | while read -r start end; do
    is "$("$hongping" calendar last-day "$start" 5)" "$end"
done || exit 1

# honours and what became of them
holds "an honour for each entry" '([.final[].subject] | sort) == ([.honours[].subject] | sort)'
holds "plaques" '[.honours[].plaque] | length == (unique | length)'
holds "verdicts" 'def of(v): [.reevaluation[] | select(.verdict == v).subject];
    (of("kept") | length) > 0 and (of("failed") | length) == 1 and (of("ended") | length) == 1 and (of("exempt") | length) == 1'
holds "failed by points" '.reevaluation[] | select(.verdict == "failed") | [.conditions[] | select(.met).id] == ["enterprise-3"]'
holds "four and six conditions" '[.reevaluation[] | select(.verdict == "kept") | .conditions | length] | unique == [4, 6]'
holds "what failed is revoked, what was dissolved lapsed" 'def of(v): [.reevaluation[] | select(.verdict == v).subject];
    def are(s): [.honours[] | select(.state == s).subject];
    of("failed") == are("revoked") and of("ended") == are("lapsed")'

# what people read
for mark in 'Final list' 'Reserve list' 'Why each point was given' 'Notices' 'Honours and plaques' 'Re-evaluation 2024'; do
    grep -q "$mark" "$scratch/timeline" || fail "the timeline lacks '$mark'"
done
