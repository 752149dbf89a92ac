// The two stages that memo_cam and memo_hash share: who is in them, who waits, and when a write is committed.
//
//   cycle    0                1                       2
//            request taken    stage 1: look           stage 2: respond; in its first cycle, commit
//
// A response is shown until it is taken (rsp_ready_i), and holds up those behind it. An insertion or a clear
// commits in its first cycle of stage 2; an operation taken right behind it would look too early, so
// req_ready_o is 0 while one is in stage 1: the hazard stall. rsp_ready_i reaches req_ready_o in the same cycle.
module memo_pipe #(
  parameter int unsigned KeyW     = 44,
  parameter int unsigned ValW     = 32,
  parameter int unsigned LatencyW = 12
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic [LatencyW-1:0] latency_i,
  input  logic                hold_i,       // the engine is not ready to look: stage 1 stays where it is

  input  logic                req_valid_i,
  output logic                req_ready_o,
  input  memo_pkg::op_e       req_op_i,
  input  logic [KeyW-1:0]     req_key_i,
  input  logic [ValW-1:0]     req_value_i,
  output logic                hazard_o,     // a request waits for the write ahead of it

  output logic                s1_valid_o,
  output memo_pkg::op_e       s1_op_o,
  output logic [KeyW-1:0]     s1_key_o,
  output logic                s1_advance_o, // leaves stage 1 at the end of this cycle

  output logic                s2_valid_o,
  output memo_pkg::op_e       s2_op_o,
  output logic [KeyW-1:0]     s2_key_o,
  output logic [ValW-1:0]     s2_value_o,
  output logic                s2_commit_o,  // first cycle in stage 2: the time to write

  output logic                rsp_valid_o,
  input  logic                rsp_ready_i
`ifdef FORMAL
  , output logic [ValW-1:0]     f_s1_value_o
  , output logic [LatencyW-1:0] f_waited_o
`endif
);

  logic            s1_valid_d, s1_valid_q, s2_valid_d, s2_valid_q, commit_q;
  memo_pkg::op_e   s1_op_q, s2_op_q;
  logic [KeyW-1:0] s1_key_q, s2_key_q;
  logic [ValW-1:0] s1_value_q, s2_value_q;

  logic accept, leave, taken, s1_writes;
  assign s1_writes = s1_op_q == memo_pkg::OpInsert || s1_op_q == memo_pkg::OpClear;
  assign leave     = s2_valid_q && taken;
  assign s1_advance_o = s1_valid_q && !hold_i && (!s2_valid_q || leave);
  assign req_ready_o  = !s1_valid_q || (s1_advance_o && !s1_writes);
  assign accept       = req_valid_i && req_ready_o;
  assign hazard_o     = req_valid_i && s1_advance_o && s1_writes;

  memo_delay #(.LatencyW(LatencyW)) u_delay (
    .clk_i, .rst_ni, .latency_i,
    .valid_i(s2_valid_q),
    .ready_o(taken),
    .valid_o(rsp_valid_o),
    .ready_i(rsp_ready_i)
`ifdef FORMAL
    , .f_waited_o
`endif
  );
`ifdef FORMAL
  assign f_s1_value_o = s1_value_q;
`endif

  assign s1_valid_d = accept || (s1_valid_q && !s1_advance_o);
  assign s2_valid_d = s1_advance_o || (s2_valid_q && !leave);

  assign s1_valid_o  = s1_valid_q;
  assign s1_op_o     = s1_op_q;
  assign s1_key_o    = s1_key_q;
  assign s2_valid_o  = s2_valid_q;
  assign s2_op_o     = s2_op_q;
  assign s2_key_o    = s2_key_q;
  assign s2_value_o  = s2_value_q;
  assign s2_commit_o = commit_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s1_valid_q <= 1'b0;
      s2_valid_q <= 1'b0;
      commit_q   <= 1'b0;
      s1_op_q    <= memo_pkg::OpNone;
      s2_op_q    <= memo_pkg::OpNone;
    end else begin
      s1_valid_q <= s1_valid_d;
      s2_valid_q <= s2_valid_d;
      commit_q   <= s1_advance_o;
      if (accept) s1_op_q <= req_op_i;
      if (s1_advance_o) s2_op_q <= s1_op_q;
    end
  end

  // Without reset: meaningful only beside a valid bit.
  always_ff @(posedge clk_i) begin
    if (accept) begin
      s1_key_q   <= req_key_i;
      s1_value_q <= req_value_i;
    end
    if (s1_advance_o) begin
      s2_key_q   <= s1_key_q;
      s2_value_q <= s1_value_q;
    end
  end

endmodule
