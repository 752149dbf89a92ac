// The memo of Lib/copy.py's deepcopy() as a content-addressable memory: every entry compares its key at once.
//
//   software                  here
//   y = memo.get(d, _nil)     OpLookup  key d: hit, value y
//   memo[d] = y               OpInsert  key d, value y. Present: overwritten. Absent: appended. Full: spilled,
//                                       that is not stored; software keeps it and is asked on every later miss
//   memo = {}                 OpClear   forgets all entries and the overflow
//
// d is id(x) >> 4: two objects never start in the same 16 bytes.
//
// A request is taken at the clock edge where req_valid_i and req_ready_o are both 1. Its match lines come up in
// the next cycle, its response in the one after: latency 2, one lookup per cycle. The response must be taken in
// the cycle it is shown. An insertion or a clear writes at the end of its response cycle; a request taken right
// behind it would compare too early, so req_ready_o is 0 for the cycle after one.
module memo_cam #(
  parameter int unsigned Depth = 64,  // at least 2
  parameter int unsigned KeyW  = 44,
  parameter int unsigned ValW  = 32,
  localparam int unsigned IndexW = (Depth > 1) ? $clog2(Depth) : 1,
  localparam int unsigned CountW = $clog2(Depth) + 1
) (
  input  logic              clk_i,
  input  logic              rst_ni,

  // Entries that may be used, at most Depth. To change only while the memory is empty and idle.
  input  logic [CountW-1:0] limit_i,

  input  logic              req_valid_i,
  output logic              req_ready_o,
  input  memo_cam_pkg::op_e req_op_i,
  input  logic [KeyW-1:0]   req_key_i,
  input  logic [ValW-1:0]   req_value_i,

  output logic [Depth-1:0]  match_o,        // match lines, while they settle: the cycle before the response

  output logic              rsp_valid_o,
  output memo_cam_pkg::op_e rsp_op_o,
  output logic              rsp_hit_o,      // the key was there
  output logic [IndexW-1:0] rsp_index_o,    // entry that matched, or that an insertion appends
  output logic [ValW-1:0]   rsp_value_o,    // its value (before an insertion overwrites it), 0 on a miss
  output logic [Depth-1:0]  rsp_match_o,    // match lines as the encoder sees them
  output logic              rsp_spilled_o,  // an insertion that found no room

  // State once the operation that is responding has retired.
  output logic [CountW-1:0] count_o,
  output logic              full_o,
  output logic              overflow_o      // an insertion has been spilled since the last clear
);

  // Entries 0 to count_q - 1 are valid: there is no deletion.
  logic [Depth-1:0]  valid_d, valid_q;
  logic [KeyW-1:0]   keys_q   [Depth];
  logic [ValW-1:0]   values_q [Depth];
  logic [CountW-1:0] count_d, count_q;
  logic              overflow_d, overflow_q;

  // Stage 1: compare.
  logic              s1_valid_q;
  memo_cam_pkg::op_e s1_op_q;
  logic [KeyW-1:0]   s1_key_q;
  logic [ValW-1:0]   s1_value_q;
  logic [Depth-1:0]  match;

  // Stage 2: encode, respond, write.
  logic              s2_valid_q;
  memo_cam_pkg::op_e s2_op_q;
  logic [KeyW-1:0]   s2_key_q;
  logic [ValW-1:0]   s2_value_q;
  logic [Depth-1:0]  s2_match_q;

  logic              s1_compares, s1_writes, s2_inserts, s2_clears;
  assign s1_compares = s1_valid_q && (s1_op_q == memo_cam_pkg::OpLookup || s1_op_q == memo_cam_pkg::OpInsert);
  assign s1_writes   = s1_valid_q && (s1_op_q == memo_cam_pkg::OpInsert || s1_op_q == memo_cam_pkg::OpClear);
  assign s2_inserts  = s2_valid_q && s2_op_q == memo_cam_pkg::OpInsert;
  assign s2_clears   = s2_valid_q && s2_op_q == memo_cam_pkg::OpClear;

  assign req_ready_o = !s1_writes;

  // ---- stage 1 ----
  always_comb begin
    match = '0;
    if (s1_compares) begin
      for (int unsigned i = 0; i < Depth; i++) begin
        if (valid_q[i] && keys_q[i] == s1_key_q) match[i] = 1'b1;
      end
    end
  end
  assign match_o = match;

  // ---- stage 2 ----
  logic              hit;
  logic [IndexW-1:0] match_index;
  priority_encoder #(.Width(Depth)) u_encoder (
    .lines_i(s2_match_q),
    .any_o  (hit),
    .index_o(match_index)
  );

  logic [CountW-1:0] limit;
  logic              full, append, write;
  logic [IndexW-1:0] index;
  assign limit  = (limit_i > CountW'(Depth)) ? CountW'(Depth) : limit_i;
  assign full   = count_q >= limit;
  assign append = s2_inserts && !hit && !full;
  assign write  = s2_inserts && (hit || !full);
  assign index  = append ? count_q[IndexW-1:0] : match_index;

  always_comb begin
    valid_d    = valid_q;
    count_d    = count_q;
    overflow_d = overflow_q || rsp_spilled_o;
    if (append) begin
      valid_d[index] = 1'b1;
      count_d        = count_q + 1'b1;
    end
    if (s2_clears) begin
      valid_d    = '0;
      count_d    = '0;
      overflow_d = 1'b0;
    end
  end

  assign rsp_valid_o   = s2_valid_q;
  assign rsp_op_o      = s2_op_q;
  assign rsp_hit_o     = hit;
  assign rsp_index_o   = index;
  assign rsp_value_o   = hit ? values_q[match_index] : '0;
  assign rsp_match_o   = s2_match_q;
  assign rsp_spilled_o = s2_inserts && !hit && full;
  assign count_o       = count_d;
  assign full_o        = count_d >= limit;
  assign overflow_o    = overflow_d;

  // ---- registers ----
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s1_valid_q <= 1'b0;
      s2_valid_q <= 1'b0;
      s1_op_q    <= memo_cam_pkg::OpNone;
      s2_op_q    <= memo_cam_pkg::OpNone;
      s2_match_q <= '0;
      valid_q    <= '0;
      count_q    <= '0;
      overflow_q <= 1'b0;
    end else begin
      s1_valid_q <= req_valid_i && req_ready_o;
      s2_valid_q <= s1_valid_q;
      s1_op_q    <= req_op_i;
      s2_op_q    <= s1_op_q;
      s2_match_q <= match;
      valid_q    <= valid_d;
      count_q    <= count_d;
      overflow_q <= overflow_d;
    end
  end

  // Without reset: meaningful only beside a valid bit.
  always_ff @(posedge clk_i) begin
    s1_key_q   <= req_key_i;
    s1_value_q <= req_value_i;
    s2_key_q   <= s1_key_q;
    s2_value_q <= s1_value_q;
    if (append) keys_q[index]  <= s2_key_q;
    if (write)  values_q[index] <= s2_value_q;
  end

`ifndef SYNTHESIS
  // Checked in simulation at every depth, and proved by induction for a small one (tests/hw/).
  logic [Depth-1:0] s2_again, filled;
  logic             twins;
  always_comb begin
    s2_again = '0;
    filled   = '0;
    twins    = 1'b0;
    for (int unsigned i = 0; i < Depth; i++) begin
      s2_again[i] = valid_q[i] && keys_q[i] == s2_key_q;
      filled[i]   = i < 32'(count_q);
      // Pairwise, so for small depths only. The larger rest on match_lines_still_true_at_the_write.
      if (Depth <= 16) begin
        for (int unsigned j = 0; j < i; j++) twins |= valid_q[i] && valid_q[j] && keys_q[i] == keys_q[j];
      end
    end
  end

  // The reset is asynchronous; the assertions only sample it.
  // verilator lint_off SYNCASYNCNET
  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      at_most_one_match_line : assert ((match & (match - 1'b1)) == '0);
      valid_keys_are_unique : assert (!twins);
      entries_are_contiguous : assert (valid_q == filled && 32'(count_q) <= Depth);
      nothing_compares_while_a_write_retires : assert (!(s1_valid_q && (s2_inserts || s2_clears)));
      match_lines_still_true_at_the_write : assert (!s2_inserts || s2_match_q == s2_again);
      only_a_comparison_raises_match_lines :
        assert (s2_inserts || s2_op_q == memo_cam_pkg::OpLookup || s2_match_q == '0);
    end
  end
  // verilator lint_on SYNCASYNCNET
`endif

endmodule
