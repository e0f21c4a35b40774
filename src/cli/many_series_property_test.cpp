// What holds of any file of many series: neither the order in which they stand nor the number of
// threads changes a number of what is forecast, or of what is scored.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "shelduck/cli/command_evaluate.hpp"
#include "shelduck/cli/command_forecast_file.hpp"
#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/settings.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"
#include "shelduck/history/domain.hpp"

namespace shelduck::cli {
namespace {

using commands::TemporaryFolder;

// The rows of each series, and what they are asked for.
struct ManySeries {
  std::vector<std::string> blocks;
  std::vector<std::string> words;
};

// 4 to 26 values, of which some are missing, the last ones too; test rows behind some of them.
std::string any_block(std::size_t number, int test_rows) {
  std::ostringstream block;
  const int n = *rc::gen::inRange(4, 27);
  const int wave = *rc::gen::inRange(0, 60);
  for (int t = 1; t <= n + test_rows; ++t) {
    block << 's' << number << ',' << t << ',';
    if (*rc::gen::inRange(0, 12) > 0) {
      block << *rc::gen::inRange(-200, 1600) / 16.0 + (t % 4 == 0 ? wave : 0);
    }
    block << (t > n ? ",test,2," : ",train,2,") << (number % 2 == 0 ? 4 : 1) << '\n';
  }
  return block.str();
}

ManySeries any_series(const std::vector<std::string>& models, int test_rows) {
  ManySeries all{.blocks = {},
                 .words = {models.at(*rc::gen::inRange<std::size_t>(0, models.size()))}};
  const auto count = *rc::gen::inRange<std::size_t>(2, 7);
  for (std::size_t i = 0; i < count; ++i) all.blocks.push_back(any_block(i, test_rows));
  if (*rc::gen::inRange(0, 2) == 1) all.words.emplace_back("--global");
  return all;
}

// The blocks as another file might have them.
std::vector<std::string> any_order(const std::vector<std::string>& blocks) {
  std::vector<std::string> turned = blocks;
  for (std::size_t i = turned.size(); i > 1; --i) {
    std::swap(turned[i - 1], turned[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  return turned;
}

// Runs a command on a file of these blocks: what it writes.
std::string bytes_written(const std::vector<std::string>& blocks, std::vector<std::string> words,
                          Answer (*command)(const Request&)) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "series.csv";
  std::ofstream{file} << "unique_id,ds,y,split,horizon,period\n"
                      << std::accumulate(blocks.begin(), blocks.end(), std::string{});
  const auto place = std::ranges::find(words, "FILE");
  *place = file.string();
  CancelToken cancel;
  Progress progress;
  std::string out;
  const commands::SettingSources none{.environment = [](auto) { return std::nullopt; },
                                      .files = {}};
  const Request request{.arguments = commands::resolve(commands::parse(words), none),
                        .database = folder.path() / "history.duckdb",
                        .domain = history::domain({.boot_id = "boot", .clock = system_clock()}),
                        .paths = {{"FILE", {file}},
                                  {"out", {folder.path() / "rows.csv"}},
                                  {"scores", {folder.path() / "scores.csv"}}},
                        .output = [&](std::string_view bytes) { out += bytes; },
                        .temporary = folder.path(),
                        .clock = system_clock(),
                        .random = system_random(),
                        .cancel = cancel,
                        .progress = progress};
  static_cast<void>(command(request));
  return out;
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

std::vector<std::string> with_threads(std::vector<std::string> words, int threads) {
  words.insert(words.end(), {"--threads", std::to_string(threads)});
  return words;
}

void hold_order_and_threads(const ManySeries& all, const std::vector<std::string>& words,
                            Answer (*command)(const Request&)) {
  const std::string one = bytes_written(all.blocks, with_threads(words, 1), command);
  RC_ASSERT(one.starts_with("unique_id,") || one.starts_with("model,unique_id,"));
  const int threads = *rc::gen::inRange(2, 5);
  RC_ASSERT(bytes_written(all.blocks, with_threads(words, threads), command) == one);
  const std::string turned =
      bytes_written(any_order(all.blocks), with_threads(words, threads), command);
  RC_ASSERT(sorted_lines(turned) == sorted_lines(one));
}

RC_GTEST_PROP(ManySeries, AreForecastTheSameInAnyOrderOnAnyThreads, ()) {
  const ManySeries all = any_series({"auto", "ensemble", "nlinear"}, 0);
  std::vector<std::string> words{"forecast", "FILE",  "--horizon", "3",      "--level",
                                 "50,90",    "--out", "rows.csv",  "--model"};
  words.insert(words.end(), all.words.begin(), all.words.end());
  hold_order_and_threads(all, words, forecast_file);
}

RC_GTEST_PROP(ManySeries, AreScoredTheSameInAnyOrderOnAnyThreads, ()) {
  const ManySeries all = any_series({"auto,theta", "nlinear", "ensemble,ses"}, 5);
  std::vector<std::string> words{"forecast",     "evaluate", "FILE",     "--level",    "90",
                                 "--min-length", "4",        "--scores", "scores.csv", "--models"};
  words.insert(words.end(), all.words.begin(), all.words.end());
  hold_order_and_threads(all, words, evaluate_file);
}

}  // namespace
}  // namespace shelduck::cli
