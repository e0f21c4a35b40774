// The answers of the sensors' questions for people and spreadsheets. What programs read is written
// by the domain itself (sensors/..._query.hpp, json()), byte for byte as its contract says.
#pragma once

#include <vector>

#include "shelduck/cli/answer.hpp"
#include "shelduck/sensors/buckets_query.hpp"
#include "shelduck/sensors/forecast_query.hpp"
#include "shelduck/sensors/node_readings_query.hpp"
#include "shelduck/sensors/nodes_query.hpp"
#include "shelduck/sensors/prune.hpp"
#include "shelduck/sensors/quality_query.hpp"
#include "shelduck/sensors/readings_query.hpp"
#include "shelduck/sensors/refused_query.hpp"
#include "shelduck/sensors/statistics_query.hpp"

namespace shelduck::cli {

[[nodiscard]] Answer nodes_answer(const std::vector<sensors::NodeStatus>& nodes);
// Its rows.
[[nodiscard]] Document::Array node_rows(const std::vector<sensors::NodeStatus>& nodes);
[[nodiscard]] Answer readings_answer(const std::vector<sensors::Reading>& readings);
[[nodiscard]] Answer points_answer(const std::vector<sensors::SampledPoint>& points);
[[nodiscard]] Answer statistics_answer(const sensors::Statistics& statistics);
[[nodiscard]] Answer buckets_answer(const sensors::Buckets& buckets);
[[nodiscard]] Answer quality_answer(const sensors::Quality& quality);
[[nodiscard]] Answer node_forecast_answer(const sensors::NodeForecast& forecast);
[[nodiscard]] Answer refused_answer(const sensors::RefusedPage& page);
[[nodiscard]] Answer prune_answer(const sensors::PrunePlan& plan);

}  // namespace shelduck::cli
