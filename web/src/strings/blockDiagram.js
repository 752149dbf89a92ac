/** Words of the block diagram. */
export default {
  en: {
    'blocks.software': 'software', 'blocks.hardware': 'hardware',
    'blocks.deepcopy': 'deepcopy(x)', 'blocks.deepcopy.note': 'walks the objects', 'blocks.get': 'memo.get(id(x))', 'blocks.get.note': 'once for each object',
    'blocks.table': 'dict', 'blocks.table.note': 'hash, probe, compare',
    'blocks.core': 'CPU core', 'blocks.core.note': 'runs the interpreter', 'blocks.l2cache': 'L2 cache', 'blocks.l2cache.note': 'of this core',
    'blocks.llcache': 'last-level cache', 'blocks.llcache.note': 'shared by the cores', 'blocks.controller': 'memory controller', 'blocks.controller.note': 'and CXL',
    'blocks.dram': 'DRAM', 'blocks.dram.note': 'and PCIe devices', 'blocks.unit': 'memo unit', 'blocks.unit.note': '{ns} ns away',
    'blocks.move': 'Move the memo unit: {place}', 'blocks.caption': 'What runs where', 'blocks.col.block': 'block', 'blocks.col.what': 'what it does',
    'blocks.says': 'The memo unit stands {place}. No lookup at this event.', 'blocks.says.hit': 'The memo unit {place} answers this lookup; the dict is not asked.',
    'blocks.says.miss': 'The memo unit {place} says that the key is not there; the dict is not asked.', 'blocks.says.spill': 'The memo unit {place} overflowed: the dict is asked as well.',
  },
  vi: {
    'blocks.software': 'phần mềm', 'blocks.hardware': 'phần cứng',
    'blocks.deepcopy': 'deepcopy(x)', 'blocks.deepcopy.note': 'duyệt các đối tượng', 'blocks.get': 'memo.get(id(x))', 'blocks.get.note': 'một lần mỗi đối tượng',
    'blocks.table': 'dict', 'blocks.table.note': 'băm, dò, so sánh',
    'blocks.core': 'lõi CPU', 'blocks.core.note': 'chạy trình thông dịch', 'blocks.l2cache': 'bộ đệm L2', 'blocks.l2cache.note': 'của lõi này',
    'blocks.llcache': 'bộ đệm cấp cuối', 'blocks.llcache.note': 'các lõi dùng chung', 'blocks.controller': 'bộ điều khiển nhớ', 'blocks.controller.note': 'và CXL',
    'blocks.dram': 'DRAM', 'blocks.dram.note': 'và thiết bị PCIe', 'blocks.unit': 'khối memo', 'blocks.unit.note': 'cách {ns} ns',
    'blocks.move': 'Dời khối memo: {place}', 'blocks.caption': 'Cái gì chạy ở đâu', 'blocks.col.block': 'khối', 'blocks.col.what': 'làm gì',
    'blocks.says': 'Khối memo đứng {place}. Sự kiện này không tra cứu.', 'blocks.says.hit': 'Khối memo {place} trả lời lần tra cứu này; dict không bị hỏi.',
    'blocks.says.miss': 'Khối memo {place} nói rằng khóa không có; dict không bị hỏi.', 'blocks.says.spill': 'Khối memo {place} đã tràn: dict cũng bị hỏi.',
  },
};
