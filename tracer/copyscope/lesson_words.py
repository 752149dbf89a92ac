"""The words of an exported lesson that are not the lesson's own, by language."""

from __future__ import annotations

WORDS = {
    "en": {
        "facts": "Part {part} · lesson {number} · {minutes} minutes",
        "steps": "Step by step",
        "snippet": "The snippet",
        "event": "Event {n} of {total}:",
        "predict": "Predict:",
        "calls": "open calls",
        "memo": "memo",
        "exercise": "Exercise {n}",
        "checked": "Checked on CPython {version}",
        "sources": "Sources",
        "end": "That was it",
        "name": "Name:",
        "predict.all": "Predict first",
        "at": "event",
        "question": "question",
        "mine": "my answer",
        "what": "What happens here?",
        "happened": "What happened",
        "keys": "← → or a clicker: slides",
        "provenance": "Recorded by copyscope {version} on CPython {python}, policy {policy}: {events} events. "
        "Open calls and memo are reconstructed from them.",
    },
    "vi": {
        "facts": "Phần {part} · bài {number} · {minutes} phút",
        "steps": "Từng bước một",
        "snippet": "Đoạn mã",
        "event": "Sự kiện {n} trên {total}:",
        "predict": "Hãy dự đoán:",
        "calls": "lời gọi đang mở",
        "memo": "memo",
        "exercise": "Bài tập {n}",
        "checked": "Đã kiểm tra trên CPython {version}",
        "sources": "Nguồn",
        "end": "Hết bài",
        "name": "Họ tên:",
        "predict.all": "Hãy dự đoán trước",
        "at": "sự kiện",
        "question": "câu hỏi",
        "mine": "câu trả lời của tôi",
        "what": "Chuyện gì xảy ra ở đây?",
        "happened": "Chuyện đã xảy ra",
        "keys": "← → hoặc bút trình chiếu: chuyển trang",
        "provenance": "Được copyscope {version} ghi lại trên CPython {python}, chính sách {policy}: {events} sự kiện. "
        "Các lời gọi đang mở và memo được dựng lại từ đó.",
    },
}
