// What can be asked of a memo_cam. sim/cam_model.hpp has the same numbers.
package memo_cam_pkg;
  typedef enum logic [1:0] {
    OpNone   = 2'd0,
    OpLookup = 2'd1,
    OpInsert = 2'd2,
    OpClear  = 2'd3
  } op_e;
endpackage
