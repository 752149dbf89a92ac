/** Words of the flame graph. */
export default {
  en: {
    'flame.label': 'Flame graph of the calls: arrow keys go from frame to frame, Enter zooms', 'flame.order': 'Order', 'flame.order.left': 'left-heavy', 'flame.order.time': 'in order of time', 'flame.order.difference': 'difference',
    'flame.cost': 'Width', 'flame.cost.events': 'events', 'flame.cost.probes': 'probes', 'flame.cost.ns': 'nanoseconds', 'flame.search': 'find frames', 'flame.whole': 'all calls',
    'flame.unit.events': { one: '{x} event', other: '{x} events' }, 'flame.unit.probes': { one: '{x} probe', other: '{x} probes' }, 'flame.unit.ns': '{x} ns',
    'flame.self': '{x} of its own', 'flame.calls': '{n} calls', 'flame.was': '{x} in the other', 'flame.frames': '{n} frames', 'flame.found': '{n} calls, {share}',
    'flame.deeper': { one: '{n} more level below: scroll.', other: '{n} more levels below: scroll.' }, 'flame.composites': 'Only composites were timed: what an atomic object took is in the call around it.',
    'flame.against': 'Against {policy}: ▲ dearer, ▼ cheaper, + new.', 'flame.gone': 'Only there: {n} paths, {x} in all.',
    'flame.caption': '{shown} of {n} frames, the outermost and dearest', 'flame.col.depth': 'depth', 'flame.col.frame': 'frame', 'flame.col.self': 'its own', 'flame.col.calls': 'calls', 'flame.col.was': 'in the other',
  },
  vi: {
    'flame.label': 'Biểu đồ ngọn lửa của các lời gọi: phím mũi tên đi từ khung này sang khung khác, Enter để phóng to', 'flame.order': 'Thứ tự', 'flame.order.left': 'nặng bên trái', 'flame.order.time': 'theo thời gian', 'flame.order.difference': 'khác biệt',
    'flame.cost': 'Bề rộng', 'flame.cost.events': 'sự kiện', 'flame.cost.probes': 'lần dò', 'flame.cost.ns': 'nano giây', 'flame.search': 'tìm khung', 'flame.whole': 'mọi lời gọi',
    'flame.unit.events': { other: '{x} sự kiện' }, 'flame.unit.probes': { other: '{x} lần dò' }, 'flame.unit.ns': '{x} ns',
    'flame.self': 'của riêng nó {x}', 'flame.calls': '{n} lời gọi', 'flame.was': '{x} ở bản ghi kia', 'flame.frames': '{n} khung', 'flame.found': '{n} lời gọi, {share}',
    'flame.deeper': { other: 'Còn {n} mức bên dưới: hãy cuộn.' }, 'flame.composites': 'Chỉ đối tượng phức hợp được đo giờ: thời gian của đối tượng nguyên tử nằm trong lời gọi bao quanh nó.',
    'flame.against': 'So với {policy}: ▲ đắt hơn, ▼ rẻ hơn, + mới.', 'flame.gone': 'Chỉ có ở bản kia: {n} đường đi, tổng cộng {x}.',
    'flame.caption': '{shown} trên {n} khung, ngoài cùng và đắt nhất', 'flame.col.depth': 'độ sâu', 'flame.col.frame': 'khung', 'flame.col.self': 'của riêng nó', 'flame.col.calls': 'lời gọi', 'flame.col.was': 'ở bản kia',
  },
};
