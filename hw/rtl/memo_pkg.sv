// What can be asked of a memory, the same for every engine. sim/unit_model.hpp has the same numbers.
package memo_pkg;
  typedef enum logic [2:0] {
    OpNone   = 3'd0,
    OpLookup = 3'd1,
    OpInsert = 3'd2,
    OpClear  = 3'd3,
    OpDelete = 3'd4   // probe_engine only; the others answer a miss and change nothing
  } op_e;
endpackage
