// The memo of Lib/copy.py's deepcopy() as a content-addressable memory: every entry compares its key at once.
//
//   software                  here
//   y = memo.get(d, _nil)     OpLookup  key d: hit, value y
//   memo[d] = y               OpInsert  key d, value y. Present: overwritten. Absent: appended. Full: spilled,
//                                       that is not stored; software keeps it and is asked on every later miss
//   memo = {}                 OpClear   forgets all entries and the overflow
//
// d is id(x) >> 4: two objects never start in the same 16 bytes. The value is a reference to the copy that software
// owns and keeps alive (memo[id(memo)] does, as in copy.py); the memory only remembers it.
//
// Stage 1 compares and encodes, stage 2 responds and writes (memo_pipe.sv): latency 2, a lookup each cycle.
module memo_cam #(
  parameter int unsigned Depth    = 64,  // at least 2; above 64 a multiple of 64
  parameter int unsigned KeyW     = 44,
  parameter int unsigned ValW     = 32,
  parameter int unsigned LatencyW = 12,
  localparam int unsigned IndexW = (Depth > 1) ? $clog2(Depth) : 1,
  localparam int unsigned CountW = $clog2(Depth) + 1
) (
  input  logic                clk_i,
  input  logic                rst_ni,

  // Entries that may be used, at most Depth; cycles that a response takes longer. To change only while the memory is
  // empty and idle.
  input  logic [CountW-1:0]   limit_i,
  input  logic [LatencyW-1:0] latency_i,

  input  logic                req_valid_i,
  output logic                req_ready_o,
  input  memo_pkg::op_e       req_op_i,
  input  logic [KeyW-1:0]     req_key_i,
  input  logic [ValW-1:0]     req_value_i,

  output logic                rsp_valid_o,
  input  logic                rsp_ready_i,
  output memo_pkg::op_e       rsp_op_o,
  output logic                rsp_hit_o,      // the key was there
  output logic [IndexW-1:0]   rsp_index_o,    // entry that matched, or that an insertion appends; else meaningless
  output logic [ValW-1:0]     rsp_value_o,    // its value (before an insertion overwrites it), 0 on a miss
  output logic                rsp_spilled_o,  // an insertion that found no room

  // State once the operation in stage 2 has retired.
  output logic [CountW-1:0]   count_o,
  output logic                full_o,
  output logic                overflow_o,     // an insertion has been spilled since the last clear

  // What goes on inside, for whoever watches.
  output logic                hazard_o,       // a request waits for the write ahead of it
  output logic                s1_valid_o,
  output memo_pkg::op_e       s1_op_o,
  output logic [KeyW-1:0]     s1_key_o,
  output logic [Depth-1:0]    s1_match_o,     // match lines, while they settle
  output logic                s2_valid_o,
  output logic [KeyW-1:0]     s2_key_o,
  output logic                s2_commit_o,
  output logic [Depth-1:0]    s2_match_o
);

  localparam int unsigned BankSize   = (Depth < 64) ? Depth : 64;
  localparam int unsigned BankIndexW = (BankSize > 1) ? $clog2(BankSize) : 1;
  localparam int unsigned Banks      = Depth / BankSize;

  logic                s1_compares, s1_advance;
  logic                s2_inserts, s2_clears;
  memo_pkg::op_e       s2_op;
  logic [KeyW-1:0]     s2_key;
  logic [ValW-1:0]     s2_value;

`ifdef FORMAL
  logic [ValW-1:0]     f_s1_value;
  logic [LatencyW-1:0] f_waited;
`endif
  memo_pipe #(.KeyW(KeyW), .ValW(ValW), .LatencyW(LatencyW)) u_pipe (
    .clk_i, .rst_ni, .latency_i,
    .hold_i(1'b0),
    .req_valid_i, .req_ready_o, .req_op_i, .req_key_i, .req_value_i, .hazard_o,
    .s1_valid_o, .s1_op_o, .s1_key_o,
    .s1_advance_o(s1_advance),
    .s2_valid_o,
    .s2_op_o   (s2_op),
    .s2_key_o  (s2_key),
    .s2_value_o(s2_value),
    .s2_commit_o,
    .rsp_valid_o, .rsp_ready_i
`ifdef FORMAL
    , .f_s1_value_o(f_s1_value)
    , .f_waited_o  (f_waited)
`endif
  );
  assign s1_compares = s1_valid_o && (s1_op_o == memo_pkg::OpLookup || s1_op_o == memo_pkg::OpInsert);
  assign s2_inserts  = s2_valid_o && s2_op == memo_pkg::OpInsert;
  assign s2_clears   = s2_valid_o && s2_op == memo_pkg::OpClear;

  // ---- entries: 0 to count_q - 1 are valid, there is no deletion ----
  logic [CountW-1:0] count_d, count_q, limit;
  logic              overflow_d, overflow_q;
  logic              append, write, clear;
  logic [IndexW-1:0] index;

  // ---- stage 1: compare, encode ----
  logic [Banks-1:0]      bank_any;
  logic [BankSize-1:0]   bank_match [Banks];
  logic [BankIndexW-1:0] bank_index [Banks];
  logic                  match_any;
  logic [IndexW-1:0]     match_index;

`ifdef FORMAL
  logic [Depth-1:0]      f_valid;
  logic [Depth*KeyW-1:0] f_keys;
  logic [Depth*ValW-1:0] f_values;
`endif

  for (genvar b = 0; b < Banks; b++) begin : g_bank
    cam_bank #(.Size(BankSize), .KeyW(KeyW)) u_bank (
      .clk_i, .rst_ni,
      .compare_i    (s1_compares),
      .key_i        (s1_key_o),
      .match_o      (bank_match[b]),
      .any_o        (bank_any[b]),
      .index_o      (bank_index[b]),
      .clear_i      (clear),
      .write_i      (append && 32'(index) / BankSize == b),
      .write_index_i(BankIndexW'(32'(index) % BankSize)),
      .write_key_i  (s2_key)
`ifdef FORMAL
      , .f_valid_o  (f_valid[b*BankSize +: BankSize])
      , .f_keys_o   (f_keys[b*BankSize*KeyW +: BankSize*KeyW])
`endif
    );
  end

  // Where no line of a bank is up its index is 0.
  logic [BankIndexW-1:0] line;
  always_comb begin
    s1_match_o = '0;
    line       = '0;
    for (int unsigned b = 0; b < Banks; b++) begin
      if (bank_any[b]) s1_match_o[b*BankSize +: BankSize] = bank_match[b];
      line |= bank_index[b];
    end
  end
  if (Banks == 1) begin : g_one_bank
    assign match_any   = bank_any[0];
    assign match_index = line;
  end else begin : g_banks
    logic [IndexW-BankIndexW-1:0] bank;
    onehot_encoder #(.Width(Banks)) u_encoder (
      .lines_i(bank_any),
      .any_o  (match_any),
      .index_o(bank)
    );
    assign match_index = {bank, line};
  end

  // Stage 1 sees the entries as they are for it: no write is under way then.
  logic              full;
  logic              s2_hit_q, s2_full_q;
  logic [IndexW-1:0] s2_index_q, s2_slot_q;
  logic [Depth-1:0]  s2_match_q;
  assign limit = (limit_i > CountW'(Depth)) ? CountW'(Depth) : limit_i;
  assign full  = count_q >= limit;

  always_ff @(posedge clk_i) begin
    if (s1_advance) begin
      s2_hit_q   <= match_any;
      s2_index_q <= match_index;
      s2_match_q <= s1_match_o;
      s2_full_q  <= full;
      s2_slot_q  <= count_q[IndexW-1:0];
    end
  end

  logic [ValW-1:0] value;
  memo_ram #(.Depth(Depth), .Width(ValW)) u_values (
    .clk_i,
    .read_i       (s1_advance),
    .read_index_i (match_index),
    .read_data_o  (value),
    .write_i      (write),
    .write_index_i(index),
    .write_data_i (s2_value)
`ifdef FORMAL
    , .f_cells_o  (f_values)
`endif
  );

  // ---- stage 2: respond, write ----
  logic spills;
  assign spills = s2_inserts && !s2_hit_q && s2_full_q;
  assign write  = s2_commit_o && s2_inserts && !spills;
  assign append = write && !s2_hit_q;
  assign clear  = s2_commit_o && s2_clears;
  assign index  = s2_hit_q ? s2_index_q : s2_slot_q;

  always_comb begin
    count_d    = count_q;
    overflow_d = overflow_q || spills;
    if (append) count_d = count_q + 1'b1;
    if (clear) begin
      count_d    = '0;
      overflow_d = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q    <= '0;
      overflow_q <= 1'b0;
    end else begin
      count_q    <= count_d;
      overflow_q <= overflow_d;
    end
  end

  assign rsp_op_o      = s2_op;
  assign rsp_hit_o     = s2_hit_q;
  assign rsp_index_o   = index;
  assign rsp_value_o   = s2_hit_q ? value : '0;
  assign rsp_spilled_o = spills;
  assign count_o       = count_d;
  assign full_o        = count_d >= limit;
  assign overflow_o    = overflow_d;
  assign s2_key_o      = s2_key;
  assign s2_match_o    = s2_match_q;

`ifdef FORMAL
`include "memo_cam_properties.svh"
`endif

endmodule
