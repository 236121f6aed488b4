#!/usr/bin/env bash
# Asks the queries of examples/support, shows each before its answer, and says what each took.
# usage: examples/demo.sh      BUILD_DIR names the folder of the program (default: build)
set -euo pipefail
cd "$(dirname "$0")/.."
fathom=${BUILD_DIR:-build}/fathom
[[ -x $fathom ]] || {
  echo "demo: there is no $fathom; 'make demo' builds it" >&2
  exit 1
}

bold='' plain=''
[[ ! -t 1 ]] || bold=$'\e[1m' plain=$'\e[0m'

# ask FILE: the query, its answer, its seconds (the model is loaded anew each time: that is included).
ask() {
  local begin=$SECONDS format=box
  [[ $1 != *digest* ]] || format=jsonlines # whole texts, which a box on a terminal cuts
  printf '\n%s%s%s\n%s\n' "$bold" "$fathom $1" "$plain" "$(cat "$1")"
  "$fathom" --format "$format" "$1"
  echo "($((SECONDS - begin)) s)"
}

begin=$SECONDS
queries=0
for query in examples/support/*.sql; do
  ask "$query"
  queries=$((queries + 1))
done
printf '\n%s queries in %s s. Now yours: %s -c "SELECT ... FROM '\''your.csv'\''", or just %s\n' \
  "$queries" "$((SECONDS - begin))" "$fathom" "$fathom"
