// One memory with the pins that a user of it needs, as many as a package has, and a register at each, so that the clock
// is the memory's own and not the pads': what `make area` measures, some 140 registers included. The limit is
// the depth and the way there is none, so that neither costs a cell; what is there for a watcher is not connected.
module area_top #(
  parameter int unsigned Engine = 0,  // 0 memo_cam, 1 memo_hash, 2 probe_engine
  parameter int unsigned Depth  = 64,
  parameter int unsigned KeyW   = 44,
  parameter int unsigned ValW   = 32,
  localparam int unsigned IndexW = $clog2(Depth) + 4,
  localparam int unsigned CountW = $clog2(Depth) + 1
) (
  input  logic              clk_i,
  input  logic              rst_ni,
  input  logic              req_valid_i,
  output logic              req_ready_o,
  input  memo_pkg::op_e     req_op_i,
  input  logic [KeyW-1:0]   req_key_i,
  input  logic [ValW-1:0]   req_value_i,
  output logic              rsp_valid_o,
  input  logic              rsp_ready_i,
  output logic              rsp_hit_o,
  output logic [IndexW-1:0] rsp_index_o,
  output logic [ValW-1:0]   rsp_value_o,
  output logic              rsp_spilled_o,
  output logic [CountW-1:0] count_o,
  output logic              full_o,
  output logic              overflow_o
);

  logic              req_valid;
  memo_pkg::op_e     req_op;
  logic [KeyW-1:0]   req_key;
  logic [ValW-1:0]   req_value;
  logic              rsp_ready;
  logic              req_ready;
  logic              rsp_valid;
  logic              rsp_hit;
  logic [IndexW-1:0] rsp_index;
  logic [ValW-1:0]   rsp_value;
  logic              rsp_spilled;
  logic [CountW-1:0] count;
  logic              full;
  logic              overflow;

  always_ff @(posedge clk_i) begin
    req_valid     <= req_valid_i;
    req_op        <= req_op_i;
    req_key       <= req_key_i;
    req_value     <= req_value_i;
    rsp_ready     <= rsp_ready_i;
    req_ready_o   <= req_ready;
    rsp_valid_o   <= rsp_valid;
    rsp_hit_o     <= rsp_hit;
    rsp_index_o   <= rsp_index;
    rsp_value_o   <= rsp_value;
    rsp_spilled_o <= rsp_spilled;
    count_o       <= count;
    full_o        <= full;
    overflow_o    <= overflow;
  end

  if (Engine == 0) begin : g_cam
    logic [((Depth > 1) ? $clog2(Depth) : 1)-1:0] index;
    memo_cam #(.Depth(Depth), .KeyW(KeyW), .ValW(ValW)) u_memory (
      .clk_i, .rst_ni, .limit_i(CountW'(Depth)), .latency_i('0),
      .req_valid_i(req_valid), .req_ready_o(req_ready), .req_op_i(req_op), .req_key_i(req_key),
      .req_value_i(req_value),
      .rsp_valid_o(rsp_valid), .rsp_ready_i(rsp_ready), .rsp_hit_o(rsp_hit), .rsp_index_o(index),
      .rsp_value_o(rsp_value), .rsp_spilled_o(rsp_spilled),
      .count_o(count), .full_o(full), .overflow_o(overflow)
    );
    assign rsp_index = IndexW'(index);
  end else if (Engine == 1) begin : g_hash
    logic [$clog2(Depth):0] index;
    memo_hash #(.Depth(Depth), .KeyW(KeyW), .ValW(ValW)) u_memory (
      .clk_i, .rst_ni, .limit_i(CountW'(Depth)), .latency_i('0),
      .req_valid_i(req_valid), .req_ready_o(req_ready), .req_op_i(req_op), .req_key_i(req_key),
      .req_value_i(req_value),
      .rsp_valid_o(rsp_valid), .rsp_ready_i(rsp_ready), .rsp_hit_o(rsp_hit), .rsp_index_o(index),
      .rsp_value_o(rsp_value), .rsp_spilled_o(rsp_spilled),
      .count_o(count), .full_o(full), .overflow_o(overflow)
    );
    assign rsp_index = IndexW'(index);
  end else begin : g_probe
    logic [$clog2(3*Depth)-1:0] index;
    probe_engine #(.Depth(Depth), .KeyW(KeyW), .ValW(ValW)) u_memory (
      .clk_i, .rst_ni, .limit_i(CountW'(Depth)), .latency_i('0), .rotate_i(1'b0),
      .req_valid_i(req_valid), .req_ready_o(req_ready), .req_op_i(req_op), .req_key_i(req_key),
      .req_value_i(req_value),
      .rsp_valid_o(rsp_valid), .rsp_ready_i(rsp_ready), .rsp_hit_o(rsp_hit), .rsp_index_o(index),
      .rsp_value_o(rsp_value), .rsp_spilled_o(rsp_spilled),
      .count_o(count), .full_o(full), .overflow_o(overflow)
    );
    assign rsp_index = IndexW'(index);
  end

endmodule
