/** Words of the cost meters. */
export default {
  en: {
    'meters.events': 'events', 'meters.lookups': 'memo lookups and stores', 'meters.memoProbes': 'memo probes', 'meters.dispatchProbes': 'dispatch probes', 'meters.made': 'objects made',
    'meters.ns': 'ns, while recorded', 'meters.memoBytes': 'bytes of the memo, reconstructed',
    'meters.about.events': 'Steps of copy.py that the trace tells of', 'meters.about.lookups': 'Lookups and stores in the memo, a dict', 'meters.about.memoProbes': 'Slots of the memo that were visited',
    'meters.about.dispatchProbes': 'Slots of the dispatch table that were visited', 'meters.about.made': 'Objects that the copy made', 'meters.about.ns': 'Time since the first event, recording included',
    'meters.about.memoBytes': 'What sys.getsizeof says of a dict of as many slots as were recorded: reconstructed',
    'meters.sofar': 'so far', 'meters.whole': 'whole copy', 'meters.what': 'what', 'meters.number': '{x}',
    'meters.caption': 'Cost of policy {policy} up to event {event}', 'meters.clock': 'The clock was read for each record; reading it costs time as well.',
    'meters.clock.composites': 'The clock was read where an object with parts is met or done.', 'meters.bare': 'Without recording: copy.py {python} ns, C engine {engine} ns (measured).',
  },
  vi: {
    'meters.events': 'sự kiện', 'meters.lookups': 'lần tra và lưu vào memo', 'meters.memoProbes': 'lần dò memo', 'meters.dispatchProbes': 'lần dò bảng phân phối', 'meters.made': 'đối tượng được tạo',
    'meters.ns': 'ns, khi đang ghi', 'meters.memoBytes': 'byte của memo, được dựng lại',
    'meters.about.events': 'Các bước của copy.py mà bản ghi kể lại', 'meters.about.lookups': 'Số lần tra và lưu trong memo, một dict', 'meters.about.memoProbes': 'Số ô của memo đã được ghé qua',
    'meters.about.dispatchProbes': 'Số ô của bảng phân phối đã được ghé qua', 'meters.about.made': 'Số đối tượng mà việc sao chép đã tạo', 'meters.about.ns': 'Thời gian từ sự kiện đầu tiên, gồm cả việc ghi',
    'meters.about.memoBytes': 'Giá trị sys.getsizeof của một dict có số ô như đã ghi: được dựng lại',
    'meters.sofar': 'đến đây', 'meters.whole': 'toàn bộ', 'meters.what': 'mục', 'meters.number': '{x}',
    'meters.caption': 'Chi phí của chính sách {policy} đến sự kiện {event}', 'meters.clock': 'Đồng hồ được đọc ở mỗi bản ghi; việc đọc cũng tốn thời gian.',
    'meters.clock.composites': 'Đồng hồ được đọc khi gặp hoặc xong một đối tượng có thành phần.', 'meters.bare': 'Khi không ghi: copy.py {python} ns, engine C {engine} ns (đo được).',
  },
};
