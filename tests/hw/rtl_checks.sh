#!/bin/sh
# The designs by themselves, as TAP: lint, and synthesis without latches.  Run from the project's root.
rtl="hw/rtl/memo_pkg.sv $(ls hw/rtl/*.sv | grep -v memo_pkg)"
log="$0.log"
failed=0
count=0
claim() {
    count=$((count + 1))
    if [ "$1" = 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; sed 's/^/# /' "$log" | tail -20; failed=1; fi
}

make --no-print-directory hw-lint > "$log" 2>&1
claim $? "lint finds nothing in any engine at any depth"
for engine in memo_cam memo_hash probe_engine; do
    if ! command -v yosys > /dev/null; then
        count=$((count + 1))
        echo "ok $count - $engine # SKIP yosys is not installed"
        continue
    fi
    yosys -p "read_verilog -sv $(echo $rtl); chparam -set Depth 16 $engine
        synth -top $engine; check -assert; select -assert-none t:\$dlatch t:\$_DLATCH*" > "$log" 2>&1
    claim $? "$engine is synthesised, without latches"
done
echo "1..$count"
exit $failed
