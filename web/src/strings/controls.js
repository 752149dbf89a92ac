/** Words of the editor and the lesson. */
export default {
  en: {
    'editor.title': 'Snippet', 'editor.area': 'Python snippet', 'editor.op': 'Function that copies', 'editor.before': 'The value of the last line is what ', 'editor.after': ' copies.',
    'editor.changes.before': ' The dict that it calls ', 'editor.changes.after': ' holds the fields to replace.', 'editor.output': 'Output of the snippet', 'editor.more': '… {n} more bytes',
    'editor.box': 'A run is shut off from files, network and other processes, except here: {lacks}.',
    'editor.box.landlock': 'it can read what the user of the server can read', 'editor.box.seccomp': 'it can use the network, start processes and write files',
    'editor.box.user': 'it runs as root, though without a capability', 'editor.box.memory': 'its memory has no limit',
    'lesson.title': 'Lesson', 'lesson.back': 'Step before', 'lesson.next': 'Next step', 'lesson.count': '{at} of {all}', 'lesson.exercise': 'Exercise {n}',
    'exercise.answer': 'Your answer, in Python', 'exercise.check': 'Check', 'exercise.checking': 'Checking …', 'exercise.right': 'Right.', 'exercise.notYet': 'Not yet: {why}',
    'exercise.terminal': 'In the terminal:', 'exercise.busy': 'another answer is being checked', 'exercise.unread': 'the check was cut short; try it in the terminal',
    'lesson.sources': 'Sources', 'lesson.predict': 'Predict:', 'lesson.index': 'All lessons', 'lesson.minutes': '{n} min', 'lesson.from': '(from CPython {version} on)', 'lesson.until': '(up to CPython {version})',
    'lesson.part.A': 'A. What deepcopy does', 'lesson.part.B': 'B. Where the time goes', 'lesson.part.C': 'C. Making it faster, and right', 'lesson.part.D': 'D. In hardware', 'lesson.part.other': 'Other lessons',
    'lesson.broken': 'The lesson was edited and cannot be read: this is how it was.',
  },
  vi: {
    'editor.title': 'Đoạn mã', 'editor.area': 'Đoạn mã Python', 'editor.op': 'Hàm sao chép', 'editor.before': 'Giá trị của dòng cuối là thứ mà ', 'editor.after': ' sao chép.',
    'editor.changes.before': ' Dict mà nó gọi là ', 'editor.changes.after': ' giữ các trường cần thay.', 'editor.output': 'Kết quả in ra của đoạn mã', 'editor.more': '… thêm {n} byte',
    'editor.box': 'Mỗi lần chạy bị tách khỏi tệp, mạng và các tiến trình khác, ngoại trừ ở máy này: {lacks}.',
    'editor.box.landlock': 'nó đọc được những gì người dùng của máy chủ đọc được', 'editor.box.seccomp': 'nó dùng được mạng, tạo được tiến trình và ghi được tệp',
    'editor.box.user': 'nó chạy với quyền root, dù không có capability nào', 'editor.box.memory': 'bộ nhớ của nó không bị giới hạn',
    'lesson.title': 'Bài học', 'lesson.back': 'Bước trước', 'lesson.next': 'Bước kế tiếp', 'lesson.count': '{at} trên {all}', 'lesson.exercise': 'Bài tập {n}',
    'exercise.answer': 'Câu trả lời của bạn, bằng Python', 'exercise.check': 'Kiểm tra', 'exercise.checking': 'Đang kiểm tra …', 'exercise.right': 'Đúng.', 'exercise.notYet': 'Chưa đúng: {why}',
    'exercise.terminal': 'Trong terminal:', 'exercise.busy': 'một câu trả lời khác đang được kiểm tra', 'exercise.unread': 'việc kiểm tra bị cắt ngang; hãy thử trong terminal',
    'lesson.sources': 'Nguồn', 'lesson.predict': 'Hãy dự đoán:', 'lesson.index': 'Tất cả bài học', 'lesson.minutes': '{n} phút', 'lesson.from': '(từ CPython {version} trở đi)', 'lesson.until': '(đến CPython {version})',
    'lesson.part.A': 'A. deepcopy làm gì', 'lesson.part.B': 'B. Thời gian đi đâu', 'lesson.part.C': 'C. Làm cho nhanh hơn, và đúng', 'lesson.part.D': 'D. Trong phần cứng', 'lesson.part.other': 'Các bài học khác',
    'lesson.broken': 'Bài học vừa được sửa và không đọc được: đây là bản trước đó.',
  },
};
