/** Words of the source view and its locals, of the call stack, of bytecode and syntax tree. */
export default {
  en: {
    'source.lines': 'Lines of the source', 'source.file': 'which text', 'source.heat': 'What the gutter counts', 'source.fold': 'Fold docstrings', 'source.by.events': 'events per line',
    'source.by.ns': 'ns per line, shared out', 'source.fold.short': '− docstrings', 'source.unfold.short': '+ docstrings', 'source.folded': { one: '{n} line', other: '{n} lines' },
    'source.left': { one: '{n} more line is not shown', other: '{n} more lines are not shown' }, 'source.none': 'The trace carries no source.', 'source.events': { one: '{n} event', other: '{n} events' },
    'source.ns': '{n} ns: the time between two readings of the clock is shared out among the steps between them',
    'source.added': 'not in the interpreter’s copy.py', 'source.removed': 'stands in the interpreter’s copy.py, not here', 'source.changed': { one: '{n} place changed', other: '{n} places changed' },
    'source.locals': 'Locals, reconstructed from the events', 'source.line': 'line', 'source.text': 'code', 'source.change': 'change',
    'source.caption': '{file}, {name}: {shown} of {n} lines.', 'source.key.heat': 'source: count events or nanoseconds', 'source.key.fold': 'source: fold and unfold docstrings',
    'source.key.file': 'source: the next text of the trace',
    'stack.outermost': 'the outermost call', 'stack.caller': 'called in {name}, {place}', 'stack.opened': 'Opened at event {n}', 'stack.line': '{where}, line {line}', 'stack.depth': 'depth {n}',
    'stack.more': { one: '{n} more call', other: '{n} more calls' }, 'stack.caption': '{n} open calls, innermost first; {shown} shown', 'stack.col.depth': 'depth', 'stack.col.call': 'call',
    'stack.col.where': 'for',
  },
  vi: {
    'source.lines': 'Các dòng mã nguồn', 'source.file': 'văn bản nào', 'source.heat': 'Lề trái đếm gì', 'source.fold': 'Gấp docstring', 'source.by.events': 'sự kiện mỗi dòng',
    'source.by.ns': 'ns mỗi dòng, chia đều', 'source.fold.short': '− docstring', 'source.unfold.short': '+ docstring', 'source.folded': { one: '{n} dòng', other: '{n} dòng' },
    'source.left': { one: 'còn {n} dòng không hiện', other: 'còn {n} dòng không hiện' }, 'source.none': 'Bản ghi không mang mã nguồn.', 'source.events': { one: '{n} sự kiện', other: '{n} sự kiện' },
    'source.ns': '{n} ns: thời gian giữa hai lần đọc đồng hồ được chia đều cho các bước ở giữa',
    'source.added': 'không có trong copy.py của trình thông dịch', 'source.removed': 'có trong copy.py của trình thông dịch, ở đây thì không', 'source.changed': { one: '{n} chỗ thay đổi', other: '{n} chỗ thay đổi' },
    'source.locals': 'Biến cục bộ, được dựng lại từ các sự kiện', 'source.line': 'dòng', 'source.text': 'mã', 'source.change': 'thay đổi',
    'source.caption': '{file}, {name}: {shown} trên {n} dòng.', 'source.key.heat': 'mã nguồn: đếm sự kiện hoặc nano giây', 'source.key.fold': 'mã nguồn: gấp và mở docstring',
    'source.key.file': 'mã nguồn: văn bản kế tiếp của bản ghi',
    'stack.outermost': 'lời gọi ngoài cùng', 'stack.caller': 'được gọi trong {name}, {place}', 'stack.opened': 'Bắt đầu ở sự kiện {n}', 'stack.line': '{where}, dòng {line}', 'stack.depth': 'độ sâu {n}',
    'stack.more': { one: '{n} lời gọi nữa', other: '{n} lời gọi nữa' }, 'stack.caption': '{n} lời gọi đang mở, trong cùng trước; hiện {shown}', 'stack.col.depth': 'độ sâu', 'stack.col.call': 'lời gọi',
    'stack.col.where': 'cho',
  },
};
