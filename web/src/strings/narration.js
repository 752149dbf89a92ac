/** Words of the narration: for whom it speaks. */
export default {
  en: {
    'narration.depth': 'Explain to', 'narration.newcomer': 'newcomer', 'narration.programmer': 'programmer', 'narration.developer': 'CPython developer',
    'narration.event': 'event {n}', 'narration.go': 'Go to event {n}', 'narration.now': 'Explained to a {who}.',
    'keys.depth': 'narration for a newcomer, a programmer, a CPython developer',
  },
  vi: {
    'narration.depth': 'Giải thích cho', 'narration.newcomer': 'người mới học', 'narration.programmer': 'lập trình viên', 'narration.developer': 'người phát triển CPython',
    'narration.event': 'sự kiện {n}', 'narration.go': 'Đến sự kiện {n}', 'narration.now': 'Giải thích cho {who}.',
    'keys.depth': 'thuyết minh cho người mới học, lập trình viên, người phát triển CPython',
  },
};
