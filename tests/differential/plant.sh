#!/usr/bin/env bash
# Shows that the tests find bugs: plants small ones, one at a time, in a copy of the tree, and says which test found each, after how
# long and, for random policies, after how many pairs. The repository itself is not touched. Not part of scripts/test: it builds the
# compiler once and then again in part for every plant, some ten minutes in all.
#
#   tests/differential/plant.sh [NAME...]      all plants, or those named
#   REMIT_PLANT_DIR=DIR                        keeps the copy and its build in DIR for the next run
#   REMIT_PLANT_JOBS=N                         compiles N files at once; as many as there are cores if not given
#
# Exit: 0 every plant was found; 1 one was not (its line says `NOT FOUND`); 2 the tree itself does not build or pass.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
jobs=${REMIT_PLANT_JOBS:-$(nproc)}
tests=(ops program jit agree)

# name | file | sed expression | what it does
plants='
interp-exit|vm/interpreter/interpreter.cpp|s/if (r\[i->a\]\.bits == kFalse) return/if (r[i->a].bits != kFalse) return/|interpreter: the early exit is inverted
interp-exit-kept|vm/interpreter/interpreter.cpp|s/if (r\[i->a\]\.bits == kFalse) return {kFalse, 0};/if (r[i->a].bits == kFalse) return {kError, 0};/|interpreter: the early exit leaves an error
interp-all|vm/interpreter/interpreter.cpp|s/head == Op::ForAll ? kTrue : 0/head == Op::ForAll ? kFalse : 0/|interpreter: `all` starts at false
jit-hit|vm/jit/shape_emitter.cpp|s/"remit_bc_hit_must" : "remit_bc_hit_may"/"remit_bc_hit_may" : "remit_bc_hit_may"/|native code: what opens is matched on may
jit-loop|vm/jit/lowering.cpp|s/case Op::ForSum: return "remit_bc_AddI"/case Op::ForSum: return "remit_bc_SubI"/|native code: a sum subtracts
ops-neg|vm/ops/ops.h|s/const bool overflow = __builtin_sub_overflow(static_cast<int64_t>(0), a\.bits, &r);/const bool overflow = __builtin_sub_overflow(static_cast<int64_t>(0), a.bits, \&r) \&\& false;/|operations: the negation of the least integer is no overflow
ops-not|vm/ops/ops.h|s/return {((flipped & 1) << 1) | ((flipped >> 1) & 1), 0};/return {flipped \& kTrue, 0};/|operations: `not` does not swap may and must
emit-exit|compiler/emit/shape_builder.cpp|s/if (cost(part) >= kExitBefore) push({Op::ExitFalse, 0, 0, 0, 0, 0});/if (cost(part) >= kExitBefore) { push({Op::ExitFalse, 0, 0, 0, 0, 0}); continue; }/|emit: the early exit stands in place of its conjunct
emit-role|compiler/emit/shape_builder.cpp|s|masks\[r / 64\]|masks[r / 64 * 0]||emit: every role is looked for in the first word
check-except|compiler/check/check_rule.cpp|s/parts\.push_back(world_\.op(Op::Not, {checker\.guard(rule_\.except, false)}))/parts.push_back(checker.guard(rule_.except, false))/|check: `except` is not negated
engine-quorum|vm/engine/signatures.cpp|s/return last - people\.begin() >=/return last - people.begin() + 1 >=/|engine: one signature fewer is enough
engine-label|vm/engine/labels.cpp|s/joined\.trust = std::min(joined\.trust, l\.trust)/joined.trust = std::max(joined.trust, l.trust)/|engine: a list is as trusted as its best element
'

scratch=${REMIT_PLANT_DIR:-}
if [ -z "$scratch" ]; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
fi
tree=$scratch/tree build=$scratch/build log=$scratch/log
mkdir -p "$tree" "$build"

# Only what changed is copied, so that a kept build stays fresh.
copy_tree() {
    local file
    cd "$root" || exit 2
    find . \( -name .git -o -path './build*' \) -prune -o -type f -print | while read -r file; do
        cmp -s "$file" "$tree/$file" || { mkdir -p "$tree/$(dirname "$file")" && cp "$file" "$tree/$file"; }
    done
}
build_tests() { ninja -C "$build" -j "$jobs" "${tests[@]/#/test_}" >"$log" 2>&1; }
seconds() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(seconds)" 'BEGIN { printf "%.1f s", b - a }'; }

# Runs every test; prints `test (time[, pairs])` for each that fails.
failing() {
    local name start out
    for name in "${tests[@]}"; do
        start=$(seconds)
        out=$(cd "$build" && timeout 900 "tests/test_$name" 2>&1) && continue
        printf '%s (%s%s) ' "$name" "$(since "$start")" "$(sed -n 's/.*first mismatch after \([0-9]* pairs\).*/, \1/p' <<<"$out" | head -1)"
    done
}

copy_tree
cmake -S "$tree" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >"$log" 2>&1 || { cat "$log"; exit 2; }
if ! build_tests; then tail -30 "$log"; exit 2; fi
found=$(failing)
if [ -n "$found" ]; then echo "fails without a plant: $found"; exit 2; fi
echo "no plant: all pass"

missed=0
while IFS='|' read -r name file expression rest; do
    [ -n "$name" ] || continue
    # An expression may hold `|` itself: the last field is the text.
    text=${rest##*|}
    [ "$rest" = "$text" ] || expression="$expression|${rest%|*}"
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
    cp "$tree/$file" "$scratch/original"
    sed -i "$expression" "$tree/$file"
    if cmp -s "$scratch/original" "$tree/$file"; then
        echo "$name: the patch does not fit any more ($file)"
        missed=1
        continue
    fi
    if build_tests; then
        found=$(failing)
        if [ -z "$found" ]; then found="NOT FOUND"; missed=1; fi
    else
        found="does not compile: $(grep -m1 error "$log")"
        missed=1
    fi
    echo "$name: $text: $found"
    cp "$scratch/original" "$tree/$file"
done <<<"$plants"
exit $missed
