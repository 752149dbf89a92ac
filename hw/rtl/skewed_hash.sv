// The set of a key in one way. The key is cut into pieces as wide as a set number, which are exclusive-or'ed, each
// turned by an amount of its own in every way: keys that fall together in one way part in another. Exclusive-or alone,
// so that it costs a few lookup tables and fits before a block RAM.
module skewed_hash #(
  parameter int unsigned KeyW = 44,
  parameter int unsigned SetW = 8,
  parameter int unsigned Way  = 0
) (
  input  logic [KeyW-1:0] key_i,
  input  logic [SetW-1:0] mask_i,
  output logic [SetW-1:0] set_o
);

  localparam int unsigned Pieces  = (KeyW + SetW - 1) / SetW;
  localparam int unsigned PaddedW = Pieces * SetW;

  logic [PaddedW-1:0] padded;
  logic [SetW-1:0]    folded;
  assign padded = PaddedW'(key_i);

  for (genvar p = 0; p < Pieces; p++) begin : g_piece
    localparam int unsigned Turn = ((2 * Way + 1) * p) % SetW;
    logic [SetW-1:0] piece, turned;
    assign piece = padded[p*SetW +: SetW];
    if (Turn == 0) begin : g_as_is
      assign turned = piece;
    end else begin : g_turned
      assign turned = {piece[SetW-Turn-1:0], piece[SetW-1 -: Turn]};
    end
    logic [SetW-1:0] sum;
    if (p == 0) begin : g_first
      assign sum = turned;
    end else begin : g_next
      assign sum = g_piece[p-1].sum ^ turned;
    end
  end

  // The high half onto the low one, so that a mask of few bits still sees all of the key.
  assign folded = g_piece[Pieces-1].sum ^ (g_piece[Pieces-1].sum >> ((SetW + 1) / 2));
  assign set_o  = folded & mask_i;

endmodule
