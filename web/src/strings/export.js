/** Words of the exports. */
export default {
  en: {
    'export.title': 'Export', 'header.export': 'Export (Ctrl+S)', 'keys.export': 'export: files for other tools, figures, this page with its recording',
    'export.group.whole': 'The recording, with its notes', 'export.group.data': 'Data, for other tools',
    'export.for.html': 'this page in one file, at this event: opens anywhere, needs no network', 'export.for.cst': 'the trace file: to open again, here or with copyscope serve',
    'export.for.csv': 'a row for each event: spreadsheets, pandas, DuckDB', 'export.for.ndjson': 'the same, a JSON object a line: DuckDB, Spark, jq', 'export.for.chrome': 'calls in time: ui.perfetto.dev, VizTracer’s viewer',
    'export.for.speedscope': 'flame graph by type: speedscope.app', 'export.for.folded': 'flame graph: FlameGraph, inferno', 'export.for.dot': 'the object graph: Graphviz', 'export.for.graphml': 'the object graph: Gephi, yEd, networkx',
    'export.events': 'events', 'export.to': 'to', 'export.first': 'first event', 'export.last': 'last event', 'export.size': '{kb} kB',
    'export.done': '{file} is being saved.', 'export.failed': 'Not exported: {why}', 'export.nothing': 'There is no recording yet.', 'export.noPage': 'the server has no page to put the recording into',
    'export.unserved': 'These are written by the program: save the trace file, then copyscope export FILE.cst --to csv',
  },
  vi: {
    'export.title': 'Xuất', 'header.export': 'Xuất (Ctrl+S)', 'keys.export': 'xuất: tệp cho công cụ khác, hình vẽ, trang này cùng bản ghi',
    'export.group.whole': 'Bản ghi, kèm ghi chú', 'export.group.data': 'Dữ liệu, cho công cụ khác',
    'export.for.html': 'trang này trong một tệp, tại sự kiện này: mở được ở mọi nơi, không cần mạng', 'export.for.cst': 'tệp bản ghi: để mở lại ở đây hoặc bằng copyscope serve',
    'export.for.csv': 'mỗi sự kiện một dòng: bảng tính, pandas, DuckDB', 'export.for.ndjson': 'cũng vậy, mỗi dòng một đối tượng JSON: DuckDB, Spark, jq', 'export.for.chrome': 'các lời gọi theo thời gian: ui.perfetto.dev, trình xem của VizTracer',
    'export.for.speedscope': 'biểu đồ ngọn lửa theo kiểu: speedscope.app', 'export.for.folded': 'biểu đồ ngọn lửa: FlameGraph, inferno', 'export.for.dot': 'đồ thị đối tượng: Graphviz', 'export.for.graphml': 'đồ thị đối tượng: Gephi, yEd, networkx',
    'export.events': 'sự kiện', 'export.to': 'đến', 'export.first': 'sự kiện đầu', 'export.last': 'sự kiện cuối', 'export.size': '{kb} kB',
    'export.done': 'Đang lưu {file}.', 'export.failed': 'Không xuất được: {why}', 'export.nothing': 'Chưa có bản ghi nào.', 'export.noPage': 'máy chủ không có trang để đặt bản ghi vào',
    'export.unserved': 'Các tệp này do chương trình ghi: hãy lưu tệp bản ghi, rồi copyscope export FILE.cst --to csv',
  },
};
