#!/bin/sh
# The design by itself, as TAP: lint, synthesis, and its assertions proved by induction.  Run from the project's root.
rtl="hw/rtl/memo_cam_pkg.sv hw/rtl/priority_encoder.sv"
log="$0.log"
failed=0
claim() {
    if [ "$1" = 0 ]; then echo "ok $2 - $3"; else echo "not ok $2 - $3"; sed 's/^/# /' "$log" | tail -20; failed=1; fi
}
# $1: memo_cam.sv.  Every memory of 8 entries with keys of 4 bits, from any state that the reset leads to, any inputs.
prove() {
    yosys -p "read_verilog -sv -formal $rtl $1; chparam -set Depth 8 -set KeyW 4 -set ValW 1 memo_cam
        prep -flatten -top memo_cam; async2sync; memory_map; opt -full
        sat -verify -tempinduct -tempinduct-def -prove-asserts -set-init-def -set-def-inputs -seq 1 \
            -set-at 1 rst_ni 0 -maxsteps 8" > "$log" 2>&1
}

echo 1..4
make --no-print-directory hw-lint > "$log" 2>&1
claim $? 1 "lint finds nothing in any depth"
if ! command -v yosys > /dev/null; then
    for n in 2 3 4; do echo "ok $n - # SKIP yosys is not installed"; done
    exit $failed
fi

yosys -p "read_verilog -sv $rtl hw/rtl/memo_cam.sv; chparam -set Depth 8 memo_cam
    synth -top memo_cam; check -assert; select -assert-none t:\$dlatch t:\$_DLATCH*" > "$log" 2>&1
claim $? 2 "it is synthesised, without latches"

prove hw/rtl/memo_cam.sv
grep -q 'Import proof for assert' "$log" && grep -q 'Induction step proven: SUCCESS' "$log"
claim $? 3 "its assertions hold in every state that can be reached"

sed "s/req_ready_o = !s1_writes/req_ready_o = 1'b1/" hw/rtl/memo_cam.sv > "$0.sv"
! cmp -s hw/rtl/memo_cam.sv "$0.sv" && ! prove "$0.sv" && grep -q 'model found for base case: FAIL' "$log"
claim $? 4 "without the wait behind a write they are refuted"
exit $failed
