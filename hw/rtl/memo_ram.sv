// Memory with one write port and one read port, as block RAM has them: what is read comes one cycle later and stays
// until the next read. Nobody here reads what is being written in the same cycle: 'x says so, and spares the logic that
// would make it the old word. Its contents after power-up are not defined.
module memo_ram #(
  parameter int unsigned Depth = 64,
  parameter int unsigned Width = 32,
  localparam int unsigned IndexW = (Depth > 1) ? $clog2(Depth) : 1
) (
  input  logic              clk_i,
  input  logic              read_i,
  input  logic [IndexW-1:0] read_index_i,
  output logic [Width-1:0]  read_data_o,
  input  logic              write_i,
  input  logic [IndexW-1:0] write_index_i,
  input  logic [Width-1:0]  write_data_i
`ifdef FORMAL
  , output logic [Depth*Width-1:0] f_cells_o
`endif
);

  logic [Width-1:0] cells_q [Depth];

  always_ff @(posedge clk_i) begin
    if (read_i) read_data_o <= (write_i && write_index_i == read_index_i) ? 'x : cells_q[read_index_i];
    if (write_i) cells_q[write_index_i] <= write_data_i;
  end

`ifdef FORMAL
  for (genvar f = 0; f < Depth; f++) assign f_cells_o[f*Width +: Width] = cells_q[f];
`endif

endmodule
