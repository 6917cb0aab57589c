"""What columns are called at the head of a table, in both languages."""

from __future__ import annotations

from kbnn_analysis.language import Label

HEADINGS: dict[str, Label] = {
    "period": Label("Đợt khảo sát", "Survey period"),
    "measure": Label("Chỉ tiêu", "Measure"),
    "item": Label("Câu hỏi", "Item"),
    "factor": Label("Nhóm tiêu chí", "Factor"),
    "unit": Label("Đơn vị", "Unit"),
    "reference": Label("So với", "Against"),
    "n": Label("Số phiếu hợp lệ", "Valid answers"),
    "count": Label("Số phiếu đạt", "Answers that meet it"),
    "n_eff": Label("Cỡ mẫu hiệu dụng", "Effective answers"),
    "weight_sum": Label("Tổng quyền số", "Sum of weights"),
    "df": Label("Bậc tự do", "Degrees of freedom"),
    "deff": Label("Hiệu ứng thiết kế", "Design effect"),
    "estimate": Label("Ước lượng", "Estimate"),
    "std_error": Label("Sai số chuẩn", "Standard error"),
    "statistic": Label("Thống kê kiểm định", "Test statistic"),
    "p_value": Label("Giá trị p", "p-value"),
    "p_adjusted": Label("Giá trị p hiệu chỉnh", "Adjusted p-value"),
    "difference": Label("Chênh lệch", "Difference"),
    "rank": Label("Thứ hạng ước lượng", "Rank of estimate"),
    "rank_low": Label("Thứ hạng tốt nhất có thể", "Best possible rank"),
    "rank_high": Label("Thứ hạng thấp nhất có thể", "Worst possible rank"),
    "rank_set": Label("Khoảng thứ hạng", "Rank interval"),
    "prob_best": Label("Xác suất đứng đầu", "Probability of being best"),
    "prob_top": Label("Xác suất thuộc nhóm đầu", "Probability of being in the top group"),
    "tier": Label("Nhóm", "Tier"),
    "letters": Label("Chữ cái", "Letters"),
    "included": Label("Thuộc nhóm", "In the set"),
    "p_equivalence": Label("Giá trị p (tương đương)", "p-value (equivalence)"),
    "band": Label("Khoảng", "Band"),
    "direct": Label("Ước lượng trực tiếp", "Direct estimate"),
    "reliability": Label("Độ tin cậy của ước lượng trực tiếp", "Reliability of direct estimate"),
    "n_needed": Label("Số phiếu cần có", "Answers needed"),
    "target": Label("Mức kỳ vọng", "Expected value"),
    "limits": Label("Giới hạn kiểm soát", "Control limits"),
    "warnings": Label("Giới hạn cảnh báo", "Warning limits"),
    "units": Label("Số đơn vị", "Units"),
    "tau": Label("Độ phân tán giữa các đơn vị (τ)", "Spread between units (τ)"),
    "tau_interval": Label("Khoảng của τ", "Interval of τ"),
    "i_squared": Label("Phần không do ngẫu nhiên (I²)", "Part not due to chance (I²)"),
    "i_squared_interval": Label("Khoảng của I²", "Interval of I²"),
    "icc": Label("Tương quan nội nhóm (ICC)", "Intra-class correlation (ICC)"),
    "prediction": Label("Khoảng dự báo cho một đơn vị mới", "Prediction interval of a new unit"),
    "share": Label("Tỷ lệ", "Share"),
    "share_missing": Label("Bỏ trống", "Missing"),
    "share_not_applicable": Label("Không áp dụng", "Not applicable"),
    "flag": Label("Dấu hiệu", "Sign"),
    "suppressed": Label("Bị ẩn", "Hidden"),
    "suppressed_reason": Label("Lý do ẩn", "Why hidden"),
    "display": Label("Giá trị", "Value"),
}

# a posterior statement never goes by the name of a confidence statement
POSTERIOR: dict[str, Label] = {
    "interval": Label("Khoảng hậu nghiệm {level}", "{level} posterior interval"),
    "rank_set": Label("Khoảng thứ hạng hậu nghiệm", "Posterior rank interval"),
    "rank": Label("Thứ hạng kỳ vọng hậu nghiệm", "Posterior expected rank"),
    "estimate": Label("Ước lượng co về trung bình", "Shrunken estimate"),
    "prob_top": Label(
        "Xác suất thuộc {top} đơn vị đứng đầu", "Probability of being in the top {top}"
    ),
}
