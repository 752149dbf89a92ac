// Which line is up: the index of the lowest one. Software would walk an array until the first true element.
module priority_encoder #(
  parameter int unsigned Width = 16,
  localparam int unsigned IndexW = (Width > 1) ? $clog2(Width) : 1
) (
  input  logic [Width-1:0]  lines_i,
  output logic              any_o,
  output logic [IndexW-1:0] index_o
);

  assign any_o = |lines_i;

  // From the highest down, so that the lowest has the last word. The condition saves the simulator the walk.
  always_comb begin
    index_o = '0;
    if (any_o) begin
      for (int unsigned i = Width; i > 0; i--) begin
        if (lines_i[i-1]) index_o = IndexW'(i - 1);
      end
    end
  end

endmodule
