/** Words of the CAM. */
export default {
  en: {
    'cam.title.lookup': 'The same lookup in a CAM', 'cam.title.store': 'The same store in a CAM', 'cam.entries': { one: '{n} entry', other: '{n} entries' },
    'cam.cycles': { one: '{n} cycle', other: '{n} cycles' }, 'cam.probes': { one: '{n} probe', other: '{n} probes' },
    'cam.kept': 'full: software keeps it', 'cam.stored': 'stored, {cycles}', 'cam.hit': 'hit, {cycles}', 'cam.miss': 'miss, {cycles}', 'cam.ask': 'no match: ask the dict',
    'cam.agreed': 'CAM agreed on {agreed} of {lookups} lookups', 'cam.cost': 'CAM {cycles}', 'cam.costs': 'dict {probes}, {cam}',
    'cam.key': 'key', 'cam.write': 'write', 'cam.match': 'match', 'cam.range': '{from} to {to}', 'cam.empty': 'empty', 'cam.priority': 'priority', 'cam.encoder': 'encoder',
    'cam.then': 'as it was at event {event}, the last lookup or store', 'cam.spilled': '{spilled} spilled', 'cam.disagrees': 'the CAM disagrees with the dict here',
    'cam.says': 'CAM of {depth} entries, {used} used; key {key}: {words}.',
  },
  vi: {
    'cam.title.lookup': 'Cùng lần tra cứu trong CAM', 'cam.title.store': 'Cùng lần lưu trong CAM', 'cam.entries': { other: '{n} mục' },
    'cam.cycles': { other: '{n} chu kỳ' }, 'cam.probes': { other: '{n} lần dò' },
    'cam.kept': 'đầy: phần mềm giữ nó', 'cam.stored': 'đã lưu, {cycles}', 'cam.hit': 'trúng, {cycles}', 'cam.miss': 'trượt, {cycles}', 'cam.ask': 'không khớp: hỏi dict',
    'cam.agreed': 'CAM đồng ý ở {agreed} trên {lookups} lần tra cứu', 'cam.cost': 'CAM {cycles}', 'cam.costs': 'dict {probes}, {cam}',
    'cam.key': 'khóa', 'cam.write': 'ghi', 'cam.match': 'khớp', 'cam.range': '{from} đến {to}', 'cam.empty': 'trống', 'cam.priority': 'mã hóa', 'cam.encoder': 'ưu tiên',
    'cam.then': 'như ở sự kiện {event}, lần tra cứu hoặc lưu gần nhất', 'cam.spilled': '{spilled} bị tràn', 'cam.disagrees': 'CAM không đồng ý với dict ở đây',
    'cam.says': 'CAM {depth} mục, đã dùng {used}; khóa {key}: {words}.',
  },
};
