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

  // The condition changes nothing in the answer; it saves the simulator the walk when there is none.
  always_comb begin
    index_o = '0;
    if (any_o) begin
      for (int unsigned i = 0; i < Width; i++) begin
        if (lines_i[i]) index_o |= IndexW'(i);
      end
    end
  end

endmodule
