/** Words of the gallery. */
export default {
  en: {
    'gallery.title': 'Traces', 'keys.gallery': 'all traces of the server, side by side', 'gallery.none': 'The server has no traces yet.', 'gallery.reading': 'reading …', 'gallery.unreadable': 'It cannot be read any more.',
    'gallery.picture': '{title}: how deep its calls nest, and where the events of each family are', 'gallery.counts': '{n} events, {objects} objects, {calls} calls', 'gallery.memo': '{hits} of {n} lookups hit',
    'gallery.equal': 'equal to copy.py', 'gallery.differs': 'differs from copy.py', 'gallery.unchecked': 'not checked',
  },
  vi: {
    'gallery.title': 'Bản ghi', 'keys.gallery': 'mọi bản ghi của máy chủ, cạnh nhau', 'gallery.none': 'Máy chủ chưa có bản ghi nào.', 'gallery.reading': 'đang đọc …', 'gallery.unreadable': 'Không còn đọc được nữa.',
    'gallery.picture': '{title}: các lời gọi lồng sâu đến đâu, và sự kiện của từng họ nằm ở đâu', 'gallery.counts': '{n} sự kiện, {objects} đối tượng, {calls} lời gọi', 'gallery.memo': '{hits} lần trúng trong {n} lần tra',
    'gallery.equal': 'bằng copy.py', 'gallery.differs': 'khác copy.py', 'gallery.unchecked': 'chưa kiểm tra',
  },
};
