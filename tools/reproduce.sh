#!/bin/sh
# Run a period twice where all differs that may differ between two machines: the folder (one has
# blanks and accents), home, time zone, language, seed of hashes (drawn by Python each time), and
# who made the environment (uv, pip). Then compare every byte of all results.
#   sh tools/reproduce.sh [params/2023-1.yaml]
set -eu

asked=${1:-params/2023-1.yaml}
case "$asked" in /*) ;; *) asked="$PWD/$asked" ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
one="$work/one"
two="$work/máy thứ hai"

set_up() { # folder, 1 for pip or nothing
    mkdir -p "$1" "$1.home"
    git ls-files -z | tar -cf - --null -T - | tar -xf - -C "$1"
    (cd "$1" && NO_UV="$2" sh tools/setup.sh)
}

run() { # folder, time zone, language
    (cd "$1" && env -u PYTHONHASHSEED -u LC_ALL HOME="$1.home" TZ="$2" LANG="$3" \
        .venv/bin/kbnn run "$asked" --output outputs)
}

set_up "$one" ""
set_up "$two" 1
run "$one" UTC C.UTF-8
run "$two" Asia/Ho_Chi_Minh vi_VN.UTF-8

count=$(find "$one/outputs" -type f ! -name run.local.json | wc -l | tr -d ' ')
if diff -r --exclude run.local.json "$one/outputs" "$two/outputs"; then
    echo "All $count files agree byte for byte."
else
    echo "Not all of $count files agree." >&2
    exit 1
fi
