// What is proved of memo_cam, by induction over every state, any inputs, any limit and latency (hw/formal/prove).
// Included at the end of the module, so that it may speak of its registers.

// ---- the world around it: one reset, then a limit and a latency that stay ----
logic f_running;
initial f_running = 1'b0;
always_ff @(posedge clk_i) f_running <= 1'b1;
(* anyconst *) logic [CountW-1:0]   f_limit;
(* anyconst *) logic [LatencyW-1:0] f_latency;
always_comb begin
  assume (rst_ni == f_running);
  assume (limit_i == f_limit && latency_i == f_latency);
end

logic f_accept, f_retire, f_committing;
assign f_accept     = req_valid_i && req_ready_o;
assign f_retire     = rsp_valid_o && rsp_ready_i;
assign f_committing = s2_commit_o && (s2_inserts || s2_clears);

// ---- what the entries are, told without the design's own match lines ----
logic [Depth-1:0]  f_filled, f_holds_s1, f_holds_s2, f_holds;
logic              f_twins;
logic [CountW-1:0] f_population;
(* anyconst *) logic [KeyW-1:0] f_key;  // any key at all, followed from the outside
always_comb begin
  f_twins      = 1'b0;
  f_population = '0;
  for (int unsigned i = 0; i < Depth; i++) begin
    f_filled[i]   = i < 32'(count_q);
    f_holds_s1[i] = f_valid[i] && f_keys[i*KeyW +: KeyW] == s1_key_o;
    f_holds_s2[i] = f_valid[i] && f_keys[i*KeyW +: KeyW] == s2_key;
    f_holds[i]    = f_valid[i] && f_keys[i*KeyW +: KeyW] == f_key;
    f_population  = f_population + CountW'(f_valid[i]);
    for (int unsigned j = 0; j < i; j++)
      if (f_valid[i] && f_valid[j] && f_keys[i*KeyW +: KeyW] == f_keys[j*KeyW +: KeyW]) f_twins = 1'b1;
  end
end

// ---- the reference: a map seen through one key, and a count ----
logic              f_present, f_over;
logic [ValW-1:0]   f_value;
logic [CountW-1:0] f_count;
logic              f_room, f_about;
assign f_room  = f_count < ((f_limit > CountW'(Depth)) ? CountW'(Depth) : f_limit);
assign f_about = s2_key == f_key;
always_ff @(posedge clk_i) begin
  if (!rst_ni || (s2_commit_o && s2_clears)) begin
    f_present <= 1'b0;
    f_over    <= 1'b0;
    f_count   <= '0;
  end
  if (rst_ni && s2_commit_o && s2_inserts) begin
    if (f_about && (f_present || f_room)) begin
      f_present <= 1'b1;
      f_value   <= s2_value;
    end
    // Of other keys the count is told by the entries themselves: that they are told apart is proved for any f_key.
    if (f_holds_s2 == '0 && f_room) f_count <= f_count + 1'b1;
    if (f_holds_s2 == '0 && !f_room) f_over <= 1'b1;
  end
end

// ---- requests in flight: any one of them, and how many ----
(* anyseq *) logic f_choose;
logic              f_chosen;      // it is in flight
logic [1:0]        f_ahead;       // responses that come before its own
logic [2:0]        f_op;
logic [KeyW-1:0]   f_op_key;
logic [ValW-1:0]   f_op_value;
logic [1:0]        f_flying;
always_ff @(posedge clk_i) begin
  if (!rst_ni) begin
    f_chosen <= 1'b0;
    f_flying <= '0;
  end else begin
    f_flying <= f_flying + 2'(f_accept) - 2'(f_retire);
    if (f_accept && f_choose && !f_chosen) begin
      f_chosen   <= 1'b1;
      f_ahead    <= f_flying - 2'(f_retire);
      f_op       <= req_op_i;
      f_op_key   <= req_key_i;
      f_op_value <= req_value_i;
    end else if (f_chosen && f_retire) begin
      if (f_ahead == '0) f_chosen <= 1'b0;
      else               f_ahead  <= f_ahead - 1'b1;
    end
  end
end

// What was shown in the cycle before, to a response that was not taken.
logic f_was_held;
logic [3+1+IndexW+ValW+1+CountW+2+Depth-1:0] f_shown, f_shown_before;
assign f_shown = {rsp_op_o, rsp_hit_o, rsp_index_o, rsp_value_o, rsp_spilled_o, count_o, full_o, overflow_o, s2_match_o};
always_ff @(posedge clk_i) begin
  f_was_held     <= rst_ni && rsp_valid_o && !rsp_ready_i;
  f_shown_before <= f_shown;
end

always_ff @(posedge clk_i) if (rst_ni) begin
  // The entries.
  keys_are_unique : assert (!f_twins);
  filled_in_order : assert (f_valid == f_filled);
  count_is_the_population : assert (count_q == f_population);
  never_past_the_limit : assert (count_q <= limit);
  full_is_the_limit : assert (full_o == (count_d == limit));
  reference_count : assert (count_q == f_count);
  reference_overflow : assert (overflow_q == f_over);

  // The comparison.
  one_match_line : assert ((s1_match_o & (s1_match_o - 1'b1)) == '0);
  match_is_equality : assert (s1_match_o == (s1_compares ? f_holds_s1 : '0));
  encoded_line_is_up : assert (match_any == (s1_match_o != '0) && (!match_any || s1_match_o[match_index]));
  match_lines_true_at_commit : assert (!(s2_commit_o && s2_inserts) || (s2_match_q == f_holds_s2));
  match_lines_true_of_lookup :
    assert (!(s2_valid_o && s2_op == memo_pkg::OpLookup) || s2_match_q == f_holds_s2);
  line_is_the_index : assert (!s2_valid_o || s2_hit_q == (s2_match_q != '0));
  index_is_the_line : assert (!(s2_valid_o && s2_hit_q) || s2_match_q == (Depth'(1) << s2_index_q));
  nothing_else_matches :
    assert (!s2_valid_o || s2_inserts || s2_op == memo_pkg::OpLookup || s2_match_q == '0);
  slot_is_the_next : assert (!s2_commit_o || (s2_slot_q == count_q[IndexW-1:0] && s2_full_q == full));

  // Against the reference.
  reference_holds : assert (f_present == (f_holds != '0));
  for (int unsigned i = 0; i < Depth; i++)
    if (f_holds[i]) assert (f_values[i*ValW +: ValW] == f_value); // stored value
  value_read : assert (!(s2_commit_o && s2_hit_q) || value == f_values[32'(s2_index_q)*ValW +: ValW]);
  value_read_of_lookup :
    assert (!(s2_valid_o && s2_op == memo_pkg::OpLookup && s2_hit_q) || value == f_values[32'(s2_index_q)*ValW +: ValW]);
  hit_is_the_reference_hit :
    assert (!(s2_commit_o && f_about && (s2_inserts || s2_op == memo_pkg::OpLookup)) || rsp_hit_o == f_present);
  hit_returns_what_was_stored :
    assert (!(s2_commit_o && f_about && rsp_hit_o && (s2_inserts || s2_op == memo_pkg::OpLookup)) || rsp_value_o == f_value);
  lookup_hit_while_shown :
    assert (!(rsp_valid_o && f_about && s2_op == memo_pkg::OpLookup) || (rsp_hit_o == f_present && (!rsp_hit_o || rsp_value_o == f_value)));
  miss_returns_nothing : assert (rsp_hit_o || rsp_value_o == '0);
  spilled_only_without_room : assert (!(s2_commit_o && rsp_spilled_o) || (s2_inserts && f_holds_s2 == '0 && !f_room));
  spilled_if_without_room : assert (!(s2_commit_o && s2_inserts && f_holds_s2 == '0 && !f_room) || rsp_spilled_o);
  spill_was_noted : assert (!s2_valid_o || s2_commit_o || !rsp_spilled_o || overflow_q);
  spill_raises_overflow : assert (!(s2_valid_o && rsp_spilled_o) || overflow_o);
  clear_leaves_nothing : assert (!(s2_commit_o && s2_clears) || (count_d == '0 && !overflow_d && clear));
  clear_stays_cleared : assert (!(s2_valid_o && s2_clears) || (count_o == '0 && !overflow_o));

  // The pipe.
  conservation : assert (f_flying == 2'(s1_valid_o) + 2'(s2_valid_o));
  commit_is_of_stage_2 : assert (!s2_commit_o || s2_valid_o);
  nothing_compares_while_a_write_commits : assert (!(f_committing && s1_valid_o));
  ready_unless_committing :
    assert (req_ready_o || (s1_valid_o && ((s2_valid_o && !f_retire) || s1_op_o == memo_pkg::OpInsert || s1_op_o == memo_pkg::OpClear)));
  not_ready_behind_a_write :
    assert (!(s1_valid_o && (s1_op_o == memo_pkg::OpInsert || s1_op_o == memo_pkg::OpClear)) || !req_ready_o);
  hazard_is_a_stall : assert (!hazard_o || (req_valid_i && !req_ready_o));
  response_is_stable : assert (!f_was_held || (rsp_valid_o && f_shown == f_shown_before));
  response_after_its_latency : assert (f_waited <= f_latency && rsp_valid_o == (s2_valid_o && f_waited == f_latency));
  no_wait_for_nothing : assert (s2_valid_o || f_waited == '0);
  commit_is_the_first_cycle : assert (!s2_commit_o || f_waited == '0);
  commit_comes_before_held : assert (!(f_was_held && s2_commit_o));
  in_order :
    assert (!f_chosen || (32'(f_ahead) < 32'(f_flying)));
  chosen_is_answered :
    assert (!(f_chosen && s2_valid_o && f_ahead == '0) || (s2_op == f_op && s2_key == f_op_key && s2_value == f_op_value));
  chosen_waits_in_stage_1 :
    assert (!(f_chosen && s1_valid_o && 32'(f_ahead) == 32'(s2_valid_o))
            || (s1_op_o == f_op && s1_key_o == f_op_key && f_s1_value == f_op_value));
end

// None of the above is empty: each of these happens.
always_ff @(posedge clk_i) if (rst_ni) begin
  all_entries_taken : cover (count_q == CountW'(Depth));
  a_hit_of_the_last : cover (rsp_valid_o && rsp_hit_o && 32'(rsp_index_o) == Depth - 1);
  a_spill : cover (rsp_valid_o && rsp_spilled_o);
  an_overwrite_when_full : cover (rsp_valid_o && s2_inserts && rsp_hit_o && full_o);
  a_hazard : cover (hazard_o);
  a_held_insertion : cover (f_was_held && s2_inserts && f_flying == 2'd2);
  a_clear_of_an_overflow : cover (s2_commit_o && s2_clears && overflow_q);
  a_long_way : cover (rsp_valid_o && f_latency == '1 && f_chosen);
  a_lookup_each_cycle : cover (f_accept && f_retire && s1_valid_o && s1_op_o == memo_pkg::OpLookup && rsp_hit_o);
  a_new_value_found : cover (rsp_valid_o && s2_op == memo_pkg::OpLookup && f_about && rsp_hit_o && rsp_value_o == f_value && f_over);
end
