/** Words of the timeline. */
export default {
  en: {
    'timeline.event': 'Event', 'timeline.at': 'event {i} of {n}: {what}', 'timeline.calls': 'calls', 'timeline.dispatch': 'dispatch', 'timeline.memo': 'memo',
    'timeline.build': 'reduce, rebuild', 'timeline.fast': 'fast path', 'timeline.error': 'error', 'timeline.events': 'events',
    'timeline.overview': 'The whole trace: drag to move what is shown', 'timeline.caption': 'Events of each family in {rows} stretches of the {n} events',
    'timeline.key.pan': 'move the timeline’s window; also: drag its numbers, the wheel sideways', 'timeline.key.whole': 'the timeline as a whole, the call in hand; Shift and drag zooms to a stretch',
  },
  vi: {
    'timeline.event': 'Sự kiện', 'timeline.at': 'sự kiện {i} trên {n}: {what}', 'timeline.calls': 'lời gọi', 'timeline.dispatch': 'phân phối', 'timeline.memo': 'memo',
    'timeline.build': 'rút gọn, dựng lại', 'timeline.fast': 'đường tắt', 'timeline.error': 'lỗi', 'timeline.events': 'sự kiện',
    'timeline.overview': 'Toàn bộ bản ghi: kéo để dời phần đang hiện', 'timeline.caption': 'Số sự kiện của mỗi họ trong {rows} đoạn của {n} sự kiện',
    'timeline.key.pan': 'dời cửa sổ của dòng thời gian; hoặc kéo các con số, cuộn ngang', 'timeline.key.whole': 'toàn bộ dòng thời gian, lời gọi đang xét; Shift và kéo để phóng to một đoạn',
  },
};
