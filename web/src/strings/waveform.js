/** Words of the waveform and the memories beside each other. */
export default {
  en: {
    'wave.dict': 'dict', 'wave.probe': 'probe engine', 'wave.cam': 'CAM', 'wave.hash': 'hash table',
    'wave.probes': 'probes', 'wave.cycles': 'cycles', 'wave.ns': 'ns', 'wave.answer': 'answer',
    'wave.hit': 'hit', 'wave.miss': 'miss', 'wave.asked': 'answered', 'wave.stored': 'stored', 'wave.full': 'no room: the dict keeps it', 'wave.spill': 'miss, after an overflow: ask the dict',
    'wave.note': 'Probes of the dict are recorded, its ns measured. Cycles are simulated, {depth} entries, {latency} of them on the way; their ns at {clock} MHz are a model.',
    'wave.unserved': 'The signals are simulated by the server: open this trace with copyscope serve.',
    'wave.says': { one: '{engine}: {n} cycle, {answer}', other: '{engine}: {n} cycles, {answer}' },
  },
  vi: {
    'wave.dict': 'dict', 'wave.probe': 'máy dò', 'wave.cam': 'CAM', 'wave.hash': 'bảng băm',
    'wave.probes': 'lần dò', 'wave.cycles': 'chu kỳ', 'wave.ns': 'ns', 'wave.answer': 'trả lời',
    'wave.hit': 'trúng', 'wave.miss': 'trượt', 'wave.asked': 'đã trả lời', 'wave.stored': 'đã lưu', 'wave.full': 'hết chỗ: dict giữ nó', 'wave.spill': 'trượt, sau khi tràn: hỏi dict',
    'wave.note': 'Số lần dò của dict được ghi lại, ns của nó được đo. Chu kỳ được mô phỏng, {depth} mục, trong đó {latency} chu kỳ trên đường; ns của chúng ở {clock} MHz là mô hình.',
    'wave.unserved': 'Các tín hiệu do máy chủ mô phỏng: hãy mở bản ghi này bằng copyscope serve.',
    'wave.says': { other: '{engine}: {n} chu kỳ, {answer}' },
  },
};
