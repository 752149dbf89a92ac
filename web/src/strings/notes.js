/** Words of the notes. */
export default {
  en: {
    'notes.text': 'Note', 'notes.kind': 'kind', 'notes.kind.text': 'text', 'notes.kind.arrow': 'arrow', 'notes.kind.region': 'region', 'notes.about': 'about', 'notes.about.event': 'the event', 'notes.author': 'by', 'notes.author.none': 'your name, or nobody',
    'notes.new': 'New note', 'notes.new.at': 'New note at event {n}', 'notes.change': 'Note at event {n}', 'notes.keep': 'Keep', 'notes.kept': 'Note kept.', 'notes.full': 'No room for another note.',
    'notes.place': 'Drag to place it, or use the arrow keys (Shift: its end alone), Enter to keep, Escape to give it up', 'notes.undone': 'Undone.', 'notes.nothing': 'Nothing to undo.',
    'notes.add': 'Add', 'notes.undo': 'Undo', 'notes.saveAside': 'Save notes', 'notes.open': 'Open notes', 'notes.edit': 'Change this note', 'notes.remove': 'Take this note away',
    'notes.none': 'No notes yet. N writes one at the event in hand; they are saved with the trace.', 'notes.count': { one: '{n} note', other: '{n} notes' }, 'notes.more': { one: '{n} more note', other: '{n} more notes' },
    'notes.refused': { one: '{n} note could not be read and was left out.', other: '{n} notes could not be read and were left out.' }, 'notes.taken': { one: '{n} note read.', other: '{n} notes read.' },
    'notes.noSidecar': '{file} holds no notes: a file that “Save notes” wrote is wanted.', 'notes.noTrace': 'There is no trace yet that the notes could belong to.', 'notes.otherTrace': 'These notes belong to another recording: its digest differs.',
    'notes.unsaved': 'The trace could not be saved with its notes; “Save notes” writes them apart.', 'notes.col.event': 'event', 'notes.col.kind': 'kind', 'notes.col.text': 'note',
    'notes.tour': 'Tour', 'notes.tour.at': '{at} of {of}', 'notes.tour.back': 'The note before', 'notes.tour.next': 'The next note', 'notes.tour.stop': 'End the tour', 'notes.tour.over': 'The tour is over.',
    'keys.tour': 'a guided tour of the notes, and its end',
    'keys.note': 'write a note at this event', 'keys.undo': 'undo the last change of a note',
  },
  vi: {
    'notes.text': 'Ghi chú', 'notes.kind': 'loại', 'notes.kind.text': 'văn bản', 'notes.kind.arrow': 'mũi tên', 'notes.kind.region': 'vùng', 'notes.about': 'về', 'notes.about.event': 'sự kiện', 'notes.author': 'người viết', 'notes.author.none': 'tên bạn, hoặc để trống',
    'notes.new': 'Ghi chú mới', 'notes.new.at': 'Ghi chú mới tại sự kiện {n}', 'notes.change': 'Ghi chú tại sự kiện {n}', 'notes.keep': 'Giữ lại', 'notes.kept': 'Đã giữ ghi chú.', 'notes.full': 'Không còn chỗ cho ghi chú nữa.',
    'notes.place': 'Kéo để đặt, hoặc dùng phím mũi tên (Shift: chỉ đầu mút), Enter để giữ, Escape để bỏ', 'notes.undone': 'Đã hoàn tác.', 'notes.nothing': 'Không có gì để hoàn tác.',
    'notes.add': 'Thêm', 'notes.undo': 'Hoàn tác', 'notes.saveAside': 'Lưu ghi chú', 'notes.open': 'Mở ghi chú', 'notes.edit': 'Sửa ghi chú này', 'notes.remove': 'Xóa ghi chú này',
    'notes.none': 'Chưa có ghi chú. N viết một ghi chú tại sự kiện hiện tại; ghi chú được lưu cùng bản ghi.', 'notes.count': '{n} ghi chú', 'notes.more': 'còn {n} ghi chú',
    'notes.refused': '{n} ghi chú không đọc được và đã bị bỏ qua.', 'notes.taken': 'Đã đọc {n} ghi chú.',
    'notes.noSidecar': '{file} không chứa ghi chú: cần tệp do “Lưu ghi chú” tạo ra.', 'notes.noTrace': 'Chưa có bản ghi nào để gắn các ghi chú này.', 'notes.otherTrace': 'Các ghi chú này thuộc về một bản ghi khác: mã băm của nó khác.',
    'notes.unsaved': 'Không lưu được bản ghi cùng ghi chú; “Lưu ghi chú” lưu chúng riêng.', 'notes.col.event': 'sự kiện', 'notes.col.kind': 'loại', 'notes.col.text': 'ghi chú',
    'notes.tour': 'Tham quan', 'notes.tour.at': '{at} trên {of}', 'notes.tour.back': 'Ghi chú trước', 'notes.tour.next': 'Ghi chú kế tiếp', 'notes.tour.stop': 'Kết thúc tham quan', 'notes.tour.over': 'Đã hết phần tham quan.',
    'keys.tour': 'tham quan các ghi chú theo thứ tự, hoặc dừng lại',
    'keys.note': 'viết ghi chú tại sự kiện này', 'keys.undo': 'hoàn tác thay đổi gần nhất của ghi chú',
  },
};
