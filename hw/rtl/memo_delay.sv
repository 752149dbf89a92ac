// The way to the memory and back, as cycles that a response waits before it is shown: latency_i more than its own.
// It holds nothing but a count, since whoever offers a response keeps it until it is taken. One operation is on
// its way at a time, as deepcopy() asks: it needs the answer before it can go on.
module memo_delay #(
  parameter int unsigned LatencyW = 12
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic [LatencyW-1:0] latency_i,   // to change only while nothing is on its way
  input  logic                valid_i,
  output logic                ready_o,
  output logic                valid_o,
  input  logic                ready_i
`ifdef FORMAL
  , output logic [LatencyW-1:0] f_waited_o
`endif
);

  logic [LatencyW-1:0] waited_d, waited_q;
  logic                arrived;

  assign arrived = waited_q == latency_i;
  assign valid_o = valid_i && arrived;
  assign ready_o = ready_i && arrived;

  always_comb begin
    waited_d = waited_q;
    if (valid_i && ready_o) waited_d = '0;
    else if (valid_i && !arrived) waited_d = waited_q + 1'b1;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) waited_q <= '0;
    else         waited_q <= waited_d;
  end

`ifdef FORMAL
  assign f_waited_o = waited_q;
`endif

endmodule
