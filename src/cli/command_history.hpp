// Handlers of `shelduck history ...` that ask.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer list_runs(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer list_no_runs(const Request& request);
[[nodiscard]] Answer show_run(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_stats(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_no_stats(const Request& request);
[[nodiscard]] Answer show_daily(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_no_daily(const Request& request);
[[nodiscard]] Answer show_trend(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_no_trend(const Request& request);
[[nodiscard]] Answer show_series(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_no_series(const Request& request);
[[nodiscard]] Answer show_accuracy(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_no_accuracy(const Request& request);

}  // namespace shelduck::cli
