// Up to 64 entries of keys that compare themselves with one key at once. Filled from entry 0 up, so that a bank whose
// first entry is not valid is empty: its comparators are gated, which saves their power in silicon and their time in
// simulation.
module cam_bank #(
  parameter int unsigned Size = 64,
  parameter int unsigned KeyW = 44,
  localparam int unsigned IndexW = (Size > 1) ? $clog2(Size) : 1
) (
  input  logic              clk_i,
  input  logic              rst_ni,
  input  logic              compare_i,
  input  logic [KeyW-1:0]   key_i,
  output logic [Size-1:0]   match_o,
  output logic              any_o,
  output logic [IndexW-1:0] index_o,  // of the match line that is up
  input  logic              clear_i,
  input  logic              write_i,
  input  logic [IndexW-1:0] write_index_i,
  input  logic [KeyW-1:0]   write_key_i
`ifdef FORMAL
  , output logic [Size-1:0]      f_valid_o
  , output logic [Size*KeyW-1:0] f_keys_o
`endif
);

  logic [Size-1:0] valid_q;
  logic [KeyW-1:0] keys_q [Size];

  always_comb begin
    match_o = '0;
    if (compare_i && valid_q[0]) begin
      for (int unsigned i = 0; i < Size; i++) begin
        if (keys_q[i] == key_i) match_o[i] = valid_q[i];
      end
    end
  end

  onehot_encoder #(.Width(Size)) u_encoder (
    .lines_i(match_o),
    .any_o,
    .index_o
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)      valid_q <= '0;
    else if (clear_i) valid_q <= '0;
    else if (write_i) valid_q[write_index_i] <= 1'b1;
  end

  always_ff @(posedge clk_i) begin
    if (write_i) keys_q[write_index_i] <= write_key_i;
  end

`ifdef FORMAL
  assign f_valid_o = valid_q;
  for (genvar f = 0; f < Size; f++) assign f_keys_o[f*KeyW +: KeyW] = keys_q[f];
`endif

endmodule
