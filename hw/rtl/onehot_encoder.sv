// Which line is up. At most one is (keys are unique, and that is proved), so each bit of the index is an OR of half the
// lines: no priority chain. Software would walk an array until the first true element.
module onehot_encoder #(
  parameter int unsigned Width = 16,
  localparam int unsigned IndexW = (Width > 1) ? $clog2(Width) : 1
) (
  input  logic [Width-1:0]  lines_i,
  output logic              any_o,
  output logic [IndexW-1:0] index_o
);

  assign any_o = |lines_i;

  // Bit k of the index: is one of the lines up that have bit k in their number.
  always_comb begin
    for (int unsigned k = 0; k < IndexW; k++) index_o[k] = |(lines_i & numbers_with(k));
  end

  function automatic logic [Width-1:0] numbers_with(input int unsigned k);
    for (int unsigned i = 0; i < Width; i++) numbers_with[i] = ((i >> k) & 1) == 1;
  endfunction

endmodule
