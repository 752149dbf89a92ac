/** Words of the editor and the lesson. */
export default {
  en: {
    'editor.title': 'Snippet', 'editor.area': 'Python snippet', 'editor.op': 'Function that copies', 'editor.before': 'The value of the last line is what ', 'editor.after': ' copies.',
    'editor.changes.before': ' The dict that it calls ', 'editor.changes.after': ' holds the fields to replace.', 'editor.output': 'Output of the snippet', 'editor.more': '… {n} more bytes',
    'lesson.title': 'Lesson', 'lesson.back': 'Step before', 'lesson.next': 'Next step', 'lesson.count': '{at} of {all}', 'lesson.exercise': 'Exercise {n}',
  },
  vi: {
    'editor.title': 'Đoạn mã', 'editor.area': 'Đoạn mã Python', 'editor.op': 'Hàm sao chép', 'editor.before': 'Giá trị của dòng cuối là thứ mà ', 'editor.after': ' sao chép.',
    'editor.changes.before': ' Dict mà nó gọi là ', 'editor.changes.after': ' giữ các trường cần thay.', 'editor.output': 'Kết quả in ra của đoạn mã', 'editor.more': '… thêm {n} byte',
    'lesson.title': 'Bài học', 'lesson.back': 'Bước trước', 'lesson.next': 'Bước kế tiếp', 'lesson.count': '{at} trên {all}', 'lesson.exercise': 'Bài tập {n}',
  },
};
