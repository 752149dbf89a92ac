// The memo as a hash table in block RAM: the one that scales. Four ways, each with a hash of its own (skewed), so that
// keys that collide in one way part in the others; what finds none of its four places free goes to a stash of eight
// entries that compare at once; what finds that full is spilled to software, which is asked on every later miss.
//
//   software                  here
//   y = memo.get(d, _nil)     OpLookup  reads one entry of each way, compares them and the stash
//   memo[d] = y               OpInsert  overwrites, or takes the first free way, or the stash, or spills
//   memo = {}                 OpClear   one cycle: entries belong to an epoch, and a new one begins. Once in
//                                       2**EpochW - 1 clears the numbers start again, and all entries are swept first
//
// Ownership of values as in memo_cam.sv. Stage 1 reads, stage 2 compares, responds and writes (memo_pipe.sv):
// latency 2, a lookup each cycle. After reset the entries are swept as well: Depth / 4 cycles.
module memo_hash #(
  parameter int unsigned Depth    = 1024,  // a power of two, at least 8; the stash comes on top
  parameter int unsigned KeyW     = 44,
  parameter int unsigned ValW     = 32,
  parameter int unsigned LatencyW = 12,
  parameter int unsigned EpochW   = 8,
  localparam int unsigned Ways   = 4,
  localparam int unsigned Stash  = 8,
  localparam int unsigned IndexW = $clog2(Depth) + 1,
  localparam int unsigned CountW = $clog2(Depth) + 1,
  localparam int unsigned SetW   = $clog2(Depth / Ways)
) (
  input  logic                clk_i,
  input  logic                rst_ni,

  // Entries that may be used: rounded down to a power of two from 4 up, and to as many ways below; the stash stays.
  // To change only while the memory is empty and idle.
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
  output logic                rsp_hit_o,
  output logic [IndexW-1:0]   rsp_index_o,    // set * 4 + way, or Depth + entry of the stash; else meaningless
  output logic [ValW-1:0]     rsp_value_o,
  output logic                rsp_spilled_o,

  output logic [CountW-1:0]   count_o,        // with the stash's
  output logic                full_o,         // the stash is: a key whose four places are taken would be spilled
  output logic                overflow_o,

  output logic                hazard_o,
  output logic                sweep_o,        // entries of an old epoch are being removed
  output logic                s1_valid_o,
  output memo_pkg::op_e       s1_op_o,
  output logic [KeyW-1:0]     s1_key_o,
  output logic                s2_valid_o,
  output logic [KeyW-1:0]     s2_key_o,
  output logic                s2_commit_o,
  output logic [Ways*SetW-1:0]     s2_sets_o,   // the set that each way was read in
  output logic [Ways-1:0]          s2_used_o,   // there is an entry of this epoch
  output logic [Ways+Stash-1:0]    s2_match_o   // match lines: the ways', then the stash's
);

  localparam int unsigned Sets   = Depth / Ways;
  localparam int unsigned StashW = $clog2(Stash);
  localparam int unsigned EntryW = EpochW + KeyW + ValW;

  // ---- the pipe ----
  logic            s1_advance, s1_compares, s2_inserts, s2_clears;
  memo_pkg::op_e   s2_op;
  logic [KeyW-1:0] s2_key;
  logic [ValW-1:0] s2_value;
  logic            sweep_d, sweep_q;

  memo_pipe #(.KeyW(KeyW), .ValW(ValW), .LatencyW(LatencyW)) u_pipe (
    .clk_i, .rst_ni, .latency_i,
    .hold_i(sweep_q),
    .req_valid_i, .req_ready_o, .req_op_i, .req_key_i, .req_value_i, .hazard_o,
    .s1_valid_o, .s1_op_o, .s1_key_o,
    .s1_advance_o(s1_advance),
    .s2_valid_o,
    .s2_op_o   (s2_op),
    .s2_key_o  (s2_key),
    .s2_value_o(s2_value),
    .s2_commit_o,
    .rsp_valid_o, .rsp_ready_i
  );
  assign s1_compares = s1_valid_o && (s1_op_o == memo_pkg::OpLookup || s1_op_o == memo_pkg::OpInsert);
  assign s2_inserts  = s2_valid_o && s2_op == memo_pkg::OpInsert;
  assign s2_clears   = s2_valid_o && s2_op == memo_pkg::OpClear;

  // ---- the limit: sets that may be used, and ways of the only one ----
  logic [CountW-1:0] limit;
  logic [SetW-1:0]   set_mask;
  logic [Ways-1:0]   way_enabled;
  assign limit = (limit_i > CountW'(Depth)) ? CountW'(Depth) : limit_i;
  always_comb begin
    set_mask = '0;
    for (int unsigned i = 0; i < SetW; i++) begin
      if (limit >> (i + 3) != '0) set_mask[i] = 1'b1;
    end
    for (int unsigned w = 0; w < Ways; w++) way_enabled[w] = 32'(limit) > w;
  end

  // ---- epochs ----
  logic [EpochW-1:0] epoch_d, epoch_q;  // 0 is no entry's
  logic [SetW-1:0]   swept_d, swept_q;
  logic              clear;
  always_comb begin
    epoch_d = epoch_q;
    sweep_d = sweep_q;
    swept_d = swept_q;
    if (clear) begin
      epoch_d = (epoch_q == '1) ? EpochW'(1) : epoch_q + 1'b1;
      sweep_d = epoch_q == '1;
    end
    if (sweep_q) begin
      swept_d = swept_q + 1'b1;
      if (32'(swept_q) == Sets - 1) begin
        sweep_d = 1'b0;
        swept_d = '0;
      end
    end
  end

  // ---- stage 1: read each way in its own set; the stash compares ----
  logic [SetW-1:0]   s1_set [Ways];
  logic [SetW-1:0]   s2_set_q [Ways];
  logic [EntryW-1:0] entry [Ways];
  logic [Ways-1:0]   way_write;

  for (genvar w = 0; w < Ways; w++) begin : g_way
    skewed_hash #(.KeyW(KeyW), .SetW(SetW), .Way(w)) u_hash (
      .key_i(s1_key_o),
      .mask_i(set_mask),
      .set_o(s1_set[w])
    );
    memo_ram #(.Depth(Sets), .Width(EntryW)) u_ram (
      .clk_i,
      .read_i       (s1_advance),
      .read_index_i (s1_set[w]),
      .read_data_o  (entry[w]),
      .write_i      (sweep_q || way_write[w]),
      .write_index_i(sweep_q ? swept_q : s2_set_q[w]),
      .write_data_i (sweep_q ? '0 : {epoch_q, s2_key, s2_value})
    );
    assign s2_sets_o[w*SetW +: SetW] = s2_set_q[w];
    always_ff @(posedge clk_i) if (s1_advance) s2_set_q[w] <= s1_set[w];
  end

  logic [Stash-1:0]  stash_match, s2_stash_match_q;
  logic              stash_any, stash_write, stash_append, s2_stash_any_q, s2_stash_full_q;
  logic [StashW-1:0] stash_index, s2_stash_index_q, s2_stash_slot_q;
  logic [StashW:0]   stash_count_d, stash_count_q;
  logic [ValW-1:0]   stash_value;

  cam_bank #(.Size(Stash), .KeyW(KeyW)) u_stash (
    .clk_i, .rst_ni,
    .compare_i    (s1_compares),
    .key_i        (s1_key_o),
    .match_o      (stash_match),
    .any_o        (stash_any),
    .index_o      (stash_index),
    .clear_i      (clear),
    .write_i      (stash_append),
    .write_index_i(s2_stash_slot_q),
    .write_key_i  (s2_key)
  );
  memo_ram #(.Depth(Stash), .Width(ValW)) u_stash_values (
    .clk_i,
    .read_i       (s1_advance),
    .read_index_i (stash_index),
    .read_data_o  (stash_value),
    .write_i      (stash_write),
    .write_index_i(s2_stash_any_q ? s2_stash_index_q : s2_stash_slot_q),
    .write_data_i (s2_value)
  );
  always_ff @(posedge clk_i) begin
    if (s1_advance) begin
      s2_stash_any_q   <= stash_any;
      s2_stash_match_q <= stash_match;
      s2_stash_index_q <= stash_index;
      s2_stash_slot_q  <= stash_count_q[StashW-1:0];
      s2_stash_full_q  <= stash_count_q == (StashW+1)'(Stash);
    end
  end

  // ---- stage 2: compare the ways ----
  // From registers that hold until stage 2 is left, the epoch apart: only a clear, which compares nothing, changes that.
  logic [Ways-1:0]   used, way_match, way_free, way_first;
  logic              s2_compares, way_hit, hit, spills;
  logic [1:0]        way;
  logic [ValW-1:0]   way_value;
  assign s2_compares = s2_inserts || (s2_valid_o && s2_op == memo_pkg::OpLookup);
  always_comb begin
    way_value = '0;
    for (int unsigned w = 0; w < Ways; w++) begin
      used[w]      = s2_compares && way_enabled[w] && entry[w][EntryW-1 -: EpochW] == epoch_q;
      way_match[w] = used[w] && entry[w][ValW +: KeyW] == s2_key;
      way_free[w]  = way_enabled[w] && !used[w];
      if (way_match[w]) way_value |= entry[w][ValW-1:0];
    end
  end
  assign way_first = way_free & (~way_free + 1'b1);
  always_comb begin
    way = '0;
    for (int unsigned w = 0; w < Ways; w++) begin
      if (way_hit ? way_match[w] : way_first[w]) way |= 2'(w);
    end
  end
  assign way_hit = |way_match;
  assign hit     = way_hit || (s2_compares && s2_stash_any_q);
  assign spills  = s2_inserts && !hit && way_free == '0 && s2_stash_full_q;

  logic inserting, append;
  assign clear        = s2_commit_o && s2_clears;
  assign append       = inserting && !hit && !spills;
  assign inserting    = s2_commit_o && s2_inserts;
  assign way_write    = inserting ? way_match | (hit ? '0 : way_first) : '0;
  assign stash_append = inserting && !hit && way_free == '0 && !s2_stash_full_q;
  assign stash_write  = stash_append || (inserting && s2_stash_any_q);

  logic [CountW-1:0] count_d, count_q;
  logic              overflow_d, overflow_q;
  always_comb begin
    count_d       = count_q;
    stash_count_d = stash_count_q;
    overflow_d    = overflow_q || spills;
    if (append) count_d = count_q + 1'b1;
    if (stash_append) stash_count_d = stash_count_q + 1'b1;
    if (clear) begin
      count_d       = '0;
      stash_count_d = '0;
      overflow_d    = 1'b0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      epoch_q       <= EpochW'(1);
      sweep_q       <= 1'b1;
      swept_q       <= '0;
      count_q       <= '0;
      stash_count_q <= '0;
      overflow_q    <= 1'b0;
    end else begin
      epoch_q       <= epoch_d;
      sweep_q       <= sweep_d;
      swept_q       <= swept_d;
      count_q       <= count_d;
      stash_count_q <= stash_count_d;
      overflow_q    <= overflow_d;
    end
  end

  logic              in_stash;
  logic [StashW-1:0] stash_entry;
  assign in_stash      = hit ? !way_hit : way_free == '0;
  assign stash_entry   = hit ? s2_stash_index_q : s2_stash_slot_q;
  assign rsp_op_o      = s2_op;
  assign rsp_hit_o     = hit;
  assign rsp_index_o   = in_stash ? IndexW'(Depth) | IndexW'(stash_entry)
                                  : {1'b0, s2_set_q[way], way};
  assign rsp_value_o   = way_hit ? way_value : hit ? stash_value : '0;
  assign rsp_spilled_o = spills;
  assign count_o       = count_d;
  assign full_o        = stash_count_d == (StashW+1)'(Stash);
  assign overflow_o    = overflow_d;
  assign sweep_o       = sweep_q;
  assign s2_key_o      = s2_key;
  assign s2_used_o     = used;
  assign s2_match_o    = {s2_compares ? s2_stash_match_q : '0, way_match};

endmodule
