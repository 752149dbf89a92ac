// The memo as CPython keeps it, in hardware: a dict's index table and entries in two RAMs, walked one access a cycle.
// The rival of memo_cam for a like-for-like race: same interface, same slots as Objects/dictobject.c visits.
//
//   software (dictobject.c)            here
//   i = hash & mask                    first slot
//   perturb >>= 5;                     next slot
//   i = (i*5 + perturb + 1) & mask
//   DKIX_EMPTY: absent                 0: the walk ends
//   DKIX_DUMMY: go on                  1: tombstone of a deletion; an insertion takes the first one it passed
//   ix >= 0: compare the entry         2 + ix: entry read, compared
//   no usable entry left: new table    StWipe: slots emptied, StMove: entries that are left brought together,
//   for three times the entries        StPlace: each into its first free slot
//
// The hash is id(x), that is the key with four zeros below it; with rotate_i the key itself: an id turned by four
// bits, which is what hash(object) does and what memo keys, being ints, do not.
module probe_engine #(
  parameter int unsigned Depth    = 64,   // at least 2
  parameter int unsigned KeyW     = 44,
  parameter int unsigned ValW     = 32,
  parameter int unsigned LatencyW = 12,
  localparam int unsigned CountW = $clog2(Depth) + 1,
  localparam int unsigned LogMax = ($clog2(3 * Depth) < 4) ? 4 : $clog2(3 * Depth),
  localparam int unsigned LogW   = $clog2(LogMax + 1),
  localparam int unsigned ProbeW = LogMax + 1
) (
  input  logic                clk_i,
  input  logic                rst_ni,

  // To change only while the memory is empty and idle.
  input  logic [CountW-1:0]   limit_i,
  input  logic [LatencyW-1:0] latency_i,
  input  logic                rotate_i,

  input  logic                req_valid_i,
  output logic                req_ready_o,
  input  memo_pkg::op_e       req_op_i,
  input  logic [KeyW-1:0]     req_key_i,
  input  logic [ValW-1:0]     req_value_i,

  output logic                rsp_valid_o,
  input  logic                rsp_ready_i,
  output memo_pkg::op_e       rsp_op_o,
  output logic                rsp_hit_o,
  output logic [LogMax-1:0]   rsp_index_o,    // entry found or appended; else meaningless
  output logic [ValW-1:0]     rsp_value_o,
  output logic                rsp_spilled_o,

  output logic [CountW-1:0]   count_o,
  output logic                full_o,
  output logic                overflow_o,

  output logic                busy_o,         // walking; a request has to wait
  output logic                grow_o,         // the table is being rebuilt
  output logic                probe_o,        // slot_o is being looked at
  output logic [LogMax-1:0]   slot_o,
  output logic [LogW-1:0]     rsp_log2_o,     // of the slots that the walk was in; 0: the table of an empty dict
  output logic [ProbeW-1:0]   rsp_probes_o,   // slots visited, as a lookup or before an insertion
  output logic [KeyW-1:0]     rsp_key_o
);

  localparam int unsigned Slots   = 1 << LogMax;
  localparam int unsigned EntryW  = 1 + KeyW + ValW;
  localparam int unsigned LinkW   = LogMax + 1;  // 0 empty, 1 tombstone, 2 + entry
  localparam int unsigned HashW   = KeyW + 4;
  localparam int unsigned Entries = Slots * 2 / 3;
  localparam int unsigned EntryIndexW = $clog2(Entries);
  localparam logic [LinkW-1:0] LinkEmpty = 0;
  localparam logic [LinkW-1:0] LinkDummy = 1;

  typedef enum logic [3:0] {
    StIdle,    // waits for a request
    StStart,   // first slot
    StSlot,    // the slot has been read
    StEntry,   // and the entry it points to
    StWipe, StFetch, StMove, StPlace,  // a new table
    StStore,   // write what the walk came to
    StRespond
  } state_e;

  state_e              state_d, state_q;
  memo_pkg::op_e       op_q;
  logic [KeyW-1:0]     key_q;
  logic [ValW-1:0]     value_q;

  // ---- the dict's own numbers ----
  logic [LogW-1:0]     log2_d, log2_q;       // 0: no table yet
  logic [LogMax:0]     usable_d, usable_q;   // entries that may still be appended before the table is rebuilt
  logic [LogMax:0]     next_d, next_q;       // entry to append at
  logic [CountW-1:0]   count_d, count_q;     // entries in use
  logic                overflow_d, overflow_q;
  logic [LogMax-1:0]   mask;
  assign mask = LogMax'((32'(1) << log2_q) - 1);

  // ---- the walk ----
  logic [HashW-1:0]    hash, perturb_d, perturb_q, walk_key_hash;
  logic [LogMax-1:0]   slot_d, slot_q, free_slot_d, free_slot_q;
  logic                free_d, free_q;       // a tombstone was passed
  logic [ProbeW-1:0]   probes_d, probes_q;
  logic [LogW-1:0]     walked_d, walked_q;
  logic                hit_d, hit_q, spilled_d, spilled_q;
  logic [LogMax-1:0]   index_d, index_q;
  logic [ValW-1:0]     found_d, found_q;
  function automatic logic [HashW-1:0] hash_of(input logic [KeyW-1:0] key, input logic rotate);
    hash_of = rotate ? HashW'(key) : {key, 4'b0};
  endfunction
  assign hash = hash_of(key_q, rotate_i);

  logic [HashW-1:0]    perturb_next;
  logic [LogMax-1:0]   slot_next;
  assign perturb_next = perturb_q >> 5;
  assign slot_next    = LogMax'((slot_q * LogMax'(5)) + LogMax'(perturb_next) + LogMax'(1)) & mask;

  // ---- the two RAMs ----
  logic                link_read, link_write, entry_read, entry_write;
  logic [LogMax-1:0]   link_read_at, link_write_at;
  logic [LinkW-1:0]    link, link_new;
  logic [EntryIndexW-1:0] entry_read_at, entry_write_at;
  logic [EntryW-1:0]   entry, entry_new;
  logic                entry_used;
  logic [KeyW-1:0]     entry_key;
  logic [ValW-1:0]     entry_value;

  memo_ram #(.Depth(Slots), .Width(LinkW)) u_links (
    .clk_i,
    .read_i       (link_read),
    .read_index_i (link_read_at),
    .read_data_o  (link),
    .write_i      (link_write),
    .write_index_i(link_write_at),
    .write_data_i (link_new)
  );
  memo_ram #(.Depth(Entries), .Width(EntryW)) u_entries (
    .clk_i,
    .read_i       (entry_read),
    .read_index_i (entry_read_at),
    .read_data_o  (entry),
    .write_i      (entry_write),
    .write_index_i(entry_write_at),
    .write_data_i (entry_new)
  );
  assign {entry_used, entry_key, entry_value} = entry;

  // ---- a new table: counters over slots and entries ----
  logic [LogMax:0]     from_d, from_q, to_d, to_q;
  logic                last_d, last_q;       // all entries are placed: the walk is the new key's
  logic [LogMax:0]     slots;
  assign slots = (LogMax+1)'(32'(1) << log2_q);

  // Objects/dictobject.c, calculate_log2_keysize(used * 3) and USABLE_FRACTION.
  function automatic logic [LogW-1:0] log2_for(input logic [CountW-1:0] used);
    logic [31:0] n;
    n = ((32'(used) * 3 | 32'd8) - 1) | 32'd7;
    log2_for = '0;
    for (int unsigned i = 0; i < LogMax; i++) if (n[i]) log2_for = LogW'(i + 1);
  endfunction
  function automatic logic [LogMax:0] usable_of(input logic [LogW-1:0] log2);
    // floor(2 * 2**log2 / 3): the bits of two thirds, 0.101010..., as far as they are whole.
    usable_of = '0;
    for (int unsigned i = 0; i < LogMax; i++) usable_of[i] = 32'(log2) > i && (32'(log2) - i) % 2 == 1;
  endfunction

  logic [CountW-1:0] limit;
  logic              full, taken;
  assign limit = (limit_i > CountW'(Depth)) ? CountW'(Depth) : limit_i;
  assign full  = count_q >= limit;

  logic walks, found;
  assign walks = op_q == memo_pkg::OpLookup || op_q == memo_pkg::OpInsert || op_q == memo_pkg::OpDelete;
  assign found = entry_used && entry_key == key_q;

  always_comb begin
    state_d = state_q;
    log2_d = log2_q; usable_d = usable_q; next_d = next_q; count_d = count_q; overflow_d = overflow_q;
    perturb_d = perturb_q; slot_d = slot_q; free_d = free_q; free_slot_d = free_slot_q;
    probes_d = probes_q; walked_d = walked_q;
    hit_d = hit_q; spilled_d = spilled_q; index_d = index_q; found_d = found_q;
    from_d = from_q; to_d = to_q; last_d = last_q;
    link_read = 1'b0; link_read_at = slot_q; link_write = 1'b0; link_write_at = slot_q; link_new = LinkEmpty;
    entry_read = 1'b0; entry_read_at = EntryIndexW'(from_q);
    entry_write = 1'b0; entry_write_at = EntryIndexW'(next_q); entry_new = {1'b1, key_q, value_q};
    walk_key_hash = hash_of(entry_key, rotate_i);

    unique case (state_q)
      StIdle: if (req_valid_i) state_d = StStart;

      StStart: begin
        perturb_d = hash;
        slot_d    = LogMax'(hash) & mask;
        free_d    = 1'b0;
        probes_d  = '0;
        walked_d  = log2_q;
        hit_d     = 1'b0;
        spilled_d = 1'b0;
        found_d   = '0;
        if (op_q == memo_pkg::OpClear) begin
          log2_d = '0; usable_d = '0; next_d = '0; count_d = '0; overflow_d = 1'b0;
          state_d = StRespond;
        end else if (!walks) state_d = StRespond;
        else if (log2_q == '0) begin // the one slot of the empty dict
          probes_d = ProbeW'(1);
          state_d  = op_q == memo_pkg::OpInsert ? StStore : StRespond;
        end else begin
          link_read    = 1'b1;
          link_read_at = slot_d;
          probes_d     = ProbeW'(1);
          state_d      = StSlot;
        end
      end

      StSlot: begin
        if (link == LinkEmpty) begin
          if (!free_q) free_slot_d = slot_q;
          state_d = op_q == memo_pkg::OpInsert ? StStore : StRespond;
        end else if (link == LinkDummy) begin
          if (!free_q) free_slot_d = slot_q;
          free_d       = 1'b1;
          perturb_d    = perturb_next;
          slot_d       = slot_next;
          probes_d     = probes_q + 1'b1;
          link_read    = 1'b1;
          link_read_at = slot_next;
        end else begin
          index_d       = LogMax'(link - LinkW'(2));
          entry_read    = 1'b1;
          entry_read_at = EntryIndexW'(link - LinkW'(2));
          state_d       = StEntry;
        end
      end

      StEntry: begin
        if (found) begin
          hit_d   = 1'b1;
          found_d = entry_value;
          state_d = op_q == memo_pkg::OpLookup ? StRespond : StStore;
        end else begin
          perturb_d    = perturb_next;
          slot_d       = slot_next;
          probes_d     = probes_q + 1'b1;
          link_read    = 1'b1;
          link_read_at = slot_next;
          state_d      = StSlot;
        end
      end

      StStore: begin
        state_d = StRespond;
        entry_write_at = EntryIndexW'(hit_q ? (LogMax+1)'(index_q) : next_q);
        if (op_q == memo_pkg::OpDelete) begin // found: a tombstone in the table, a hole among the entries
          link_write  = 1'b1;
          link_new    = LinkDummy;
          entry_write = 1'b1;
          entry_new   = '0;
          count_d     = count_q - 1'b1;
        end else if (hit_q) begin
          entry_write = 1'b1;
        end else if (full) begin
          spilled_d  = 1'b1;
          overflow_d = 1'b1;
        end else if (usable_q == '0) begin // a new table first; then here again
          log2_d  = log2_q == '0 ? LogW'(3) : log2_for(count_q);
          from_d  = '0;
          state_d = StWipe;
        end else begin
          entry_write   = 1'b1;
          link_write    = 1'b1;
          link_write_at = free_slot_q;
          link_new      = LinkW'(next_q) + LinkW'(2);
          index_d       = LogMax'(next_q);
          next_d        = next_q + 1'b1;
          usable_d      = usable_q - 1'b1;
          count_d       = count_q + 1'b1;
        end
      end

      StWipe: begin
        link_write    = 1'b1;
        link_write_at = LogMax'(from_q);
        from_d        = from_q + 1'b1;
        if (from_d == slots) begin
          from_d   = '0;
          to_d     = '0;
          last_d   = 1'b0;
          usable_d = usable_of(log2_q);
          state_d  = StFetch;
        end
      end

      StFetch: begin // the next entry; after the last one, the new key's walk
        if (from_q == next_q) begin
          next_d   = to_q;
          usable_d = usable_q - to_q;
          slot_d   = LogMax'(hash) & mask;
          perturb_d = hash;
          last_d   = 1'b1;
          link_read    = 1'b1;
          link_read_at = slot_d;
          state_d  = StPlace;
        end else begin
          entry_read = 1'b1;
          from_d     = from_q + 1'b1;
          state_d    = StMove;
        end
      end

      StMove: begin // a hole is left behind; any other entry goes to the next place, and on to its slot
        if (!entry_used) state_d = StFetch;
        else begin
          entry_write    = 1'b1;
          entry_write_at = EntryIndexW'(to_q);
          entry_new      = entry;
          perturb_d      = walk_key_hash;
          slot_d         = LogMax'(walk_key_hash) & mask;
          link_read      = 1'b1;
          link_read_at   = slot_d;
          state_d        = StPlace;
        end
      end

      StPlace: begin
        if (link != LinkEmpty) begin
          perturb_d    = perturb_next;
          slot_d       = slot_next;
          link_read    = 1'b1;
          link_read_at = slot_next;
        end else if (last_q) begin
          free_slot_d = slot_q;
          state_d     = StStore;
        end else begin
          link_write = 1'b1;
          link_new   = LinkW'(to_q) + LinkW'(2);
          to_d       = to_q + 1'b1;
          state_d    = StFetch;
        end
      end

      StRespond: if (taken) state_d = StIdle;

      default: state_d = StIdle;
    endcase
  end

  memo_delay #(.LatencyW(LatencyW)) u_delay (
    .clk_i, .rst_ni, .latency_i,
    .valid_i(state_q == StRespond),
    .ready_o(taken),
    .valid_o(rsp_valid_o),
    .ready_i(rsp_ready_i)
  );

  assign req_ready_o   = state_q == StIdle;
  assign rsp_op_o      = op_q;
  assign rsp_hit_o     = hit_q;
  assign rsp_index_o   = index_q;
  assign rsp_value_o   = found_q;
  assign rsp_spilled_o = spilled_q;
  assign rsp_log2_o    = walked_q;
  assign rsp_probes_o  = probes_q;
  assign rsp_key_o     = key_q;
  assign count_o       = count_q;
  assign full_o        = full;
  assign overflow_o    = overflow_q;
  assign busy_o        = state_q != StIdle;
  assign grow_o        = state_q == StWipe || state_q == StFetch || state_q == StMove || state_q == StPlace;
  assign probe_o       = state_q == StSlot;
  assign slot_o        = slot_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= StIdle;
      op_q       <= memo_pkg::OpNone;
      log2_q     <= '0;
      usable_q   <= '0;
      next_q     <= '0;
      count_q    <= '0;
      overflow_q <= 1'b0;
    end else begin
      state_q    <= state_d;
      if (req_valid_i && req_ready_o) op_q <= req_op_i;
      log2_q     <= log2_d;
      usable_q   <= usable_d;
      next_q     <= next_d;
      count_q    <= count_d;
      overflow_q <= overflow_d;
    end
  end

  // Without reset: meaningful only once a request has been taken.
  always_ff @(posedge clk_i) begin
    if (req_valid_i && req_ready_o) begin
      key_q   <= req_key_i;
      value_q <= req_value_i;
    end
    perturb_q   <= perturb_d;
    slot_q      <= slot_d;
    free_q      <= free_d;
    free_slot_q <= free_slot_d;
    probes_q    <= probes_d;
    walked_q    <= walked_d;
    hit_q       <= hit_d;
    spilled_q   <= spilled_d;
    index_q     <= index_d;
    found_q     <= found_d;
    from_q      <= from_d;
    to_q        <= to_d;
    last_q      <= last_d;
  end

endmodule
