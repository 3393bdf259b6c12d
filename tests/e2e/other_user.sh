# SPDX-License-Identifier: Apache-2.0
# other_user.sh SCRIPT: run it as "nobody", on copies of the programs that nobody may read. Needs root; skipped otherwise.
# shellcheck shell=sh
set -eu
[ "$(id -u)" = 0 ] || exit 77
copy=$(mktemp -d /tmp/hp-e2e-user-XXXXXX)
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "$copy/bin" "$copy/source/tests"
for program in hongping intake scoring publicity credit reporting gateway; do
    cp "$HP_BIN/$program" "$copy/bin/"
done
cp -R "$HP_SOURCE/deploy" "$copy/source/"
cp -R "$HP_SOURCE/tests/e2e" "$copy/source/tests/"
chmod -R a+rX "$copy"
cd /
HP_BIN=$copy/bin HP_SOURCE=$copy/source setpriv --reuid=nobody --regid=nogroup --clear-groups \
    sh "$copy/source/tests/e2e/$1"
