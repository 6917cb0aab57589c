"""Free texts from templates: praise, wishes and complaints, with nothing of any person."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.simulation.behaviour import COMMENT_SHARE
from kbnn_analysis.inference.simulation.instrument import FACTOR_OF, FACTORS, RATED_ITEMS
from kbnn_analysis.inference.simulation.streams import stream

PRAISE: tuple[str, ...] = (
    "Rất hài lòng, cảm ơn Kho bạc.",
    "Cán bộ nhiệt tình, giải quyết nhanh.",
    "Hồ sơ được xử lý đúng hẹn.",
    "Dịch vụ công trực tuyến thuận tiện, tiết kiệm thời gian đi lại.",
    "Không có ý kiến gì thêm.",
    "Mong Kho bạc tiếp tục phát huy.",
)
WISHES: dict[str, tuple[str, str]] = {
    "online": ("hệ thống trực tuyến ổn định hơn vào cuối tháng", "trang dịch vụ công dễ dùng hơn"),
    "publicity": ("cập nhật thủ tục sớm hơn", "niêm yết quy định rõ ràng, dễ tìm"),
    "guidance": ("hướng dẫn hồ sơ đầy đủ ngay một lần", "có tài liệu hướng dẫn cụ thể hơn"),
    "time": ("rút ngắn thời gian kiểm soát chứng từ", "báo trước khi hồ sơ bị trễ hẹn"),
    "staff": ("cán bộ giải thích kỹ hơn", "nâng cao năng lực của giao dịch viên"),
    "result": ("kết quả trả về chính xác ngay lần đầu", "trả kết quả đầy đủ qua mạng"),
    "feedback": ("trả lời phản ánh nhanh hơn", "có kênh góp ý thuận tiện hơn"),
}
WISH_OPENINGS: tuple[str, ...] = ("Đề nghị", "Mong", "Mong muốn")
COMPLAINT_OPENINGS: tuple[str, ...] = ("Chưa hài lòng, cần", "Đã góp ý, đề nghị", "Cần")


def draw_comments(scores: npt.NDArray[np.int64], period: str, seed: int) -> npt.NDArray[np.object_]:
    """Draw a short text for the share `COMMENT_SHARE` of the respondents, "" for the others.

    Parameters
    ----------
    scores : int array (respondents, items)
        Answers 1..5 to `RATED_ITEMS`. The overall treasury answer sets the tone: 5 praises, 4
        wishes, less complains; the lowest factor sets the subject.
    period, seed : str, int
        Name the random stream.

    Returns
    -------
    object array (respondents,)
        Vietnamese texts, NFC.
    """
    rng = stream(seed, period, "comments")
    texts = np.full(len(scores), "", dtype=object)
    writers = np.flatnonzero(rng.uniform(size=len(scores)) < COMMENT_SHARE)
    draws = rng.integers(0, 6, size=(len(writers), 2))
    lowest = _lowest_factor(scores[writers], rng)
    overall = scores[writers, RATED_ITEMS.index("overall_treasury")]
    for row, factor, score, (first, second) in zip(writers, lowest, overall, draws, strict=True):
        texts[row] = _compose(FACTORS[factor], int(score), int(first), int(second))
    return texts


def _compose(factor: str, score: int, first: int, second: int) -> str:
    if score == 5:
        return PRAISE[first]
    openings = WISH_OPENINGS if score == 4 else COMPLAINT_OPENINGS
    return f"{openings[first % 3]} {WISHES[factor][second % 2]}."


def _lowest_factor(scores: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Return the position of the lowest mean; ties are broken at random."""
    means = np.column_stack(
        [
            scores[
                :, [j for j, item in enumerate(RATED_ITEMS) if FACTOR_OF.get(item) == factor]
            ].mean(axis=1)
            for factor in FACTORS
        ]
    )
    ties = 1e-3 * rng.uniform(size=means.shape)
    lowest: npt.NDArray[np.intp] = (means + ties).argmin(axis=1)
    return lowest
