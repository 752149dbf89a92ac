/** One operation of the simulated CAM: its fields are read from the chunk when they are asked for, so that a large
 * replay is taken in at once. */
export const CAM_OP = 32;
const BIT = { hit: 1, full: 2, spill: 4, agreed: 8 };

export default class CamOp {
  /** @param {DataView} view of the chunk @param {number} at where the operation begins @param {number} first event of its record */
  constructor(view, at, first) {
    this.view = view;
    this.at = at;
    this.event = first + view.getUint8(at + 4);
  }

  get rec() { return this.view.getUint32(this.at, true); }
  get step() { return this.view.getUint8(this.at + 4); }
  get op() { return this.view.getUint8(this.at + 5); }
  get flags() { return this.view.getUint8(this.at + 6); }
  get cycles() { return this.view.getUint8(this.at + 7); }
  get index() { return this.view.getUint32(this.at + 8, true); }
  get cycle() { return this.view.getUint32(this.at + 12, true); }
  get match() { return this.view.getBigUint64(this.at + 16, true); }
  get count() { return this.view.getUint32(this.at + 24, true); }
  get value() { return this.view.getUint32(this.at + 28, true); }
  get hit() { return (this.flags & BIT.hit) !== 0; }
  get full() { return (this.flags & BIT.full) !== 0; }
  get spill() { return (this.flags & BIT.spill) !== 0; }
  get agreed() { return (this.flags & BIT.agreed) !== 0; }
}
