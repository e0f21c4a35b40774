// Commands of the sensors: readings of nodes and what follows from them.
#pragma once

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/inquiry.hpp"
#include "shelduck/cli/request.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer list_nodes(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer list_no_nodes(const Request& request);
[[nodiscard]] Answer list_readings(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer list_no_readings(const Request& request);
[[nodiscard]] Answer list_node_readings(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer list_no_node_readings(const Request& request);
[[nodiscard]] Answer show_latest(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_statistics(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_hours(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_days(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer show_quality(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer forecast_node(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer export_readings(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer export_no_readings(const Request& request);
[[nodiscard]] Answer list_refused(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer list_none_refused(const Request& request);
[[nodiscard]] Answer export_refused(const Request& request, Inquiry& inquiry);
[[nodiscard]] Answer export_none_refused(const Request& request);
[[nodiscard]] Answer drop_refused(const Request& request, store::Store& store);
[[nodiscard]] Answer prune_readings(const Request& request, store::Store& store);

}  // namespace shelduck::cli
