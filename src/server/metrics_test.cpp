#include "shelduck/server/metrics.hpp"

#include <gtest/gtest.h>

namespace shelduck::server {
namespace {

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
  Metrics metrics;
  metrics.count({.route = "/healthz", .status = 200, .duration = Seconds{0.001}});
  metrics.count({.route = "/healthz", .status = 200, .duration = Seconds{0.3}});
  metrics.count({.route = "", .status = 404, .duration = Seconds{100}});
  const std::vector<MetricFamily> gauges{{.name = "shelduck_questions",
                                          .help = "Questions",
                                          .values = {{"history", 3}, {"sensors", 4}}}};
  EXPECT_EQ(metrics.text(gauges),
            "# HELP shelduck_questions Questions\n"
            "# TYPE shelduck_questions gauge\n"
            "shelduck_questions{database=\"history\"} 3\n"
            "shelduck_questions{database=\"sensors\"} 4\n"
            "# HELP shelduck_http_requests_total Requests answered\n"
            "# TYPE shelduck_http_requests_total counter\n"
            "shelduck_http_requests_total{route=\"\",status=\"404\"} 1\n"
            "shelduck_http_requests_total{route=\"/healthz\",status=\"200\"} 2\n"
            "# HELP shelduck_http_request_seconds From a request's head to its answer\n"
            "# TYPE shelduck_http_request_seconds histogram\n"
            "shelduck_http_request_seconds_bucket{le=\"0.001\"} 1\n"
            "shelduck_http_request_seconds_bucket{le=\"0.005\"} 1\n"
            "shelduck_http_request_seconds_bucket{le=\"0.025\"} 1\n"
            "shelduck_http_request_seconds_bucket{le=\"0.1\"} 1\n"
            "shelduck_http_request_seconds_bucket{le=\"0.5\"} 2\n"
            "shelduck_http_request_seconds_bucket{le=\"2\"} 2\n"
            "shelduck_http_request_seconds_bucket{le=\"10\"} 2\n"
            "shelduck_http_request_seconds_bucket{le=\"+Inf\"} 3\n"
            "shelduck_http_request_seconds_sum 100.301\n"
            "shelduck_http_request_seconds_count 3\n");
}

}  // namespace
}  // namespace shelduck::server
